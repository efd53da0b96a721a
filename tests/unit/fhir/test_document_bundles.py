"""Documents and notifications: Bundles that tell what is so, taken apart as a collection is."""

import json
from uuid import UUID

import pytest

from alerts import clock, wiring
from alerts.detection.decide import decide
from alerts.domain.assembly import charts
from alerts.domain.chart import ResourceKey
from alerts.domain.decision import Outcome, Reason
from alerts.domain.submission import Receipt, ReceiptId
from alerts.fhir.bundle import peel
from alerts.fhir.capability import capability_statement
from alerts.fhir.replies import reply
from tests.unit.fhir.builders import (
    RECEIVED,
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    care,
    read_delivery,
)

P1 = ResourceKey(type="Patient", id="p1")
TODAY = RECEIVED.date()
KINDS = ["document", "subscription-notification"]


def a_consult_note(**fields):
    code = {"system": "http://loinc.org", "code": "100966-1"}
    said = {"status": "final", "date": "2026-10-01", "type": {"coding": [code]}}
    return care("Composition", title="Consult", **{**said, **fields})


def a_document(*resources, **fields):
    identifier = {"system": "urn:documents", "value": "d-1"}
    stamped = {"identifier": identifier, "timestamp": "2026-11-21T08:00:00Z", **fields}
    return a_bundle([an_entry(each) for each in resources], kind="document", **stamped)


def decided(*deliveries):
    records = [each for delivery in deliveries for each in read_delivery(delivery).records]
    (chart,) = (each for each in charts(records) if each.patient == P1)
    return decide(chart, wiring.rules(), TODAY)


@pytest.mark.parametrize("kind", KINDS)
def test_its_entries_are_read_as_those_of_a_collection(kind):
    entries = [an_entry(each) for each in (a_consult_note(), a_patient(), an_order())]
    same = read_delivery(a_bundle(entries, kind="collection"))
    assert read_delivery(a_bundle(entries, kind=kind)) == same


def test_a_document_with_an_order_alerts():
    summary = a_consult_note(type={"coding": [{"system": "http://loinc.org", "code": "60591-5"}]})
    assert decided(a_document(summary, a_patient(), an_order())).outcome is Outcome.ALERT


def test_a_signed_consult_note_at_its_head_ends_the_alert():
    decision = decided(a_document(a_consult_note(), a_patient(), an_order()))
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.FERTILITY_CONSULT_SEEN in decision.reasons()


def test_a_sketch_of_a_consult_note_ends_nothing():
    sketch = a_consult_note(status="preliminary")
    assert decided(a_document(sketch, a_patient(), an_order())).outcome is Outcome.ALERT


def test_a_later_version_of_the_document_takes_the_note_back():
    signed = a_document(a_consult_note(), a_patient(), an_order())
    void = a_document(
        a_consult_note(status="entered-in-error"), timestamp="2026-11-21T09:00:00+00:00"
    )
    assert decided(signed, void).outcome is Outcome.ALERT
    assert decided(void, signed).outcome is Outcome.ALERT


def test_the_identifier_of_a_document_is_its_identity_and_its_time_its_stamp():
    document = a_document(a_consult_note())
    assert peel(document).identity == "urn:documents|d-1"
    version = read_delivery(document).records[0].version
    assert (version.said_at.isoformat(), version.is_stamped) == ("2026-11-21T08:00:00+00:00", True)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_answered_but_the_receipt(kind):
    delivery = a_bundle([], kind=kind)
    receipt = Receipt(
        id=ReceiptId(UUID(int=1)),
        sha256="0" * 64,
        received_at=RECEIVED,
        is_repeat=False,
        peeled=peel(delivery),
    )
    assert reply(delivery, receipt.peeled, receipt, "urn:x", new_id=UUID(int=2)) == b""


@pytest.mark.parametrize("kind", KINDS)
def test_the_capability_statement_names_it(kind):
    stated = json.loads(capability_statement("http://x", 1, clock.now(), "1"))
    assert f"{kind}" in stated["rest"][0]["documentation"]
