"""Referring, over the real database: what a pushed order makes of letter, file and trail."""

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, text

from alerts.domain.alert import AlertId, AlertStatus
from alerts.domain.chart import ResourceKey
from alerts.errors import DatabaseAway, NotFound
from alerts.pathway import refer, review
from tests.integration.fhir_builders import (
    ICD_10_CM,
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
    stamped,
)
from tests.integration.people import REGISTER, an_order_of, known_as, say, trust
from tests.integration.steps import pushed
from tests.toolbox import Bench

MELANOMA = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "code": {"coding": [{"system": ICD_10_CM, "code": "C43.9"}], "text": "Melanoma of skin"},
    "onsetDateTime": "2026-10",
}
ORDER = a_medication_order(
    "o1",
    "p1",
    requester={"reference": "Practitioner/d1"},
    dosageInstruction=[{"timing": {"event": ["2026-11-27"]}}],
)
STORY = a_bundle([stamped(a_patient("p1"), 3), a_practitioner("d1"), MELANOMA, ORDER])


def alerted(bench: Bench) -> AlertId:
    pushed(bench, STORY)
    [row] = review.worklist(bench.person(), bench.tools).rows
    return row.alert.id


def taken(engine: Engine) -> list[tuple[str, dict]]:
    asked = (
        "select actor_id, detail from audit_events where type = 'document-taken' order by number"
    )
    with engine.connect() as connection:
        return [
            (row.actor_id, dict(json.loads(row.detail))) for row in connection.execute(text(asked))
        ]


def test_the_letter_is_written_from_the_chart(bench: Bench):
    made = refer.letter(alerted(bench), bench.person(), bench.tools)
    [page] = PdfReader(io.BytesIO(made)).pages
    said = " ".join(page.extract_text().split())
    for told in (
        "Name Invented Probe",
        "Born 5 May 1994 (32 years)",
        "Record number MRN-p1",
        "Diagnosis Melanoma of skin, C43.9 (since 2026-10)",
        "nivolumab (checkpoint inhibitor, PD-1)",
        "First dose 27 November 2026 (from the timing of the order)",
        "Oncologist Onko",
        "Letter by Coordinator",
    ):
        assert told in said


def test_the_file_names_the_feeds_own_resources(bench: Bench):
    made = json.loads(refer.bundle(alerted(bench), bench.person(), bench.tools))
    asked = made["entry"][0]["resource"]
    assert asked["subject"]["reference"] == "Patient/p1"
    assert asked["requester"]["reference"] == "Practitioner/d1"
    assert asked["reasonReference"][0]["reference"] == "Condition/c1"
    assert asked["supportingInfo"] == [{"reference": "MedicationRequest/o1"}]
    assert asked["occurrencePeriod"]["end"] == "2026-11-26"


def test_a_file_that_the_record_system_took_and_sends_back_makes_the_alert_referred(bench: Bench):
    alert = alerted(bench)
    made = json.loads(refer.bundle(alert, bench.person(), bench.tools))
    asked = {**made["entry"][0]["resource"], "id": "s1", "status": "active", "intent": "order"}
    pushed(bench, a_bundle([asked]))
    view = review.alert(alert, bench.person(), bench.tools)
    assert view.row.alert.status is AlertStatus.REFERRED


def test_one_click_records_the_referral(bench: Bench):
    placed = refer.place(alerted(bench), bench.person(), bench.tools)
    assert placed.status is AlertStatus.REFERRED
    assert placed.due_on is not None


def test_each_document_is_on_the_trail_by_person_and_kind_and_nothing_else(
    bench: Bench, engine: Engine
):
    alert, person = alerted(bench), bench.person()
    for take in (refer.letter, refer.bundle, refer.leaflet, refer.printed_leaflet):
        take(alert, person, bench.tools)
    found = taken(engine)
    kinds = ["referral-letter", "fhir-referral", "leaflet", "leaflet"]
    assert [detail["document"] for _, detail in found] == kinds
    assert {who for who, _ in found} == {str(person.id)}
    assert {tuple(sorted(detail)) for _, detail in found} == {("decision", "document")}


def test_without_its_event_nobody_gets_a_document(bench: Bench, engine: Engine):
    alert, person = alerted(bench), bench.person()

    def begin():
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        refer.letter(alert, person, replace(bench.tools, begin=begin))
    with pytest.raises(NotFound):
        refer.letter(AlertId(bench.tools.new_id()), person, bench.tools)
    assert taken(engine) == []


def test_the_page_says_which_feed_said_what_and_when(bench: Bench):
    view = review.alert(alerted(bench), bench.person(), bench.tools)
    order = view.source(ResourceKey(type="MedicationRequest", id="o1"))
    assert order is not None
    assert (order.feed_name, order.is_stamped) == ("ehr", False)
    patient = view.source(ResourceKey(type="Patient", id="p1"))
    assert patient is None or patient.is_stamped
    assert view.source(ResourceKey(type="Encounter", id="e1")) is None


def test_of_a_joined_chart_each_source_says_its_own_feed(bench: Bench):
    bench.feed("ehr")
    bench.feed("clinic")
    trust(bench, REGISTER)
    say(bench, known_as("p1", "n1"), an_order_of("p1"))
    say(bench, known_as("q1", "n1"), an_order_of("q1"), feed="clinic")
    [row] = review.worklist(bench.person(), bench.tools).rows
    view = review.alert(row.alert.id, bench.person(), bench.tools)
    assert {each.feed_name for each in view.sources} == {"ehr", "clinic"}
    assert all(each.is_stamped for each in view.sources)
    assert {each.resource for each in view.sources} >= set(row.alert.orders)
