"""References: which resource an element points to, in its delivery, its owner or elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alerts.domain.chart import ResourceKey
from alerts.fhir.documents import Json
from alerts.fhir.fields import Element
from alerts.fhir.identity import (
    distinct,
    hidden,
    key_of_contained,
    key_of_identifier,
    key_of_url,
    tidy_id,
    urn_id,
)
from alerts.fhir.kinds import looks_like_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where the references of one resource may lead.

    `names` are the entries of the same delivery by their full URLs and identifiers, `contained` the
    resources inside the owner by their local ids.
    """

    owner: ResourceKey
    names: Mapping[str, ResourceKey] = field(repr=False)
    contained: Mapping[str, Element] = field(repr=False)

    def key(self, reference: Element, expected: str) -> ResourceKey | None:
        """The resource referred to; `expected` is its type where the reference does not say."""
        url = reference.text("reference")
        stated = reference.text("type")
        wanted = stated if looks_like_type(stated) else expected
        if url.startswith("#"):
            return self._contained_key(reference, url)
        if url:
            return self.names.get(url) or self._known(key_of_url(url)) or _named_only(url, wanted)
        return self._known(key_of_identifier(wanted, reference.raw.get("identifier")))

    def keys(self, references: Iterable[Element], expected: str) -> tuple[ResourceKey, ...]:
        """The resources referred to, each once."""
        return distinct(self.key(each, expected) for each in references)

    def inside(self, reference: Element) -> Element | None:
        """The contained resource referred to; None for a reference that leads out of its owner."""
        url = reference.text("reference")
        return self.contained.get(url.removeprefix("#")) if url.startswith("#") else None

    def _known(self, key: ResourceKey | None) -> ResourceKey | None:
        """The resource of this delivery that bears the identifier behind the key, else the key."""
        return self.names.get(str(key), key)

    def _contained_key(self, reference: Element, url: str) -> ResourceKey | None:
        found = self.contained.get(url.removeprefix("#"))
        if found:
            return key_of_contained(self.owner, found.raw)
        reference.complain("reference", "nothing of that name is contained", code="not-found")
        return None


def scope_of(owner: ResourceKey, resource: Element, names: Mapping[str, ResourceKey]) -> Scope:
    """The scope of one resource's references, and of those of the resources that it contains."""
    contained = {_local(each.raw): each for each in resource.each("contained")}
    return Scope(owner=owner, names=names, contained=contained)


def _local(resource: Json) -> str:
    own = resource.get("id")
    return own.strip().removeprefix("#") if isinstance(own, str) else ""


def _named_only(url: str, expected: str) -> ResourceKey | None:
    """A name that tells no type: a URN, a bare id, or an address that is not RESTful."""
    temporary = urn_id(url)
    if temporary:
        return ResourceKey(type=expected, id=temporary)
    if "/" not in url:
        return ResourceKey(type=expected, id=tidy_id(url))
    return ResourceKey(type=expected, id=hidden(url)) if "://" in url else None
