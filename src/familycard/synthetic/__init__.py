"""A made-up country: seeded, coherent, with its truth beside it."""

from familycard.synthetic.country import SyntheticReport, generate

__all__ = ["SyntheticReport", "generate"]
