"""Country packs: loading, linting, the language of their expressions, dated parameters."""
