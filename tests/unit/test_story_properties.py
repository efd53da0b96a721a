"""What holds of every story whatever else its hospital says, and in whatever order it is known."""

import copy
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import wiring
from alerts.detection.decide import decide
from alerts.domain.actor import FeedId
from alerts.domain.assembly import charts
from alerts.domain.chart import CareEvent, Record, ResourceKey
from alerts.domain.decision import Decision, Outcome
from alerts.domain.submission import ReceiptId, Submission
from alerts.fhir.reader import read
from tests.stories import Story, all_stories

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = wiring.rules()
IRRELEVANT: Mapping[str, tuple[str, ...]] = {
    "*": ("text", "language", "note", "x_vendorField", "extension"),
    "Patient": ("address", "communication", "contact", "maritalStatus", "photo", "telecom"),
    "MedicationRequest": (
        *("reasonCode", "reasonReference", "reason", "priority", "insurance", "substitution"),
        *("category", "supportingInformation", "detectedIssue", "courseOfTherapyType"),
    ),
    "MedicationDispense": ("quantity", "daysSupply", "substitution", "receiver", "location"),
    "MedicationAdministration": ("reasonCode", "reasonReference", "device", "category"),
    "MedicationStatement": ("reasonCode", "reasonReference", "derivedFrom", "category"),
    "Medication": ("amount", "batch", "manufacturer"),
    "Encounter": ("location", "hospitalization", "serviceProvider", "priority", "length"),
    "Condition": ("severity", "stage", "evidence", "bodySite", "abatementDateTime"),
    "Observation": ("interpretation", "referenceRange", "device", "specimen", "bodySite"),
    "Procedure": ("outcome", "followUp", "location", "complication", "usedCode", "report"),
    "Composition": ("section", "title", "confidentiality", "custodian"),
    "DocumentReference": ("content", "description", "securityLabel", "custodian"),
    "Communication": ("payload", "medium", "recipient", "priority"),
    "Appointment": ("description", "comment", "minutesDuration", "priority", "slot"),
    "ServiceRequest": ("patientInstruction", "insurance", "specimen", "locationCode"),
    "Practitioner": ("address", "photo", "birthDate", "gender", "communication"),
}
"""Elements that no decision may rest on, by type; `*` stands for every type."""
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
PEMBROLIZUMAB = {"coding": [{"system": RXNORM, "code": "1547545"}], "text": "pembrolizumab 200 mg"}
CONSULT = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z31.62"}]}
STERILE = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z90.722"}]}
SAID = st.sampled_from(
    [
        *(PEMBROLIZUMAB, [PEMBROLIZUMAB], CONSULT, [CONSULT], [STERILE], "pembrolizumab", "", None),
        *("fertility consult done", "cancelled", "entered-in-error", [{"text": "no fertility"}]),
        *([{"reference": "Patient/another"}], {"reference": "#x"}, 5, [], {}, "1900-01-01", True),
        *([{"url": "urn:x", "valueCodeableConcept": PEMBROLIZUMAB}], {"start": "1990"}),
    ]
)


@dataclass(frozen=True)
class Said:
    """A story as parsed bodies, one a delivery (None for one that is not JSON)."""

    story: Story
    bodies: tuple[object, ...]

    def resources(self) -> Iterator[dict]:
        """The resources of its deliveries, to be changed in place."""
        for body in self.bodies:
            if isinstance(body, dict) and body.get("resourceType") == "Bundle":
                yield from (each["resource"] for each in body["entry"] if "resource" in each)
            elif isinstance(body, dict):
                yield body

    def records(self) -> list[Record]:
        """What its deliveries say."""
        return [each for number, _ in enumerate(self.bodies) for each in self._read(number)]

    def _read(self, number: int) -> tuple[Record, ...]:
        delivery, body = self.story.deliveries[number].as_delivery(), self.bodies[number]
        if body is not None:
            delivery = replace(delivery, body=json.dumps(body).encode())
        morning = dt.datetime.combine(self.story.as_of, dt.time(9), tzinfo=dt.UTC)
        submission = Submission(
            id=ReceiptId(UUID(int=number)),
            feed=FeedId(UUID(int=1)),
            order=number,
            received_at=morning + dt.timedelta(minutes=number),
            sha256="0" * 64,
            delivery=delivery,
        )
        return read(submission).records


def parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


SAYINGS = tuple(
    Said(story, tuple(parsed(each.body) for each in story.deliveries)) for story in all_stories()
)
STORIES = st.sampled_from(SAYINGS).map(copy.deepcopy)


def decided(story: Story, records: list[Record]) -> Decision:
    """What is decided of the story's patient; all others are another's business."""
    found = charts(records)
    (chart,) = (each for each in found if story.patient in {"", str(each.patient)})
    return decide(chart, RULES, story.as_of)


def of_one(said: Said) -> str:
    """The patient whom the story is about."""
    if said.story.patient:
        return said.story.patient
    (chart,) = charts(said.records())
    return str(chart.patient)


