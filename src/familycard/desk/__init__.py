"""Floor 5: what policy people and social workers ask of a snapshot."""
