"""Pages of analysts: segments, maps, distributions, flows and take-up, and rows for who has a second person's word."""
