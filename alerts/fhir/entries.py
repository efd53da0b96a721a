"""One entry of a delivery as it came: its raw resource, where it stands and how it was sent."""

from dataclasses import dataclass, field, replace

from alerts.domain.problem import Problem, Severity
from alerts.fhir.documents import Json, as_list, as_object, as_text
from alerts.fhir.kinds import looks_like_type
from alerts.fhir.urls import address

REQUESTS = frozenset({"transaction", "batch"})
"""Bundles whose entries ask for something; in any other they tell what was done elsewhere."""

_ASKING = frozenset({"request", "response"})
_UNSERVED = frozenset({"GET", "HEAD", "PATCH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry before it is interpreted; a resource sent alone is an entry too.

    `path` is the FHIRPath of its resource, `url` and `method` are those of the request, `etag` and
    `last_modified` those of the response. `resource` is empty for a deletion or a bad entry;
    `problem` tells what makes a bad entry bad. `is_opened` is true of a Bundle whose own entries
    follow.
    """

    position: int
    path: str
    type: str
    resource: Json = field(default_factory=dict, repr=False)
    full_url: str = field(default="", repr=False)
    method: str = ""
    url: str = field(default="", repr=False)
    if_none_exist: str = field(default="", repr=False)
    etag: str = ""
    last_modified: str = ""
    problem: Problem | None = None
    is_opened: bool = False

    def is_deletion(self) -> bool:
        """It takes a resource away."""
        return self.method == "DELETE"


def entry_of_bundle(bundle_type: str, position: int, raw: object) -> Entry:
    """The entry at that place of a Bundle, whatever stands there."""
    outer = as_object(raw)
    if _is_plain(outer):
        return _plain(position, outer)
    request, response = as_object(outer.get("request")), as_object(outer.get("response"))
    resource = as_object(outer.get("resource"))
    method, url = as_text(request.get("method")).upper(), as_text(request.get("url"))
    is_unserved = bundle_type in REQUESTS and method in _UNSERVED
    problem = _unserved(position) if is_unserved else _problem(position, raw, method)
    return Entry(
        position=position,
        path=f"Bundle.entry[{position}].resource",
        type=_type(resource, url, method),
        resource={} if problem or method == "DELETE" else resource,
        full_url=as_text(outer.get("fullUrl")),
        method=method,
        url=url,
        if_none_exist=as_text(request.get("ifNoneExist")),
        etag=as_text(response.get("etag")),
        last_modified=as_text(response.get("lastModified")),
        problem=problem,
    )


def _is_plain(outer: Json) -> bool:
    """It holds a resource and asks for nothing: so it is with most entries."""
    resource = outer.get("resource")
    return (
        isinstance(resource, dict)
        and _ASKING.isdisjoint(outer)
        and looks_like_type(resource.get("resourceType"))
    )


def _plain(position: int, outer: Json) -> Entry:
    resource = as_object(outer["resource"])
    return Entry(
        position=position,
        path=f"Bundle.entry[{position}].resource",
        type=str(resource["resourceType"]),
        resource=resource,
        full_url=as_text(outer.get("fullUrl")),
    )


def with_inner(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries, and after them those of the Bundles among them, at any depth."""
    found = list(entries)
    for i, outer in enumerate(found):
        if outer.type == "Bundle":
            held = as_list(outer.resource.get("entry"))
            found[i] = replace(outer, is_opened=True)
            found += [_inner(outer, len(found) + j, j, raw) for j, raw in enumerate(held)]
    return tuple(found)


def _inner(outer: Entry, position: int, place: int, raw: object) -> Entry:
    entry = entry_of_bundle(as_text(outer.resource.get("type")), place, raw)
    problem = entry.problem and replace(
        entry.problem,
        expression=entry.problem.expression.replace("Bundle", outer.path, 1),
    )
    path = entry.path.replace("Bundle", outer.path, 1)
    return replace(entry, position=position, path=path, problem=problem)


def _type(resource: Json, url: str, method: str) -> str:
    """The type that the resource, or else the URL, names; a deletion's is the URL's."""
    own = resource.get("resourceType")
    is_own = isinstance(own, str) and looks_like_type(own) and method != "DELETE"
    return str(own) if is_own else address(url).type


def _unserved(position: int) -> Problem:
    at = f"Bundle.entry[{position}].request.method"
    return _bad("not-supported", at, "only POST, PUT and DELETE are taken")


def _problem(position: int, raw: object, method: str) -> Problem | None:
    path = f"Bundle.entry[{position}]"
    if not isinstance(raw, dict):
        return _bad("structure", path, "an entry must be an object")
    if method == "DELETE":
        return None if address(_url(raw)).type else _unnamed_deletion(path)
    resource = raw.get("resource")
    if resource is None:
        return _bad("required", f"{path}.resource", "the entry has no resource")
    if not isinstance(resource, dict):
        return _bad("structure", f"{path}.resource", "a resource must be an object")
    if not looks_like_type(resource.get("resourceType")):
        at = f"{path}.resource.resourceType"
        return _bad("required", at, "the resource does not say which type it is")
    return None


def _url(raw: Json) -> str:
    return as_text(as_object(raw.get("request")).get("url"))


def _unnamed_deletion(path: str) -> Problem:
    return _bad("required", f"{path}.request.url", "a deletion must name its resource, as Type/id")


def _bad(code: str, expression: str, text: str) -> Problem:
    return Problem(severity=Severity.ERROR, code=code, expression=expression, text=text)
