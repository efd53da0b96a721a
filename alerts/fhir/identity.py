"""Identity: which resource of its feed an entry, a URL or an identifier speaks of.

A feed is one source system. So every RESTful URL reduces to `Type/id` whatever server it names, and
the first that is known of these gives the id:

1. `Type/id` of a PUT or DELETE;
2. the resource's own id;
3. the tail of a RESTful fullUrl;
4. the identifier of a conditional request (`Type?identifier=system|value`, `ifNoneExist`);
5. the resource's first business identifier;
6. a `urn:uuid:` fullUrl;
7. the resource's content.

Identifiers become a digest: no record number stands in a key. They come before `urn:uuid:`, which
is a temporary name that senders draw anew for every Bundle, or even use for patient after patient
from one template. Where two entries of a delivery share an identifier but bear different
`urn:uuid:` names, or none and say different things, they are two resources, and each keeps its own
name (a Patient excepted: an identifier is there to tell patients apart).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from alerts.domain.chart import ResourceKey
from alerts.fhir.documents import Json, as_list, as_object, as_text, digest
from alerts.fhir.entries import Entry
from alerts.fhir.kinds import looks_like_type
from alerts.fhir.urls import Address, address, identifier_asked

_PLAIN_ID = re.compile(r"[A-Za-z0-9._~:@+=-]{1,128}")
_DIGEST_LENGTH = 32
_NAMING = frozenset({"PUT", "DELETE"})
_NOWHERE = Address()


def identities(entries: Sequence[Entry]) -> tuple[ResourceKey | None, ...]:
    """The key of each entry of one delivery; None for an entry that names no resource."""
    keys = [resource_key(each) for each in entries]
    if len(set(keys)) == len(keys):
        return tuple(keys)
    named = {(key, _apart(each)) for key, each in zip(keys, entries, strict=True) if key}
    shared = Counter(key for key, _ in named)
    return tuple(
        _own_name(each, key) if key and shared[key] > 1 else key
        for key, each in zip(keys, entries, strict=True)
    )


def named(entries: Sequence[Entry], keys: Sequence[ResourceKey | None]) -> dict[str, ResourceKey]:
    """By what names the resources of one delivery may be referred to inside it.

    These are their full URLs, and the keys that their business identifiers would make: who refers
    by an identifier means the resource that bears it, if one alone does. A Patient's identifiers
    that say their system are left out: whom they mean is told of all deliveries together.
    """
    borne: dict[str, set[ResourceKey]] = {}
    for each, key in zip(entries, keys, strict=True):
        for identifier in as_list(each.resource.get("identifier")) if key else ():
            if each.type == "Patient" and as_text(as_object(identifier).get("system")):
                continue
            alias = key_of_identifier(each.type, identifier)
            if alias and key:
                borne.setdefault(str(alias), set()).add(key)
    names = {alias: next(iter(bearers)) for alias, bearers in borne.items() if len(bearers) == 1}
    urls = zip(entries, keys, strict=True)
    return names | {each.full_url: key for each, key in urls if key and each.full_url}


def resource_key(entry: Entry) -> ResourceKey | None:
    """The key of one entry by itself."""
    if not entry.type or entry.problem:
        return None
    found = _given_id(entry) or _identifier_id(entry) or urn_id(entry.full_url)
    if not found and not entry.is_deletion():
        found = content_digest(entry.resource)[:_DIGEST_LENGTH]
    return ResourceKey(type=entry.type, id=found) if found else None


def key_of_url(url: str) -> ResourceKey | None:
    """`Type/id` at the end of a relative or absolute URL, or a conditional `Type?identifier=`."""
    named = address(url)
    if named.identifier:
        return ResourceKey(type=named.type, id=hidden(named.identifier))
    return ResourceKey(type=named.type, id=tidy_id(named.id)) if named.id else None


def key_of_identifier(resource_type: str, identifiers: object) -> ResourceKey | None:
    """The key that stands for the first business identifier which has a value."""
    for each in as_list(identifiers):
        system, value = (as_text(as_object(each).get(name)) for name in ("system", "value"))
        if value:
            return ResourceKey(type=resource_type, id=hidden(f"{system}|{value}"))
    return None


def key_of_contained(owner: ResourceKey, resource: Json) -> ResourceKey | None:
    """The key of a contained resource: it lives and dies with its owner.

    A contained Patient is known by its business identifier, if it has one.
    """
    resource_type = as_text(resource.get("resourceType"))
    if not looks_like_type(resource_type):
        return None
    if resource_type == "Patient":
        found = key_of_identifier(resource_type, resource.get("identifier"))
        if found:
            return found
    local = as_text(resource.get("id")).removeprefix("#")
    return ResourceKey(type=resource_type, id=hidden(f"{owner}#{local}"))


def urn_id(url: str) -> str:
    """The id in a `urn:uuid:` or `urn:oid:` name; empty for any other URL."""
    for scheme in ("urn:uuid:", "urn:oid:"):
        if url.lower().startswith(scheme) and len(url) > len(scheme):
            return tidy_id(url[len(scheme) :])
    return ""


def tidy_id(text: str) -> str:
    """The id itself, or a digest of one that no key could hold."""
    bare = text.strip()
    return bare if _PLAIN_ID.fullmatch(bare) else hidden(bare)


def hidden(text: str) -> str:
    """The first 32 hex digits of the SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def content_digest(resource: Json) -> str:
    """SHA-256 of what a resource states; its `meta` is about the statement, not part of it."""
    return digest({name: value for name, value in resource.items() if name != "meta"})


def distinct(keys: Iterable[ResourceKey | None]) -> tuple[ResourceKey, ...]:
    """Those that are there, each once, in their order."""
    return tuple(dict.fromkeys(key for key in keys if key))


def _given_id(entry: Entry) -> str:
    own = _requested(entry).id or as_text(entry.resource.get("id"))
    if own:
        return tidy_id(own)
    full = address(entry.full_url)
    return tidy_id(full.id) if full.id and full.type == entry.type else ""


def _identifier_id(entry: Entry) -> str:
    query = entry.if_none_exist.rpartition("?")[2]
    asked = _requested(entry).identifier or identifier_asked(query)
    if asked:
        return hidden(asked)
    own = key_of_identifier(entry.type, entry.resource.get("identifier"))
    return own.id if own else ""


def _requested(entry: Entry) -> Address:
    """What the request's URL names, where it names what the resource is."""
    named = address(entry.url) if entry.method in _NAMING else _NOWHERE
    return named if named.type == entry.type else _NOWHERE


def _apart(entry: Entry) -> str:
    """What tells entries of one identifier apart: their full URL, or else what they say."""
    return entry.full_url or ("" if _given_id(entry) else content_digest(entry.resource))


def _own_name(entry: Entry, key: ResourceKey) -> ResourceKey:
    if _given_id(entry) or entry.type == "Patient":
        return key
    own = urn_id(entry.full_url) or content_digest(entry.resource)[:_DIGEST_LENGTH]
    return ResourceKey(type=key.type, id=own)
