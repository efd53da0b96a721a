"""Idle: the entries of a document that surely say nothing to a decision, told from its skeleton.

Only Observations may be idle: results by the hundred, whose codes stand in no value set. One that a
clinician performed is not, since who somebody is may say something.
"""

from functools import lru_cache

import orjson
from msgspec import UNSET, Raw

from alerts.domain.submission import Submission
from alerts.fhir.codeable import people
from alerts.fhir.fields import Element
from alerts.fhir.glance import Glance
from alerts.fhir.skeleton import Head, skeleton
from alerts.fhir.urls import address

_KIND = "Observation"


def not_idle(submission: Submission, glance: Glance) -> frozenset[int] | None:
    """The positions of the entries that may say something; None where all may."""
    bundle = skeleton(submission.delivery.body)
    if bundle is None:
        return None
    return frozenset(
        i for i, each in enumerate(bundle.entry) if not _is_idle(each.resource, glance)
    )


def _is_idle(head: Head, glance: Glance) -> bool:
    """Neither its code nor its value says anything, and no clinician is named."""
    if head.resourceType != _KIND or head.contained is not UNSET:
        return False
    if head.performer is not UNSET and not _are_organizations(head.performer):
        return False
    said = (("code", head.code), ("valueCodeableConcept", head.valueCodeableConcept))
    parts = [(name, raw) for name, raw in said if raw is not UNSET]
    return all(glance.part(_KIND, name, raw).is_other for name, raw in parts)


def _are_organizations(performers: Raw) -> bool:
    return _name_organizations(bytes(performers))


@lru_cache(maxsize=4096)
def _name_organizations(performers: bytes) -> bool:
    root = Element(raw={"performer": orjson.loads(performers)}, path="")
    found = people(root, "performer")
    return all(address(each.text("reference")).type == "Organization" for each in found)
