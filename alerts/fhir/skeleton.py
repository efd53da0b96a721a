"""Skeleton: of a document only what tells whom it is about and what it orders, and no more.

The rest is passed over without being made into objects, which takes less time than parsing it all.
Whatever is not just as FHIR writes it has no skeleton; it must be read in full. No part of one can
hold itself, so the collector of cycles need not look at any (`gc=False`).
"""

import re

import msgspec
from msgspec import UNSET, Raw, UnsetType

# NUL characters and halves of characters: the full reader takes them out or refuses them.
_ODD = re.compile(rb"\\u(?:0000|[dD])")
_BEGINNING = 100


class Reference(msgspec.Struct, gc=False):
    """A Reference; one by identifier alone has an empty `reference`."""

    reference: str = ""
    type: str = ""


class Meta(msgspec.Struct, gc=False):
    """The stamps of a statement."""

    lastUpdated: str = ""  # noqa: N815 - FHIR's name, as are those below
    versionId: str = ""  # noqa: N815


class Head(msgspec.Struct, gc=False):
    """The elements of a resource that matter here; UNSET for one that is not there."""

    resourceType: str  # noqa: N815
    id: str = ""
    meta: Meta | UnsetType = UNSET
    subject: Reference | UnsetType = UNSET
    patient: Reference | UnsetType = UNSET
    contained: Raw | UnsetType = UNSET
    medicationCodeableConcept: Raw | UnsetType = UNSET  # noqa: N815
    medicationReference: Raw | UnsetType = UNSET  # noqa: N815
    medication: Raw | UnsetType = UNSET
    code: Raw | UnsetType = UNSET
    ingredient: Raw | UnsetType = UNSET
    orderDetail: Raw | UnsetType = UNSET  # noqa: N815
    instantiates: Raw | UnsetType = UNSET
    instantiatesCanonical: Raw | UnsetType = UNSET  # noqa: N815
    instantiatesUri: Raw | UnsetType = UNSET  # noqa: N815
    definition: Raw | UnsetType = UNSET
    definitionCanonical: Raw | UnsetType = UNSET  # noqa: N815
    participant: Raw | UnsetType = UNSET
    link: Raw | UnsetType = UNSET
    identifier: Raw | UnsetType = UNSET
    performer: Raw | UnsetType = UNSET
    valueCodeableConcept: Raw | UnsetType = UNSET  # noqa: N815


class Request(msgspec.Struct, gc=False):
    """What an entry asks for."""

    method: str = ""
    url: str = ""


class Response(msgspec.Struct, gc=False):
    """What was answered to it: its stamps."""

    etag: str = ""
    lastModified: str = ""  # noqa: N815


class BundleEntry(msgspec.Struct, gc=False):
    """One entry of a Bundle."""

    resource: Head
    fullUrl: str = ""  # noqa: N815
    request: Request | UnsetType = UNSET
    response: Response | UnsetType = UNSET


class Bundle(msgspec.Struct, gc=False):
    """A Bundle, or a resource that stands alone as its one entry (`type` is then empty)."""

    resourceType: str  # noqa: N815
    type: str = ""
    timestamp: str = ""
    entry: list[BundleEntry] = msgspec.field(default_factory=list)


_BUNDLES = msgspec.json.Decoder(Bundle)
_HEADS = msgspec.json.Decoder(Head)
_KINDS_HELD = msgspec.json.Decoder(list[Head])


def skeleton(body: bytes) -> Bundle | None:
    """The skeleton of a body of JSON; None for one that only the full reader can judge."""
    if not _is_plain(body):
        return None
    try:
        may_be_bundle = b'"Bundle"' in body[:_BEGINNING]
        bundle = _BUNDLES.decode(body) if may_be_bundle else None
        if bundle and bundle.resourceType == "Bundle":
            return bundle
        head = _HEADS.decode(body)
        if head.resourceType == "Bundle":
            return _BUNDLES.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    return Bundle(resourceType=head.resourceType, entry=[BundleEntry(resource=head)])


def kinds_held(contained: Raw) -> frozenset[str] | None:
    """The types of contained resources; None where they cannot be told."""
    try:
        return frozenset(each.resourceType for each in _KINDS_HELD.decode(contained))
    except (msgspec.DecodeError, RecursionError):
        return None


def _is_plain(body: bytes) -> bool:
    """What is passed over is not checked by the decoder, so it is here."""
    if b"\\" in body and _ODD.search(body):
        return False
    try:
        return body.isascii() or bool(body.decode())
    except UnicodeDecodeError:
        return False
