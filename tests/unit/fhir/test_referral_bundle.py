"""The referral as FHIR: valid R4, by the feed's own ids, the same bytes each time."""

import base64
import datetime as dt
import json

import pytest
from fhir.resources.R4B.bundle import Bundle

from alerts.domain.alert import AlertStatus
from alerts.domain.chart import ResourceKey
from alerts.domain.first_dose import DoseBasis, DoseSource, Precision
from alerts.domain.referral import FertilityService, Requester
from alerts.errors import SettingsError
from alerts.fhir.referral_bundle import REFERRAL, referral_bundle, see_by
from alerts.fhir.write_back import write_back
from tests.unit.guidance.builders import SERVICE, referral
from tests.unit.web.builders import alert

QUESTION, LETTER = "Please see this patient.", b"%PDF-1.7 a letter"
BARE = {"demographics": None, "diagnoses": (), "requester": None}


def made(service=SERVICE, **changes):
    told = referral(**changes)
    raw = referral_bundle(told, service, QUESTION, LETTER)
    Bundle.model_validate_json(raw)
    assert raw == referral_bundle(told, service, QUESTION, LETTER)
    entries = json.loads(raw)["entry"]
    return {each["resource"]["resourceType"]: each for each in entries}


def resource(kind, **changes):
    return made(**changes)[kind]["resource"]


def test_the_request_is_urgent_coded_and_before_the_first_dose():
    asked = resource("ServiceRequest")
    assert (asked["priority"], asked["status"], asked["intent"]) == ("urgent", "draft", "proposal")
    assert asked["code"]["coding"][0]["code"] == "183862006"
    assert asked["reasonCode"][0]["coding"][0]["code"] == "Z31.62"
    assert asked["subject"] == {"reference": "Patient/p-17", "display": "Ada Probe"}
    assert asked["requester"] == {"reference": "Practitioner/dr-1", "display": "Dr. Onko"}
    assert asked["occurrencePeriod"] == {"start": "2026-03-02", "end": "2026-03-04"}
    assert asked["reasonReference"][0]["reference"] == "Condition/c-1"
    assert asked["supportingInfo"] == [{"reference": "MedicationRequest/order-1"}]
    assert asked["performer"][0]["reference"] == "Organization/fertility"


def test_a_referral_that_a_person_recorded_is_an_order():
    placed = resource("ServiceRequest", alert=alert(status=AlertStatus.REFERRED))
    assert (placed["status"], placed["intent"]) == ("active", "order")


def test_the_task_is_for_the_patient_owned_by_the_service_and_ends_before_the_dose():
    entries = made()
    task = entries["Task"]["resource"]
    assert task["focus"]["reference"] == entries["ServiceRequest"]["fullUrl"]
    assert task["for"]["reference"] == "Patient/p-17"
    assert task["owner"]["reference"] == "Organization/fertility"
    assert task["restriction"]["period"]["end"] == "2026-03-04"
    assert (task["priority"], task["status"]) == ("urgent", "requested")


def test_the_communication_is_prepared_and_carries_the_letter():
    message = resource("Communication")
    assert message["status"] == "preparation"
    told, attached = message["payload"]
    assert told["contentString"] == QUESTION
    assert base64.b64decode(attached["contentAttachment"]["data"]) == LETTER
    assert message["recipient"][0]["reference"] == "Organization/fertility"


def test_each_entry_makes_one_resource_however_often_it_is_imported():
    of_one = alert()
    for kind, entry in made(alert=of_one).items():
        assert entry["request"] == {
            "method": "POST",
            "url": kind,
            "ifNoneExist": f"identifier={REFERRAL}|{of_one.id}",
        }
        assert entry["resource"]["identifier"] == [{"system": REFERRAL, "value": str(of_one.id)}]
        assert entry["fullUrl"].startswith("urn:uuid:")


def test_what_is_not_known_is_left_out_and_still_valid():
    entries = made(FertilityService(), alert=alert(first_dose=None, orders=()), **BARE)
    asked = entries["ServiceRequest"]["resource"]
    assert asked["subject"] == {"reference": "Patient/p-17"}
    assert asked["occurrencePeriod"] == {"start": "2026-03-02"}
    assert not {"requester", "performer", "reasonReference", "supportingInfo"} & asked.keys()
    assert "owner" not in entries["Task"]["resource"]
    assert not {"recipient", "sender"} & entries["Communication"]["resource"].keys()


@pytest.mark.parametrize("named", ["a" * 32, "1 of clinic", "x" * 65])
def test_what_has_no_id_in_this_feed_is_named_in_words(named):
    asked = resource(
        "ServiceRequest",
        patient=ResourceKey(type="Patient", id=named),
        alert=alert(orders=(ResourceKey(type="MedicationRequest", id=named),)),
    )
    assert "reference" not in asked["subject"]
    assert asked["subject"]["display"] == "Ada Probe"
    assert asked["supportingInfo"][0]["type"] == "MedicationRequest"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("CareTeam", "t", "Team"), {"display": "Team"}),
        (("CareTeam", "t", ""), None),
        (("PractitionerRole", "r", ""), {"reference": "PractitionerRole/r"}),
        (("Practitioner", "1 of clinic", "Dr. X"), {"type": "Practitioner", "display": "Dr. X"}),
    ],
)
def test_only_who_may_request_by_fhir_is_referred_to(asked, told):
    kind, key, name = asked
    who = Requester(resource=ResourceKey(type=kind, id=key), name=name)
    assert resource("ServiceRequest", requester=who).get("requester") == told


def test_a_service_without_a_reference_is_named_in_words():
    service = FertilityService(name="Centre", reference="fertility centre")
    assert made(service)["Task"]["resource"]["owner"] == {"display": "Centre"}


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({}, dt.date(2026, 3, 4)),
        ({"alert": alert(first_dose=dt.date(2026, 3, 2))}, dt.date(2026, 3, 2)),
        ({"alert": alert(first_dose=dt.date(2026, 3, 1))}, None),
        ({"alert": alert(first_dose=None)}, None),
        ({"has_begun": True}, None),
        ({"basis": None}, dt.date(2026, 3, 4)),
        ({"basis": DoseBasis(source=DoseSource.TIMING, precision=Precision.MONTH)}, None),
    ],
)
def test_the_consult_is_in_time_until_the_day_before_the_dose(changes, last):
    assert see_by(referral(**changes)) == last


def test_a_write_back_is_one_conditional_transaction_and_goes_nowhere_in_the_clear():
    asked = write_back(b"{}", "https://ehr.hospital.example/fhir/")
    assert (asked.method, asked.url) == ("POST", "https://ehr.hospital.example/fhir")
    assert asked.headers["Content-Type"] == "application/fhir+json"
    assert asked.body == b"{}"
    with pytest.raises(SettingsError, match="https://"):
        write_back(b"{}", "http://ehr.hospital.example/fhir")
