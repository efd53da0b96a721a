"""The story, one step a file: the only place where rooms meet and where a transaction ends.

It knows no HTTP, no SQL and no queue protocol; it says which room comes next.
"""
