"""Who may see what, decided in one place, and the log of every look at a person."""
