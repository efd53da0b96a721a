"""Every row of the evidence table does, by kind and state of its resource, what its class says."""

import pytest

from alerts.domain.chart import CareKind, CareState
from alerts.domain.decision import Outcome, Reason
from tests.unit.detection.charts import CONSULT, an_event, concept, key
from tests.unit.detection.evidence import (
    carrying,
    coding_of,
    decided,
    row_id,
    rows,
    with_all_it_needs,
)

TABLE = rows("fertility_evidence")
SEEN = {
    "CONSULT_DONE": Reason.FERTILITY_CONSULT_SEEN,
    "PRESERVATION_DONE": Reason.FERTILITY_PRESERVATION_SEEN,
}
CONDITIONAL = {"cancer", "specialist", "urology, cancer", "beside", "never alone"}
STATUS_KINDS = "condition observation procedure"


def _by_kind(*classes, needs=None):
    return [
        pytest.param(row, kind, id=f"{row_id(row)}-{kind}")
        for row in TABLE
        if row["evidence_class"] in classes and (needs is None or row["needs"] in needs)
        for kind in row["kinds"].split()
    ]


def _is_believed(row, kind):
    is_order = kind in {"service-request", "appointment"}
    return not is_order and (kind != "condition" or row["kinds"] == STATUS_KINDS)


@pytest.mark.parametrize(("row", "kind"), _by_kind(*SEEN))
def test_what_was_done_with_all_it_needs_beside_it_ends_the_alert(row, kind):
    decision = decided(with_all_it_needs(row, carrying(row, kind)))
    if _is_believed(row, kind) and row["needs"] != "never alone":
        assert decision.outcome is Outcome.NO_ALERT
        assert SEEN[row["evidence_class"]] in decision.reasons()
        assert any(each.coding for each in decision.findings[-1].evidence)
    else:
        assert decision.outcome is Outcome.ALERT


@pytest.mark.parametrize(("row", "kind"), _by_kind(*SEEN, needs=CONDITIONAL))
def test_a_code_without_what_it_needs_does_not_end_the_alert(row, kind):
    decision = decided({"Seen/1": carrying(row, kind)})
    assert decision.outcome is Outcome.ALERT
    if not _is_believed(row, kind):
        return
    if row["needs"] == "cancer":
        assert decision.reasons()[-1] is Reason.CARE_NOT_AFTER_CANCER
    else:
        assert Reason.NO_FERTILITY_CONSULT_SEEN in decision.reasons()


@pytest.mark.parametrize(("row", "kind"), _by_kind(*SEEN, needs={"cancer", "urology, cancer"}))
@pytest.mark.parametrize("on", ["2026-05-31", "2026", ""])
def test_care_before_the_cancer_or_at_an_unsure_time_does_not_end_the_alert(row, kind, on):
    events = with_all_it_needs(row, carrying(row, kind, on=on))
    assert decided(events).outcome is Outcome.ALERT


@pytest.mark.parametrize(("row", "kind"), _by_kind(*SEEN, "REFERRAL_ONLY", "SCHEDULED"))
@pytest.mark.parametrize("state", [state for state in CareState if state is not CareState.DONE])
def test_what_is_not_done_never_ends_the_alert(row, kind, state):
    events = with_all_it_needs(row, carrying(row, kind, state))
    decision = decided(events)
    assert decision.outcome is Outcome.ALERT
    if state in {CareState.NOT_DONE, CareState.VOID}:
        assert decision.reasons()[-1] is Reason.NO_FERTILITY_CONSULT_SEEN
    elif kind in {"encounter", "procedure", "service"} and row["code"] != "183862006":
        is_shown = row["needs"] != "never alone" or row["code"] == "163WR1000X"
        booked = Reason.CONSULT_BOOKED_NOT_DONE in decision.reasons()
        assert booked is is_shown


@pytest.mark.parametrize(("row", "kind"), _by_kind(*SEEN, "REFERRAL_ONLY", "SCHEDULED"))
@pytest.mark.parametrize("state", [CareState.ASKED, CareState.BOOKED, CareState.DONE])
def test_an_order_of_it_is_a_referral_and_a_booking_a_booking(row, kind, state):
    if row["needs"] == "never alone" and row["code"] != "163WR1000X":
        return
    event = with_all_it_needs(row, carrying(row, kind, state))["Seen/1"]
    for as_kind, reason in (
        (CareKind.SERVICE_REQUEST, Reason.REFERRAL_BUT_NO_CONSULT),
        (CareKind.APPOINTMENT, Reason.CONSULT_BOOKED_NOT_DONE),
    ):
        concepts, services = event.concepts, event.services
        ordered = an_event(as_kind, state, None, services=services)
        told = decided({"Order/1": _with(ordered, concepts)})
        if row["evidence_class"] == "REFERRAL_ONLY" and row["code"] == "183862006":
            reason = Reason.REFERRAL_BUT_NO_CONSULT
        assert told.outcome is Outcome.ALERT
        assert told.reasons()[-1] is reason


def _with(event, concepts):
    return type(event)(
        kind=event.kind,
        state=event.state,
        concepts=concepts,
        services=event.services,
        on=event.on,
    )


@pytest.mark.parametrize(("row", "kind"), _by_kind("SUPPORTING"))
def test_what_supports_is_shown_and_ends_nothing(row, kind):
    decision = decided({"Seen/1": carrying(row, kind), "Condition/c": _cancer()})
    assert decision.outcome is Outcome.ALERT
    assert decision.reasons()[-2:] == (
        Reason.NO_FERTILITY_CONSULT_SEEN,
        Reason.SUPPORTING_EVIDENCE_ONLY,
    )
    assert decision.findings[-1].evidence[0].resource == key("Seen/1")


def _cancer():
    return with_all_it_needs({"needs": "cancer"}, an_event())["Condition/cancer"]


@pytest.mark.parametrize(("row", "kind"), _by_kind("NOT_EVIDENCE"))
@pytest.mark.parametrize("state", list(CareState))
def test_what_is_no_evidence_shows_nothing(row, kind, state):
    decision = decided({"Seen/1": carrying(row, kind, state)})
    assert decision.outcome is Outcome.ALERT
    assert decision.reasons()[-1] is Reason.NO_FERTILITY_CONSULT_SEEN
    assert decision.findings[-1].evidence == ()


@pytest.mark.parametrize(("row", "kind"), _by_kind("DECLINED"))
def test_a_refusal_counts_only_beside_fertility_care_and_ends_nothing(row, kind):
    alone = decided({"Seen/1": carrying(row, kind)})
    assert alone.reasons()[-1] is Reason.NO_FERTILITY_CONSULT_SEEN
    refused = an_event(CareKind.SERVICE_REQUEST, CareState.NOT_DONE)
    refused = _with(refused, (*refused.concepts, concept(coding_of(row))))
    on_referral = decided({"ServiceRequest/1": refused})
    assert on_referral.outcome is Outcome.ALERT
    assert Reason.FERTILITY_CARE_DECLINED_IN_CHART in on_referral.reasons()
    visit = an_event(CareKind.ENCOUNTER, CareState.NOT_DONE, CONSULT)
    said = carrying(row, "condition", encounter=key("Encounter/1"))
    on_visit = decided({"Encounter/1": visit, "Condition/1": said})
    assert on_visit.outcome is Outcome.ALERT
    assert Reason.FERTILITY_CARE_DECLINED_IN_CHART in on_visit.reasons()
