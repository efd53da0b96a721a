"""Capability: what this service says of itself at `metadata`, as a CapabilityStatement."""

import datetime as dt

import orjson

from alerts.fhir.documents import Json
from alerts.fhir.kinds import BUNDLE_TYPES, MOST_ENTRIES, OF_OTHER_RELEASES, READ_TYPES

_PROCESS_MESSAGE = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
_FHIR_VERSION = "4.0.1"
_MEGABYTE = 1024 * 1024
_INTERACTIONS = ("create", "update", "delete")
_FORMATS = ("application/fhir+json", "application/json", "json", "application/fhir+xml", "xml")


def capability_statement(
    public_url: str, largest_body: int, at: dt.datetime, version: str
) -> bytes:
    """The CapabilityStatement. `largest_body` is in bytes; `version` is the service's own."""
    return orjson.dumps(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": at.isoformat(),
            "kind": "instance",
            "software": {"name": "oncofertility-alerts", "version": version},
            "implementation": {
                "description": "Takes medication orders and raises fertility alerts",
                "url": f"{public_url}/fhir",
            },
            "fhirVersion": _FHIR_VERSION,
            "format": list(_FORMATS),
            "rest": [_rest(largest_body)],
        }
    )


def _rest(largest_body: int) -> Json:
    return {
        "mode": "server",
        "documentation": _documentation(largest_body),
        "security": {"description": "Authorization: Bearer and the key of a feed."},
        "resource": [_resource(each) for each in READ_TYPES if each not in OF_OTHER_RELEASES],
        "interaction": [
            {"code": code, "documentation": text}
            for code, text in (
                ("transaction", "Accepted whole; each entry is answered 202 Accepted."),
                ("batch", "An entry that is no resource is answered 422, the others 202."),
            )
        ],
        "operation": [{"name": "process-message", "definition": _PROCESS_MESSAGE}],
    }


def _resource(resource_type: str) -> Json:
    return {
        "type": resource_type,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": True,
        "conditionalCreate": False,
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
    }


def _documentation(largest_body: int) -> str:
    return (
        "Deliveries are stored at once, answered 202 Accepted and processed later. "
        "The Location of the answer, /submissions/{receipt}, tells what became of each entry. "
        f"Bundles of these types are taken: {', '.join(BUNDLE_TYPES)}. "
        "A transaction is accepted whole. "
        "STU3, R4, R4B and R5 are read; the media type's fhirVersion parameter states which. "
        f"Of other releases than R4 these are read too: {', '.join(sorted(OF_OTHER_RELEASES))}. "
        "Resources of any other type may be created, updated and deleted too; "
        "they are accepted and counted, not stored. "
        "A deletion takes the resource off the chart. Nothing can be read back or searched. "
        f"A body may have up to {largest_body} bytes ({largest_body / _MEGABYTE:g} MB), "
        f"a Bundle up to {MOST_ENTRIES} entries."
    )
