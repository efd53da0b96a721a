"""Everything FHIR-shaped, tried by itself."""
