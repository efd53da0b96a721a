"""Problem: something in a delivery that could not be read, where it stood and why."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is (http://hl7.org/fhir/issue-severity); the values are stored."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One issue of an OperationOutcome.

    `code` is of http://hl7.org/fhir/issue-type. `expression` is a FHIRPath of element names and
    positions. `text` never repeats a value of the delivery: it names what was expected.
    """

    severity: Severity
    code: str
    expression: str
    text: str
