"""HTTP in, HTTP out: the only room with the web framework; it asks the pathway for all it does."""
