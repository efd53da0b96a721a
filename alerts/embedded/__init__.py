"""The one-machine supervisor: PostgreSQL, a broker, a mail catcher and our processes as children.

It knows no table, no FHIR and no page: it starts programs, watches them and ends them.
"""
