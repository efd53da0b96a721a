"""HTTP in, HTTP out: the only room with the web framework. It reaches the rooms through the pathway."""
