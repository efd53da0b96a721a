"""One clinical question a file; each answers met, not met or cannot tell."""
