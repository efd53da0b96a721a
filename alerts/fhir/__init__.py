"""Everything FHIR-shaped: the only room that imports fhir.resources. It decides nothing."""
