"""Family Card: from a state's registers to one explained card for every family."""
