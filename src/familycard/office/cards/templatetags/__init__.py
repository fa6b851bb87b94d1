"""Filters for what cards hold."""
