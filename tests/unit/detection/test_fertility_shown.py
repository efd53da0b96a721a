"""What is shown of fertility care and ends nothing, and in which order it is shown."""

import dataclasses

import pytest

from alerts.domain.chart import CareKind, CareState
from alerts.domain.codes import ICD_10_CM, SNOMED_CT, Coding
from alerts.domain.decision import Outcome, Reason
from tests.unit.detection.charts import CONSULT, PRESERVATION, an_event, concept, days_ago
from tests.unit.detection.evidence import decided

LOINC = "http://loinc.org"
CPT = "http://www.ama-assn.org/go/cpt"
ONCOFERTILITY_NOTE = Coding(system=LOINC, code="100966-1")
EGGS_FROZEN = Coding(system=CPT, code="89337")
REFUSED = Coding(system=SNOMED_CT, code="105480006")
CONTRACEPTION = Coding(system=ICD_10_CM, code="Z30.09")


@pytest.mark.parametrize(
    "text",
    [
        "fertility preservation consult",
        "Oncofertility",
        "seen by Reproductive  Endocrinology",
        "declined fertility preservation",
    ],
)
@pytest.mark.parametrize("kind", list(CareKind))
@pytest.mark.parametrize("place", ["concepts", "services"])
def test_a_text_is_shown_and_never_ends_the_alert(text, kind, place):
    if kind is CareKind.ATTESTATION:
        return
    event = dataclasses.replace(an_event(kind, code=None), **{place: (concept(text=text),)})
    decision = decided({"X/1": event})
    assert decision.outcome is Outcome.ALERT
    assert decision.reasons()[-2:] == (
        Reason.NO_FERTILITY_CONSULT_SEEN,
        Reason.SUPPORTING_EVIDENCE_ONLY,
    )


@pytest.mark.parametrize(
    "text", ["no fertility consult", "OTC", "pending fertility appt", "family complete"]
)
def test_other_texts_show_nothing(text):
    event = dataclasses.replace(an_event(code=None), concepts=(concept(text=text),))
    assert decided({"X/1": event}).findings[-1].evidence == ()


@pytest.mark.parametrize("kind", list(CareKind))
@pytest.mark.parametrize("code", [CONTRACEPTION, Coding(system=ICD_10_CM, code="Z31.5")])
def test_contraception_and_genetics_never_close(kind, code):
    if kind is CareKind.ATTESTATION:
        return
    decision = decided({"X/1": an_event(kind, code=code)})
    assert decision.reasons()[-1] is Reason.NO_FERTILITY_CONSULT_SEEN
    assert decision.findings[-1].evidence == ()


@pytest.mark.parametrize(
    "kind", [CareKind.COMMUNICATION, CareKind.OBSERVATION, CareKind.QUESTIONNAIRE_RESPONSE]
)
@pytest.mark.parametrize("code", [CONSULT, PRESERVATION, ONCOFERTILITY_NOTE])
def test_a_message_a_finding_or_an_answered_form_is_no_visit(kind, code):
    decision = decided({"X/1": an_event(kind, code=code)})
    assert decision.outcome is Outcome.ALERT
    assert Reason.SUPPORTING_EVIDENCE_ONLY in decision.reasons()


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (CareState.ASKED, Reason.REFERRAL_BUT_NO_CONSULT),
        (CareState.BOOKED, Reason.REFERRAL_BUT_NO_CONSULT),
        (CareState.DONE, Reason.SUPPORTING_EVIDENCE_ONLY),
    ],
)
def test_a_step_of_a_plan_asks_for_care_and_does_not_give_it(state, reason):
    decision = decided({"X/1": an_event(CareKind.CARE_PLAN, state, CONSULT)})
    assert decision.outcome is Outcome.ALERT
    assert reason in decision.reasons()


def test_a_refused_preservation_is_shown_and_ends_nothing():
    refused = an_event(CareKind.PROCEDURE, CareState.NOT_DONE, EGGS_FROZEN)
    assert decided({"X/1": refused}).findings[-1].evidence == ()
    why = dataclasses.replace(refused, concepts=(*refused.concepts, concept(REFUSED)))
    decision = decided({"X/1": why})
    assert decision.outcome is Outcome.ALERT
    assert decision.reasons()[-2:] == (
        Reason.NO_FERTILITY_CONSULT_SEEN,
        Reason.FERTILITY_CARE_DECLINED_IN_CHART,
    )
    assert decision.findings[-1].evidence[0].coding == Coding(
        system=SNOMED_CT, code="105480006", display="treatment refused by the patient"
    )
    blood_test = an_event(CareKind.PROCEDURE, CareState.NOT_DONE, REFUSED)
    assert decided({"X/1": blood_test}).findings[-1].evidence == ()


def test_evidence_stands_strongest_first():
    events = {
        "A/1": an_event(CareKind.SERVICE_REQUEST, CareState.ASKED),
        "B/1": an_event(on=days_ago(500)),
        "C/1": an_event(CareKind.APPOINTMENT, CareState.BOOKED),
        "D/1": an_event(CareKind.OBSERVATION, code=Coding(system=ICD_10_CM, code="N97.9")),
    }
    decision = decided(events)
    shown = [each.resource.type for each in decision.findings[-1].evidence]
    assert shown == ["B", "C", "A", "D"]
    assert decision.reasons()[-3:] == (
        Reason.CONSULT_TOO_OLD,
        Reason.CONSULT_BOOKED_NOT_DONE,
        Reason.REFERRAL_BUT_NO_CONSULT,
    )
