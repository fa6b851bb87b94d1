"""One family recomputed after a life event, as the next build would compute it."""
