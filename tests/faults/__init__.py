"""Faults: the real tree of processes under load, broken in every way that we know of."""
