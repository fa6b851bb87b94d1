"""Persons and families as the office shows them: read from the published snapshot, as far as the viewer may see."""
