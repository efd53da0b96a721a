"""The web room over the real database, asked by ordinary clients."""
