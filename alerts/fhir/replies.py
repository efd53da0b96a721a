"""Replies: what a sender's Bundle is answered with at once, before any of it is read."""

import re
from collections.abc import Mapping
from uuid import UUID, uuid5

import orjson

from alerts.domain.problem import Severity
from alerts.domain.submission import Delivery, Interaction, Peeled, PeeledEntry, Receipt
from alerts.fhir.bundle import open_delivery
from alerts.fhir.documents import Json, as_list, as_object, as_text
from alerts.fhir.problems import outcome

ACCEPTED = "202 Accepted"
UNPROCESSABLE = "422 Unprocessable Entity"

_BUNDLES = frozenset({Interaction.BUNDLE, Interaction.MESSAGE})
_RESPONSE_TYPES: Mapping[str, str] = {
    "transaction": "transaction-response",
    "batch": "batch-response",
}
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_UNKNOWN_EVENT = "urn:oncofertility-alerts:event-not-stated"


def reply(
    delivery: Delivery, peeled: Peeled, receipt: Receipt, address: str, *, new_id: UUID
) -> bytes:
    """The Bundle that answers a transaction, a batch or a message; empty for anything else.

    `address` is where the receipt can be asked for. A transaction is accepted whole: what is wrong
    with an entry stands beside its 202. In a batch a bad entry is refused.
    """
    if delivery.interaction not in _BUNDLES:
        return b""
    if peeled.bundle_type in _RESPONSE_TYPES:
        return orjson.dumps(_entry_by_entry(peeled, address, new_id))
    if peeled.bundle_type == "message":
        return _message(delivery, receipt, address, new_id)
    return b""


def _entry_by_entry(peeled: Peeled, address: str, new_id: UUID) -> Json:
    is_batch = peeled.bundle_type == "batch"
    bundle: Json = {
        "resourceType": "Bundle",
        "id": str(new_id),
        "type": _RESPONSE_TYPES[peeled.bundle_type],
    }
    if peeled.entries:
        bundle["entry"] = [
            {"response": _response(each, address, is_batch=is_batch)} for each in peeled.entries
        ]
    return bundle


def _response(entry: PeeledEntry, address: str, *, is_batch: bool) -> Json:
    problem = entry.problem
    if problem is None:
        return {"status": ACCEPTED, "location": address}
    if is_batch and problem.severity is Severity.ERROR:
        return {"status": UNPROCESSABLE, "outcome": outcome((problem,))}
    return {"status": ACCEPTED, "location": address, "outcome": outcome((problem,))}


def _message(delivery: Delivery, receipt: Receipt, address: str, new_id: UUID) -> bytes:
    first = open_delivery(delivery).entries[:1]
    if not first or first[0].type != "MessageHeader":
        return b""
    original = first[0].resource
    header_id = uuid5(new_id, "MessageHeader")
    header: Json = {
        "resourceType": "MessageHeader",
        "id": str(header_id),
        **_event(original),
        "source": {"endpoint": _own_endpoint(original) or address},
        "response": {"identifier": _id(original, receipt), "code": "ok"},
    }
    sender = _uri(as_object(original.get("source")).get("endpoint"))
    if sender:
        header["destination"] = [{"endpoint": sender}]
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "id": str(new_id),
            "type": "message",
            "timestamp": receipt.received_at.isoformat(),
            "entry": [{"fullUrl": header_id.urn, "resource": header}],
        }
    )


def _id(original: Json, receipt: Receipt) -> str:
    own = as_text(original.get("id"))
    return own if _ID.fullmatch(own) else str(receipt.id)


def _event(original: Json) -> Json:
    coding = as_object(original.get("eventCoding"))
    kept = {name: as_text(coding.get(name)) for name in ("code", "display")}
    kept["system"] = _uri(coding.get("system"))
    said: Json = {name: text for name, text in kept.items() if text}
    if said:
        return {"eventCoding": said}
    return {"eventUri": _uri(original.get("eventUri")) or _UNKNOWN_EVENT}


def _own_endpoint(original: Json) -> str:
    """The address to which the message was sent, as its sender names this service."""
    for each in as_list(original.get("destination")):
        found = _uri(as_object(each).get("endpoint"))
        if found:
            return found
    return ""


def _uri(value: object) -> str:
    text = as_text(value)
    return text if text and not any(sign.isspace() for sign in text) else ""
