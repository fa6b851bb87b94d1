"""Consents: what a person lets another body ask about them, until when."""
