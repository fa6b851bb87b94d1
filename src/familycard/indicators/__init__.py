"""From checked tables and units to indicators, one scan of a source for all that name it."""
