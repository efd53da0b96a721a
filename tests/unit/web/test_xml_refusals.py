"""XML that the door refuses: a 4xx with an OperationOutcome, at once, and nothing is kept."""

import pytest

from tests.unit.web import fakes
from tests.unit.web.serving import asked

HEADERS = {"Authorization": f"Bearer {fakes.KEY}", "Content-Type": "application/fhir+xml"}
PATIENT = '<Patient><id value="&a19;"/></Patient>'
ENTITIES = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 20))
BOMB = f'<!DOCTYPE Patient [<!ENTITY a0 "ha">{ENTITIES}]>{PATIENT}'
SECRET = f'<!DOCTYPE Patient [<!ENTITY a19 SYSTEM "file:///etc/passwd">]>{PATIENT}'
LEVELS = 100_000
LARGEST = 4 * 1024 * 1024
REFUSED = {
    "cut off": (b"<Patient><id", 400, "structure"),
    "two roots": (b"<Patient/><Patient/>", 400, "structure"),
    "an attribute twice": (b'<Patient><id value="1" value="2"/></Patient>', 400, "structure"),
    "no bytes of its encoding": (b'<Patient><id value="\xff"/></Patient>', 400, "structure"),
    "an encoding of nobody": (b'<?xml version="1.0" encoding="x-y"?><Patient/>', 400, "structure"),
    "a document type": (b'<!DOCTYPE Patient><Patient><id value="1"/></Patient>', 400, "structure"),
    "an entity bomb": (BOMB.encode(), 400, "structure"),
    "a file of the server": (SECRET.encode(), 400, "structure"),
    "an entity that nobody made": (b"<Patient>&x;</Patient>", 400, "structure"),
    "deep nesting": (b"<Patient>" + b"<name>" * LEVELS + b"</name>" * LEVELS, 400, "structure"),
    "a narrative without end": (
        b'<Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml">'
        + b"<p>" * LEVELS,
        400,
        "structure",
    ),
    "another language": (b'<Patient xmlns="urn:hl7-org:v3"/>', 422, "invalid"),
    "another type": (b'<Observation xmlns="http://hl7.org/fhir"/>', 422, "invalid"),
}


@pytest.fixture(scope="module")
def memory():
    return fakes.Memory()


@pytest.fixture(scope="module")
def client(memory):
    with asked(fakes.tools(memory, largest_body=LARGEST)) as client:
        yield client


@pytest.mark.parametrize(("body", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_an_operation_outcome(client, memory, body, status, code):
    answer = client.put("/fhir/Patient/1", content=body, headers=HEADERS)
    assert answer.status_code == status
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == code
    assert "passwd" not in answer.text
    assert memory.submissions == []
