"""Filters of the worker's pages."""
