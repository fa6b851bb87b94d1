"""Data stewards: the health of every source, rows that wait to be linked, faults in the records."""
