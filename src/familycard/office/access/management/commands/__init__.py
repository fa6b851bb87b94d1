"""Commands of the access log."""
