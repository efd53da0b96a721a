"""Malformed and odd input, written for this project: JSON that is none, texts that break things."""

import json

from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient

DEEP = 100_000
SAMPLE = a_bundle([a_patient("p1"), a_medication_order("o1", "p1")])

NO_JSON: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"1",
    b'"text"',
    b"[]",
    b"{",
    b"}",
    b"{}}",
    b"{},",
    b"[{}",
    b'{"a"}',
    b'{"a":}',
    b'{"a":1,}',
    b'{"a":1 "b":2}',
    b"{a:1}",
    b"{'a':1}",
    b'{"a":01}',
    b'{"a":1.}',
    b'{"a":.5}',
    b'{"a":+1}',
    b'{"a":0x1}',
    b'{"a":1e}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":-Infinity}',
    b'{"a":tru}',
    b'{"a":"\n"}',
    b'{"a":"\t"}',
    b'{"a":"\\x41"}',
    b'{"a":"\\u12"}',
    b'{"a":"\\"}',
    b'{"a":"unclosed}',
    b'{"a":"\xff"}',
    b'{"a":"\xc0\xaf"}',
    b'{"a":"\xed\xa0\x80"}',
    b"// comment\n{}",
    b'{"a":1}/**/',
    b"\xef\xbb\xbf{}",
    '{"resourceType":"Bundle"}'.encode("utf-16"),
    '{"resourceType":"Bundle"}'.encode("utf-32"),
    b"<Bundle/>",
    b"<?xml version='1.0'?>",
    b"%PDF-1.7",
    b"MSH|^~\\&|A|B|C|D|202611230000||RDE^O11|1|P|2.5",
    b"[" * DEEP,
    b'{"a":' * DEEP,
    b"[" * DEEP + b"]" * DEEP,
)

ODD_BUNDLES: tuple[bytes, ...] = (
    b'{"resourceType":"Bundle"}',
    b'{"resourceType":"Bundle","type":null,"entry":null}',
    b'{"resourceType":"Bundle","type":"collection","entry":{}}',
    b'{"resourceType":"Bundle","type":"collection","entry":"x"}',
    b'{"resourceType":"Bundle","type":"collection","entry":[null,1,"x",[],{}]}',
    b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":null}]}',
    b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":[]}]}',
    b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":7}}]}',
    b'{"resourceType":"Bundle","type":["collection"],"entry":[]}',
    b'{"resourceType":"Bundle","type":"transaction","entry":[{"request":7}]}',
    b'{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":[],"url":{}}}]}',
    b'{"resourceType":"Bundle","type":"message","entry":[]}',
    b'{"resourceType":"Bundle","type":"collection","type":"batch","entry":[],"entry":[]}',
    b'{"resourceType":"bundle","type":"collection"}',
    b'{"resourceType":"Bundle","type":"collection","total":1e400,"entry":[]}',
    b'{"resourceType":"Bundle","type":"collection","total":-0,"entry":[]}',
    b'{"resourceType":"Bundle","type":"collection","total":' + b"9" * 5000 + b',"entry":[]}',
)

NAUGHTY: tuple[str, ...] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\ufeff",
    "\uffff",
    "\u202etest\u202c",
    "\u200b\u200d",
    "Z̡̦a̶l̷g̴o̸",
    "田中さん",
    "👩🏽‍🔬🏳️‍🌈",
    "﷽",
    "undefined",
    "null",
    "NaN",
    "-1",
    "1e400",
    "9" * 400,
    "0x0",
    "../../../../etc/passwd",
    "%00",
    "%s%n%d",
    "{0}{{}}",
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1/a}",
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "';drop table submissions;--",
    "\\",
    "\\u0000",
    "\r\nX-Injected: yes",
    "=1+1",
    "@SUM(A1)",
    "a" * 100_000,
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "Patient/" * 100,
)

RELEASES: tuple[dict[str, object], ...] = (
    {
        "resourceType": "MedicationRequest",
        "id": "r5",
        "status": "active",
        "intent": "order",
        "medication": {"concept": {"text": "nivolumab"}},
        "subject": {"reference": "Patient/p1"},
    },
    {
        "resourceType": "MedicationOrder",
        "id": "dstu2",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": "nivolumab"},
    },
    {
        "resourceType": "ProcedureRequest",
        "id": "stu3",
        "status": "active",
        "intent": "order",
        "code": {"text": "nivolumab"},
        "subject": {"reference": "Patient/p1"},
    },
    {"resourceType": "NoSuchResource", "id": "x"},
)


def naughty(text: str) -> list[bytes]:
    """A patient and an order that hold the text wherever one may stand."""
    patient = a_patient(
        "p1",
        name=[{"family": text, "given": [text]}],
        identifier=[{"system": text, "value": text}],
        birthDate=text,
        gender=text,
    )
    order = a_medication_order(
        "o1",
        "p1",
        medicationCodeableConcept={"text": text, "coding": [{"system": text, "code": text}]},
        authoredOn=text,
        status=text,
        requester={"reference": text, "display": text},
    )
    elsewhere = a_medication_order(text, text, subject={"reference": text})
    return [a_bundle([patient, order]), json.dumps(a_bundled(elsewhere)).encode()]


def a_bundled(resource: object) -> dict[str, object]:
    """A Bundle of one resource, whatever it is."""
    entry = {"fullUrl": "urn:x", "resource": resource}
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
