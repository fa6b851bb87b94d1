"""Languages: which words the pages have, in Kazakh and Russian, and how dates are read."""
