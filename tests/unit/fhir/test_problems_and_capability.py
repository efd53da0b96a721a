"""OperationOutcomes and the CapabilityStatement: valid FHIR that says what it must."""

import json

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from alerts.domain.problem import Problem, Severity
from alerts.errors import NotFhir, NotJson, TooLarge
from alerts.fhir.capability import capability_statement
from alerts.fhir.kinds import BUNDLE_TYPES, OF_OTHER_RELEASES, READ_TYPES
from alerts.fhir.problems import operation_outcome, problem_of
from tests.unit.fhir.builders import RECEIVED

PROBLEM = Problem(
    severity=Severity.WARNING, code="value", expression="Patient.birthDate", text="must be a date"
)


def issues(*problems: Problem) -> list[dict]:
    body = operation_outcome(problems)
    OperationOutcome.model_validate_json(body)
    return json.loads(body)["issue"]


def test_a_problem_is_an_issue_with_its_place():
    assert issues(PROBLEM) == [
        {
            "severity": "warning",
            "code": "value",
            "diagnostics": "must be a date",
            "expression": ["Patient.birthDate"],
        }
    ]


def test_a_refusal_without_a_place_is_of_the_whole_resource():
    (issue,) = issues(problem_of(TooLarge()))
    assert issue["expression"] == ["Resource"]
    assert issue["code"] == "too-long"


def test_no_problem_at_all_is_said():
    assert [each["severity"] for each in issues()] == ["information"]


@pytest.mark.parametrize(
    ("error", "code", "expression", "text"),
    [
        (NotJson("line 1 column 2"), "structure", "Resource", "line 1 column 2"),
        (NotFhir("x", expression="Bundle.type"), "invalid", "Bundle.type", "x"),
        (NotJson(), "structure", "Resource", "The body is not JSON."),
    ],
)
def test_a_refusal_is_an_error(error, code, expression, text):
    assert problem_of(error) == Problem(
        severity=Severity.ERROR, code=code, expression=expression, text=text
    )


def test_the_capability_statement_says_what_is_taken():
    body = capability_statement("https://a.example", 50 * 1024 * 1024, RECEIVED, "0.1.0")
    CapabilityStatement.model_validate_json(body)
    statement = json.loads(body)
    (rest,) = statement["rest"]
    assert (statement["fhirVersion"], statement["software"]["version"]) == ("4.0.1", "0.1.0")
    assert statement["implementation"]["url"] == "https://a.example/fhir"
    assert {"application/fhir+json", "application/json"} <= set(statement["format"])
    assert [each["type"] for each in rest["resource"]] == [
        each for each in READ_TYPES if each not in OF_OTHER_RELEASES
    ]
    assert all(
        [each["code"] for each in one["interaction"]] == ["create", "update", "delete"]
        for one in rest["resource"]
    )
    assert [each["code"] for each in rest["interaction"]] == ["transaction", "batch"]
    assert [each["name"] for each in rest["operation"]] == ["process-message"]


def test_the_capability_statement_states_the_limits_in_words():
    body = capability_statement("https://a.example", 52428800, RECEIVED, "0.1.0")
    told = json.loads(body)["rest"][0]["documentation"]
    for words in (
        *BUNDLE_TYPES,
        *("52428800 bytes (50 MB)", "/submissions/{receipt}", "202 Accepted"),
        *("accepted whole", "processed later", "accepted and counted"),
    ):
        assert words in told
