"""From dated ties between persons to units: families, and what each law means by a family."""
