"""What could not be read, where it stood and why; also as an OperationOutcome."""

from collections.abc import Sequence

import orjson

from alerts.domain.problem import Problem, Severity
from alerts.errors import Refused
from alerts.fhir.documents import Json

_NOTHING_WRONG = Problem(
    severity=Severity.INFORMATION,
    code="informational",
    expression="",
    text="no problem was found",
)


def told_by_arrival(resource_type: str) -> Problem:
    """Only the arrival says that this statement is newer than the one that was known."""
    return Problem(
        severity=Severity.WARNING,
        code="incomplete",
        expression=f"{resource_type}.meta",
        text="no lastUpdated and no versionId to compare with what was said before: when each"
        " arrived decided which one counts",
    )


def identity_doubted(resource_type: str) -> Problem:
    """An identifier could join charts, but belongs to patients whom a feed keeps apart."""
    return Problem(
        severity=Severity.WARNING,
        code="multiple-matches",
        expression=resource_type,
        text="an identifier of this patient belongs to different patients, so it joins no charts;"
        " each stays apart until that is cleared up",
    )


def operation_outcome(problems: Sequence[Problem]) -> bytes:
    """The problems as an OperationOutcome; it must hold an issue, so it says when there is none."""
    return orjson.dumps(outcome(problems))


def outcome(problems: Sequence[Problem]) -> Json:
    """The problems as an OperationOutcome that can stand inside another resource."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(each) for each in problems or (_NOTHING_WRONG,)],
    }


def problem_of(error: Refused) -> Problem:
    """The problem that a refusal carries; without a place of its own it is the whole body's."""
    return Problem(
        severity=Severity.ERROR,
        code=error.code,
        expression=error.expression or "Resource",
        text=str(error),
    )


def _issue(problem: Problem) -> Json:
    issue: Json = {
        "severity": str(problem.severity),
        "code": problem.code,
        "diagnostics": problem.text,
    }
    if problem.expression:
        issue["expression"] = [problem.expression]
    return issue
