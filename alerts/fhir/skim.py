"""Skim: what a document is about, told from its skeleton: which patient, and any order that counts.

An order that surely names another drug never makes an alert, so that a patient of whom all orders
do is decided by them alone. Whatever is not plain (two patients or linked ones, a deletion, an
order without a subject, a Bundle inside, a shape that FHIR does not know) is not skimmed, but read
in full.
"""

from functools import lru_cache
from operator import attrgetter

import msgspec
import orjson
from msgspec import UNSET, Raw, UnsetType

from alerts.domain.chart import ResourceKey, Version
from alerts.domain.submission import Submission
from alerts.fhir import patients
from alerts.fhir.documents import Json, as_list, as_object
from alerts.fhir.fields import Element
from alerts.fhir.glance import Glance, Seen
from alerts.fhir.identity import key_of_url, tidy_id, urn_id
from alerts.fhir.kind_table import KINDS
from alerts.fhir.kinds import BUNDLE_TYPES, looks_like_type
from alerts.fhir.references import scope_of
from alerts.fhir.skeleton import Bundle, BundleEntry, Head, kinds_held, skeleton
from alerts.fhir.urls import address
from alerts.fhir.versions import Stamps, version

BY_DRUG = frozenset(
    {"MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"}
)
BY_CODE = frozenset({"ProcedureRequest", "ServiceRequest"})
PLANS = frozenset({"CarePlan", "RequestGroup", "RequestOrchestration"})
SHARED = frozenset({"CareTeam", "Medication", "Practitioner", "PractitionerRole"})

_ORDERS = BY_DRUG | BY_CODE | PLANS
_DRUGS = ("medicationCodeableConcept", "medicationReference", "medication")
_MORE = (
    "contained",
    "orderDetail",
    "ingredient",
    "instantiates",
    "instantiatesCanonical",
    "instantiatesUri",
    "definition",
    "definitionCanonical",
)
"""Elements that may name a drug, too: whoever has one is looked at as a whole."""
_more = attrgetter(*_MORE)
_NO_MORE = (UNSET,) * len(_MORE)
_OF_PATIENTS = frozenset({"", "Patient"})
_METHODS = frozenset({"", "POST", "PUT"})


class Shared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A resource of no single patient that a document holds; of a Medication, if it is another."""

    key: ResourceKey
    version: Version
    is_other: bool = False


class Skimmed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a document says, as far as it was looked at.

    `is_settled` when each of its orders surely is another drug, if all of `products` are, too.
    `version` is that of its Patient, None without one; `identifiers` are the Patient's, as written.
    """

    patient: ResourceKey | None
    is_settled: bool
    products: tuple[ResourceKey, ...] = ()
    version: Version | None = None
    shared: tuple[Shared, ...] = ()
    identifiers: tuple[bytes, ...] = ()


class _NotPlainError(Exception):
    """Only the full reader can tell what the document says."""


def skim(submission: Submission, glance: Glance) -> Skimmed | None:
    """What a document of JSON says; None for one that is not plain."""
    bundle = skeleton(submission.delivery.body)
    if bundle is None:
        return None
    try:
        return _Skim(submission, bundle, glance).told()
    except _NotPlainError:
        return None


def names_borne(identifiers: bytes) -> frozenset[str]:
    """By what a patient of these identifiers, as written, is known to who refers by one alone."""
    patient = Element(raw={"identifier": orjson.loads(identifiers)}, path="")
    return frozenset(each.name for each in patients.identifiers(patient))


