"""Linking rows that do not name their person."""