def gist(decision: Decision) -> object:
    """What a reader of a decision would call the same."""
    said = (decision.outcome, decision.priority, decision.drugs, decision.reasons())
    return (*said, decision.first_dose, decision.recheck_on)


BEFORE = {said.story.name: gist(decided(said.story, said.records())) for said in SAYINGS}


@QUICK
@given(STORIES, SAID, st.data())
def test_an_irrelevant_element_changes_nothing(said, value, data):
    resources = [each for each in said.resources() if "resourceType" in each]
    if not resources:
        return
    resource = data.draw(st.sampled_from(resources))
    names = IRRELEVANT["*"] + IRRELEVANT.get(str(resource["resourceType"]), ())
    resource[data.draw(st.sampled_from(names))] = value
    assert gist(decided(said.story, said.records())) == BEFORE[said.story.name]


@QUICK
@given(STORIES, st.data())
def test_an_irrelevant_element_may_be_left_out(said, data):
    held = [
        (resource, name)
        for resource in said.resources()
        for name in IRRELEVANT["*"] + IRRELEVANT.get(str(resource.get("resourceType")), ())
        if name in resource and name != "extension"
    ]
    if held:
        resource, name = data.draw(st.sampled_from(held))
        del resource[name]
        assert gist(decided(said.story, said.records())) == BEFORE[said.story.name]


AGAINST = {ResourceKey(type="Encounter", id="donor-donation")}
"""What shows that other evidence is not the patient's own: without it, it would count."""


@QUICK
@given(
    st.sampled_from([s for s in SAYINGS if s.story.expected.outcome is Outcome.ALERT]), st.data()
)
def test_taking_evidence_of_care_away_never_ends_an_alert(said, data):
    records = said.records()
    orders = {each.key for each in records if not isinstance(each.fact, CareEvent | None)}
    care = sorted({each.key for each in records} - orders - AGAINST)
    if care:
        gone = set(data.draw(st.lists(st.sampled_from(care), min_size=1)))
        left = [each for each in records if each.key not in gone]
        assert decided(said.story, left).outcome is Outcome.ALERT


def unrelated(patient: str) -> list[dict]:
    """Resources that have nothing to do with it, some of them another patient's."""
    mine, theirs = {"reference": patient}, {"reference": "Patient/another-one"}
    order = {"resourceType": "MedicationRequest", "status": "active", "intent": "order"}
    metformin = {"text": "metformin 500 mg", "coding": [{"system": RXNORM, "code": "861007"}]}
    visit = {"resourceType": "Encounter", "status": "finished", "period": {"start": "2026-11-01"}}
    sugar = {"system": "http://loinc.org", "code": "2345-7"}
    pressure = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]}
    made = [
        {**order, "subject": mine, "medicationCodeableConcept": metformin},
        {**order, "subject": theirs, "medicationCodeableConcept": PEMBROLIZUMAB},
        {**visit, "subject": theirs, "reasonCode": [CONSULT]},
        {**visit, "subject": mine, "reasonCode": [pressure]},
        {"resourceType": "Condition", "subject": mine, "code": pressure},
        {"resourceType": "Condition", "subject": theirs, "code": STERILE},
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": mine,
            "code": {"coding": [sugar]},
        },
        {"resourceType": "AllergyIntolerance", "patient": mine, "code": PEMBROLIZUMAB},
        {"resourceType": "ResearchStudy", "status": "active", "title": "pembrolizumab"},
        {"resourceType": "Medication", "code": PEMBROLIZUMAB},
        {"resourceType": "Patient", "deceasedBoolean": True},
    ]
    return [{**each, "id": f"unrelated-{number}"} for number, each in enumerate(made)]


@QUICK
@given(STORIES, st.data())
def test_an_unrelated_resource_changes_nothing(said, data):
    patient = of_one(said)
    if not patient.startswith("Patient/"):
        return
    entries = data.draw(st.lists(st.sampled_from(unrelated(patient)), min_size=1, unique_by=str))
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in entries],
    }
    last = said.story.deliveries[-1]
    sent = replace(last, request="POST /fhir", body=b"", media_type="application/fhir+json")
    story = replace(said.story, patient=patient, deliveries=(*said.story.deliveries, sent))
    more = Said(story, (*said.bodies, bundle))
    told, before = decided(story, more.records()), decided(story, said.records())
    assert gist(told)[:4] == gist(before)[:4]


@QUICK
@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_in_which_records_are_known_changes_nothing(said, chance):
    records = said.records()
    chance.shuffle(records)
    assert gist(decided(said.story, records)) == BEFORE[said.story.name]


@QUICK
@given(STORIES)
def test_saying_everything_twice_changes_nothing(said):
    twice = [*said.records(), *said.records()]
    assert gist(decided(said.story, twice)) == BEFORE[said.story.name]
