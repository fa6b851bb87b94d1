"""The rules of the lint: small classes, each of which says in its docstring what it asks of a pack."""
