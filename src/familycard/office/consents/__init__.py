"""Consents: who agreed that who may see what, since when, and that they can take it back."""
