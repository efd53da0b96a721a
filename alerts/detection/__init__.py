"""Pure clinical rules: the same chart, policy and day give the same decision.

This room knows codes, not FHIR; it reads no file and asks no clock.
"""
