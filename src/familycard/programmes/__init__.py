"""Programmes: rules, their evaluation and the cases that test them."""
