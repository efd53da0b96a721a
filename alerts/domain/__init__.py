"""The nouns of the service, in the standard library alone.

They know no FHIR, no table, no page and no queue.
"""
