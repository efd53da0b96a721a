"""The web room over rooms that are kept in memory."""
