"""Integer points for a family's indicators, and the category they sum up to."""
