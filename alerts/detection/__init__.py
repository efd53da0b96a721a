"""Pure clinical rules: the same chart, policy and day give the same decision. They know codes, not FHIR."""