class _Skim:
    """One document being skimmed."""

    def __init__(self, submission: Submission, bundle: Bundle, glance: Glance) -> None:
        self._submission = submission
        self._bundle = bundle
        self._glance = glance
        self._by_url = {each.fullUrl: each for each in bundle.entry if each.fullUrl}
        self._document: Json | None = None

    def told(self) -> Skimmed:
        """What the document says."""
        patients: dict[ResourceKey, Version] = {}
        shared: list[Shared] = []
        subjects: set[str] = set()
        seen: list[Seen] = []
        named: list[Raw | UnsetType] = []
        for kind, found in _by_kind(self._bundle).items():
            if kind == "Patient":
                if len(found) > 1:  # which of them counts, the order of all statements tells
                    raise _NotPlainError
                (place, entry), *_ = found
                patients[self._key(entry)] = self._version(place, entry)
                named.append(entry.resource.identifier)
            elif kind in SHARED:
                shared += [self._shared(i, each) for i, each in found]
            elif kind in KINDS:
                subjects |= _subjects([each.resource for _, each in found])
                seen += [self._order(i, each) for i, each in found] if kind in _ORDERS else []
        patient = _only({*patients, *map(self._resolved, subjects)})
        return Skimmed(
            patient=patient,
            is_settled=False not in [each.is_other for each in seen],
            products=tuple({key: None for each in seen for key in each.products}),
            version=patients.get(patient) if patient else None,
            shared=tuple(shared),
            identifiers=tuple(bytes(each) for each in named if each is not UNSET),
        )

    def _key(self, entry: BundleEntry) -> ResourceKey:
        """The key that its URL or its own id gives it."""
        kind, own = entry.resource.resourceType, entry.resource.id
        if entry.request is not UNSET and entry.request.method == "PUT":
            named = address(entry.request.url)
            if named.identifier or named.type != kind:
                raise _NotPlainError
            own = named.id or own
        if not own.strip():
            raise _NotPlainError
        return ResourceKey(type=kind, id=tidy_id(own))

    def _resolved(self, url: str) -> ResourceKey:
        """The patient behind the URL of a reference."""
        entry = self._by_url.get(url)
        if entry:
            return self._key(entry)
        found = _key_of_reference(url)
        if found is None or str(found) in self._by_url:
            raise _NotPlainError
        return found

    def _version(self, place: int, entry: BundleEntry) -> Version:
        meta, response = entry.resource.meta, entry.response
        updated, number = ("", "") if meta is UNSET else (meta.lastUpdated, meta.versionId)
        modified, etag = ("", "") if response is UNSET else (response.lastModified, response.etag)
        stamps = Stamps(
            instants=(updated, modified, self._bundle.timestamp), numbers=(number, etag)
        )
        return version(stamps, place, self._bundle.type, self._submission)

    def _shared(self, place: int, entry: BundleEntry) -> Shared:
        is_drug = entry.resource.resourceType == "Medication"
        return Shared(
            key=self._key(entry),
            version=self._version(place, entry),
            is_other=is_drug and self._seen(place, entry, ("code",)).is_other,
        )

    def _order(self, place: int, entry: BundleEntry) -> Seen:
        kind = entry.resource.resourceType
        if kind in PLANS:
            return self._whole(place)
        return self._seen(place, entry, _DRUGS if kind in BY_DRUG else ("code",))

    def _seen(self, place: int, entry: BundleEntry, names: tuple[str, ...]) -> Seen:
        """What the resource says by one of these elements; it is looked at whole if it has more."""
        head = entry.resource
        said = [(name, raw) for name in names if (raw := getattr(head, name)) is not UNSET]
        if len(said) != 1 or _more(head) != _NO_MORE:
            return self._whole(place)
        (name, raw) = said[0]
        seen = self._glance.part(head.resourceType, name, raw)
        named = (*seen.urls, *map(str, seen.products)) if seen.urls or seen.products else ()
        return self._whole(place) if any(url in self._by_url for url in named) else seen

    def _whole(self, place: int) -> Seen:
        if self._document is None:
            self._document = as_object(orjson.loads(self._submission.delivery.body))
        entries = as_list(self._document["entry"]) if self._bundle.type else [{}]
        held = as_object(entries[place]).get("resource") if self._bundle.type else self._document
        root = Element(raw=as_object(held), path="")
        owner = ResourceKey(type=root.text("resourceType"), id=root.text("id"))
        names = {
            each.fullUrl: ResourceKey(type=each.resource.resourceType, id=tidy_id(each.resource.id))
            for each in self._bundle.entry
            if each.fullUrl and each.resource.id
        }
        return self._glance.whole(root, scope_of(owner, root, names))


def _by_kind(bundle: Bundle) -> dict[str, list[tuple[int, BundleEntry]]]:
    """The entries with their places, by the type of their resource."""
    if bundle.type not in BUNDLE_TYPES and bundle.resourceType == "Bundle":
        raise _NotPlainError
    found: dict[str, list[tuple[int, BundleEntry]]] = {}
    for numbered in enumerate(bundle.entry):
        entry = numbered[1]
        head = entry.resource
        if entry.request is not UNSET or head.link is not UNSET or head.contained is not UNSET:
            _check(entry)
        same = found.get(head.resourceType)
        if same is None:
            found[head.resourceType] = [numbered]
        else:
            same.append(numbered)
    if not all(map(_is_plain_type, found)):
        raise _NotPlainError
    return found


@lru_cache(maxsize=256)
def _is_plain_type(kind: str) -> bool:
    return kind != "Bundle" and looks_like_type(kind)


def _check(entry: BundleEntry) -> None:
    """What asks for more than to be kept, is linked, or holds a patient, is read in full."""
    head = entry.resource
    if entry.request is not UNSET and entry.request.method not in _METHODS:
        raise _NotPlainError
    if head.link is not UNSET:
        raise _NotPlainError
    if head.contained is not UNSET:
        held = kinds_held(head.contained)
        if not held or "Patient" in held:
            raise _NotPlainError


def _only(patients: set[ResourceKey]) -> ResourceKey | None:
    if len(patients) > 1 or any(each.type != "Patient" for each in patients):
        raise _NotPlainError
    return next(iter(patients), None)


def _subjects(heads: list[Head]) -> set[str]:
    """The URLs of the patients whom the resources are about."""
    try:
        # Asked of every result of a chart: where all have a subject, one look tells.
        found = {each.subject.reference for each in heads}  # type: ignore[union-attr]
        types = {each.subject.type for each in heads}  # type: ignore[union-attr]
    except AttributeError:
        return {_subject(each) for each in heads}
    if not types <= _OF_PATIENTS:
        raise _NotPlainError
    return {url.strip() for url in found}


def _subject(head: Head) -> str:
    """The URL of the patient whom the resource is about."""
    found = head.patient if head.subject is UNSET else head.subject
    if found is UNSET:
        if head.resourceType == "Appointment" and head.participant is not UNSET:
            return _participant(head.participant)
        raise _NotPlainError
    if found.type not in _OF_PATIENTS:
        raise _NotPlainError
    return found.reference.strip()


def _participant(raw: Raw) -> str:
    """The URL of the one patient who takes part in an appointment."""
    root = Element(raw={"participant": orjson.loads(bytes(raw))}, path="")
    actors = [each.child("actor").text("reference") for each in root.each("participant")]
    patients = [url for url in actors if address(url).type == "Patient"]
    if len(patients) != 1 or any(not address(url).type for url in actors):
        raise _NotPlainError
    return patients[0]


@lru_cache(maxsize=4096)
def _key_of_reference(url: str) -> ResourceKey | None:
    """The patient whom a URL names by itself; None where that is not plain."""
    if url.startswith("#") or "?" in url:
        return None
    found = key_of_url(url)
    if found:
        return found if found.type == "Patient" else None
    own = urn_id(url) or (tidy_id(url) if url and "/" not in url else "")
    return ResourceKey(type="Patient", id=own) if own else None
