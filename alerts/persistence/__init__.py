"""PostgreSQL: what the service knows, kept in tables. This room knows no FHIR, no rule and no page.

Rows become frozen dataclasses of `alerts.domain` before they leave. Every writing method takes its
audit event and writes it in the same transaction; only a pathway step commits.
"""
