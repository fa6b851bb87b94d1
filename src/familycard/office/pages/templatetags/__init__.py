"""Filters that are at hand in every template."""
