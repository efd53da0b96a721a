"""Garbage: how seldom a process that runs for weeks looks for objects that refer to each other.

Hundreds of thousands of objects (models, rules, value sets) stay until the end. Looking through
them again and again took a fifth of the assessment's time.
"""

import gc

_NEW = 50_000
"""So many objects more than were let go, before the young ones are looked through."""


def settle() -> None:
    """Leave alone whatever has been loaded by now; to be asked when all of it is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW, 20, 20)
