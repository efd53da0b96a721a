"""The nouns of the service. Standard library only; they know no FHIR, no table, no page and no queue."""
