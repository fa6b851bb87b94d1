"""Reads the files of a country pack into the values of `familycard.pack.model`."""
