"""Files of FHIR, found and read piece by piece, and the scratch files that sort what they say."""
