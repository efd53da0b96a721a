"""Bundle: a delivery peeled into plain entries, so that one bad entry spoils no other.

What the door does on every delivery. Nothing is validated here, and nothing interpreted but names.
"""

from dataclasses import dataclass, field, replace

from alerts.domain.submission import Delivery, Interaction, Peeled, PeeledEntry
from alerts.errors import NotFhir
from alerts.fhir.documents import Json, as_list, as_object, as_text, parse
from alerts.fhir.entries import REQUESTS, Entry, entry_of_bundle, with_inner
from alerts.fhir.identity import identities, tidy_id
from alerts.fhir.kinds import BUNDLE_TYPES, looks_like_type
from alerts.fhir.urls import address
from alerts.fhir.xml_documents import is_xml, parse_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A delivery taken apart: its entries, and what the Bundle says of itself.

    `bundle_type` is empty for a single resource; `identity` is Bundle.identifier or
    MessageHeader.id; `timestamp` is Bundle.timestamp as written; `is_xml` tells how it came.
    """

    bundle_type: str = ""
    identity: str = field(default="", repr=False)
    timestamp: str = ""
    entries: tuple[Entry, ...]
    is_xml: bool = False


def peel(delivery: Delivery) -> Peeled:
    """The delivery as seen at the door. Raises NotJson or NotFhir; a bad entry is a problem."""
    opened = open_delivery(delivery)
    keys = identities(opened.entries)
    return Peeled(
        bundle_type=opened.bundle_type,
        entries=tuple(
            PeeledEntry(position=each.position, resource_type=each.type, problem=each.problem)
            for each in opened.entries
        ),
        keys=tuple(dict.fromkeys(str(key) for key in keys if key)),
        identity=opened.identity,
    )


def open_delivery(delivery: Delivery) -> Opened:
    """The delivery's entries. Raises NotJson or NotFhir."""
    if delivery.interaction is Interaction.DELETE:
        return _deletion(delivery.target)
    if is_xml(delivery.body, delivery.media_type):
        return replace(_opened(delivery, _resource(parse_xml(delivery.body))), is_xml=True)
    return _opened(delivery, _resource(parse(delivery.body)))


def _opened(delivery: Delivery, resource: Json) -> Opened:
    if delivery.interaction in {Interaction.CREATE, Interaction.UPDATE}:
        _check_target(delivery, resource)
        if resource["resourceType"] != "Bundle":
            return _single(delivery, resource)
    return _bundle(resource, delivery.interaction)


def _resource(document: object) -> Json:
    if not isinstance(document, dict):
        raise NotFhir("a FHIR resource is a JSON object", expression="Resource")
    if not looks_like_type(document.get("resourceType")):
        raise NotFhir(
            "resourceType must name a type of FHIR resource", expression="Resource.resourceType"
        )
    return document


def _check_target(delivery: Delivery, resource: Json) -> None:
    named, own = address(delivery.target), str(resource["resourceType"])
    if not delivery.target and delivery.interaction is Interaction.CREATE:
        return  # a resource from a file: no path names its type
    if named.type != own:
        raise NotFhir(
            "resourceType must be the type that the path names", expression=f"{own}.resourceType"
        )
    if delivery.interaction is not Interaction.UPDATE or "?" in delivery.target:
        return
    if not named.id:
        raise NotFhir("an update's path must be Type/id", expression=f"{own}.id")
    own_id = as_text(resource.get("id"))
    if own_id and tidy_id(own_id) != tidy_id(named.id):
        raise NotFhir("the id must be the one that the path names", expression=f"{own}.id")


def _single(delivery: Delivery, resource: Json) -> Opened:
    own = str(resource["resourceType"])
    method = "PUT" if delivery.interaction is Interaction.UPDATE else "POST"
    entry = Entry(
        position=0, path=own, type=own, resource=resource, method=method, url=delivery.target
    )
    return Opened(entries=(entry,))


def _deletion(target: str) -> Opened:
    named = address(target)
    if not (named.id or named.identifier):
        raise NotFhir("a deletion's path must be Type/id", expression="Resource.id")
    entry = Entry(position=0, path=named.type, type=named.type, method="DELETE", url=target)
    return Opened(entries=(entry,))


def _bundle(bundle: Json, interaction: Interaction) -> Opened:
    if bundle["resourceType"] != "Bundle":
        raise NotFhir("only a Bundle can be taken here", expression="Resource.resourceType")
    bundle_type = bundle.get("type")
    if not isinstance(bundle_type, str) or bundle_type not in BUNDLE_TYPES:
        listed = ", ".join(BUNDLE_TYPES)
        raise NotFhir(f"the Bundle's type must be one of: {listed}", expression="Bundle.type")
    listed_entries = bundle.get("entry")
    if listed_entries is not None and not isinstance(listed_entries, list):
        raise NotFhir("the Bundle's entries must be an array", expression="Bundle.entry")
    entries = tuple(
        entry_of_bundle(bundle_type, i, raw) for i, raw in enumerate(as_list(listed_entries))
    )
    if bundle_type not in REQUESTS:
        # A transaction or a batch is answered entry by entry, so it stays as it is.
        entries = with_inner(entries)
    header = _message_header(entries) if bundle_type == "message" else {}
    if interaction is Interaction.MESSAGE:
        _check_message(bundle_type, header)
    return Opened(
        bundle_type=bundle_type,
        identity=as_text(header.get("id")) or _identifier(bundle),
        timestamp=as_text(bundle.get("timestamp")),
        entries=entries,
    )


def _message_header(entries: tuple[Entry, ...]) -> Json:
    is_there = entries and entries[0].type == "MessageHeader"
    return entries[0].resource if is_there else {}


def _check_message(bundle_type: str, header: Json) -> None:
    if bundle_type != "message":
        raise NotFhir("a message is a Bundle of type message", expression="Bundle.type")
    if not header:
        raise NotFhir(
            "a message's first entry must be its MessageHeader",
            expression="Bundle.entry[0].resource",
        )


def _identifier(bundle: Json) -> str:
    identifier = as_object(bundle.get("identifier"))
    system, value = as_text(identifier.get("system")), as_text(identifier.get("value"))
    return f"{system}|{value}" if system and value else value
