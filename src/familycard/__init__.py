"""Family Card: from a state's registers to one explained card for every family."""

__version__ = "0.1.0"
