"""Claims that a fact is wrong, and requests for a human: made by citizens or for them, answered in words."""
