"""Formats of dates and numbers for languages of which Django has none."""
