"""What all pages share: their frame, the start page, errors, and how values are written in each language."""
