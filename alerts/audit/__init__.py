"""Written once and provable: what an audit event is and how events are sealed.

This room knows no table and no page; persistence stores what it defines.
"""
