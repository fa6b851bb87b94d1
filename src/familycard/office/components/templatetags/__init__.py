"""The tags of `{% load components %}` and the filters that the templates of components use."""
