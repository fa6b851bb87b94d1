"""Rules and models for everybody: what each programme asks and how the points are counted, in the open."""
