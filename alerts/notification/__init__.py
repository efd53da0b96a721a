"""Who is told, in which words, by which channel. It knows no table, no FHIR and no page."""
