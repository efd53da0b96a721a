"""Every row of the exclusion table excludes, asks, or does neither; age sets the priority."""

import dataclasses

import pytest

from alerts.detection.decide import decide
from alerts.domain.chart import CareKind, CareState, Gender
from alerts.domain.codes import ICD_10_CM, SNOMED_CT, Coding
from alerts.domain.decision import Outcome, Priority, Reason
from tests.unit.detection.charts import TODAY, a_chart, an_event, an_order, concept, day, key
from tests.unit.detection.evidence import coding_of, decided, row_id, rows, shipped

CPT = "http://www.ama-assn.org/go/cpt"
ICD_10_PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
TABLE = rows("exclusions")
# The table excludes by these, but that both ovaries are gone rests on a descriptor from memory.
FROM_MEMORY = {row["code"] for row in TABLE if "descriptor memory" in row["rule"]}
MENOPAUSE = {"Z78.0", "76498008", "289903006", "237123000", "427956008"}
OLD_ENOUGH = "1979-01-01"
OVARIES = Coding(system=ICD_10_CM, code="Z90.722")


def _rows(*strengths):
    return [
        pytest.param(row, id=row_id(row))
        for row in TABLE
        for said in ["ASK" if row["code"] in FROM_MEMORY else row["strength"]]
        if said in strengths
    ]


def _events(row, kind=CareKind.CONDITION, state=CareState.DONE, **other):
    """One event a code; two single sides stand as one code with a plus."""
    codes = row["code"].split("+")
    return {
        f"X/{code}": an_event(kind, state, Coding(system=row["system"], code=code), **other)
        for code in codes
    }


def _sex(row):
    return {"M": Gender.MALE, "F": Gender.FEMALE}.get(row["applies_to"], Gender.UNKNOWN)


@pytest.mark.parametrize("row", _rows("EXCLUDE"))
@pytest.mark.parametrize("kind", [CareKind.CONDITION, CareKind.PROCEDURE])
def test_what_excludes_makes_no_alert(row, kind):
    for gender in (_sex(row), Gender.UNKNOWN, Gender.OTHER):
        decision = decided(_events(row, kind), gender=gender, born=OLD_ENOUGH)
        is_menopause = row["code"] in MENOPAUSE
        reason = Reason.AFTER_MENOPAUSE if is_menopause else Reason.GONADS_ABSENT
        assert decision.outcome is Outcome.NO_ALERT
        assert reason in decision.reasons()
        assert decision.findings[2].evidence


@pytest.mark.parametrize("row", _rows("EXCLUDE"))
@pytest.mark.parametrize(
    ("kind", "state", "on"),
    [
        (CareKind.CONDITION, CareState.DONE, "2027-01-01"),
        (CareKind.CONDITION, CareState.NOT_DONE, "2020-01-01"),
        (CareKind.CONDITION, CareState.VOID, "2020-01-01"),
        (CareKind.CONDITION, CareState.ASKED, "2020-01-01"),
        (CareKind.PROCEDURE, CareState.BOOKED, "2020-01-01"),
        (CareKind.SERVICE_REQUEST, CareState.ASKED, "2020-01-01"),
        (CareKind.SERVICE_REQUEST, CareState.DONE, "2020-01-01"),
        (CareKind.CLAIM, CareState.DONE, "2020-01-01"),
        (CareKind.QUESTIONNAIRE_RESPONSE, CareState.DONE, "2020-01-01"),
    ],
)
def test_only_a_confirmed_past_fact_of_the_body_excludes(row, kind, state, on):
    events = _events(row, kind, state, on=on)
    assert decided(events, gender=_sex(row), born=OLD_ENOUGH).outcome is Outcome.ALERT


@pytest.mark.parametrize("row", _rows("EXCLUDE"))
def test_an_organ_that_the_recorded_sex_does_not_have_is_asked_about(row):
    opposite = Gender.MALE if row["applies_to"] == "F" else Gender.FEMALE
    decision = decided(_events(row), gender=opposite, born=OLD_ENOUGH)
    assert decision.outcome is Outcome.ALERT
    assert Reason.CONTEXT_TO_ASK in decision.reasons()


@pytest.mark.parametrize("row", _rows("ASK"))
@pytest.mark.parametrize("kind", [CareKind.CONDITION, CareKind.PROCEDURE, CareKind.CLAIM])
def test_what_asks_alerts_as_urgently_and_is_shown(row, kind):
    decision = decided(_events(row, kind), gender=_sex(row), born=OLD_ENOUGH)
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, Priority.URGENT)
    assert Reason.CONTEXT_TO_ASK in decision.reasons()
    shown = {each.coding.code for each in decision.findings[2].evidence if each.coding}
    assert row["code"] in shown or any(row["code"].startswith(code) for code in shown)


@pytest.mark.parametrize("row", _rows("DO NOT EXCLUDE"))
@pytest.mark.parametrize("kind", sorted(set(CareKind) - {CareKind.ATTESTATION}))
def test_what_must_not_exclude_changes_nothing(row, kind):
    plain = decided({}, gender=_sex(row))
    decision = decided(_events(row, kind), gender=_sex(row))
    assert decision.outcome is Outcome.ALERT
    assert decision.findings[2] == plain.findings[2]


@pytest.mark.parametrize("code", sorted(MENOPAUSE))
@pytest.mark.parametrize("born", ["1990-01-01", "1982-01-01", "1981-12-31", ""])
def test_menopause_before_the_policys_age_or_at_an_unknown_age_is_asked_about(code, born):
    row = next(row for row in TABLE if row["code"] == code)
    event = an_event(CareKind.CONDITION, code=coding_of(row))
    decision = decided({"Condition/1": event}, born=born)
    assert decision.outcome is Outcome.ALERT
    assert Reason.CONTEXT_TO_ASK in decision.reasons()


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        (("0UT00ZZ", "0UT14ZZ"), Outcome.NO_ALERT),
        (("0UT00ZZ", "0UT04ZZ"), Outcome.ALERT),
        (("0UT00ZZ", "0VTB0ZZ"), Outcome.ALERT),
        (("0VT90ZZ", "0VTB4ZZ"), Outcome.ALERT),
        (("0UT00ZZ", "0UB14ZZ"), Outcome.ALERT),
    ],
)
def test_two_sides_of_one_organ_add_up_in_a_woman(codes, outcome):
    events = {
        f"Procedure/{code}": an_event(
            CareKind.PROCEDURE, code=Coding(system=ICD_10_PCS, code=code), on=f"201{at}-01-01"
        )
        for at, code in enumerate(codes)
    }
    assert decided(events).outcome is outcome


def test_both_sides_are_shown():
    events = {
        "Procedure/left": _removed("0UT10ZZ"),
        "Procedure/right": _removed("0UT00ZZ"),
    }
    shown = {each.resource for each in decided(events).findings[2].evidence}
    assert shown == {key("Procedure/left"), key("Procedure/right")}
    del events["Procedure/left"]
    assert decided(events).outcome is Outcome.ALERT


def _removed(code):
    return an_event(CareKind.PROCEDURE, code=Coding(system=ICD_10_PCS, code=code))


TESTIS = [Coding(system=CPT, code=code) for code in ("54520", "54530", "54535", "54690")]
TESTIS.append(Coding(system=SNOMED_CT, code="120001005"))
OVARY = [Coding(system=SNOMED_CT, code=code) for code in ("83152002", "116028008")]
BOTH = [Coding(system=SNOMED_CT, code="51440002"), Coding(system=CPT, code="50")]
RIGHT, LEFT = (Coding(system=SNOMED_CT, code=code) for code in ("24028007", "7771000"))


def _done(*codings, kind=CareKind.PROCEDURE, on="2020-01-01"):
    event = an_event(kind, code=None, on=on)
    return dataclasses.replace(event, concepts=tuple(concept(each) for each in codings))


@pytest.mark.parametrize("organ", [*TESTIS, *OVARY])
@pytest.mark.parametrize("both", [(BOTH[0],), (BOTH[1],), (RIGHT, LEFT)])
def test_a_removal_on_both_sides_excludes(organ, both):
    gender = Gender.MALE if organ in TESTIS else Gender.FEMALE
    decision = decided({"Procedure/1": _done(organ, *both)}, gender=gender)
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.GONADS_ABSENT in decision.reasons()


@pytest.mark.parametrize("organ", [*TESTIS, *OVARY])
def test_removals_of_one_side_each_add_up_and_one_alone_is_nothing_to_ask(organ):
    gender = Gender.MALE if organ in TESTIS else Gender.FEMALE
    right, left = _done(organ, RIGHT), _done(organ, LEFT, on="2021-01-01")
    both = decided({"Procedure/1": right, "Procedure/2": left}, gender=gender)
    assert both.outcome is Outcome.NO_ALERT
    for events in ({"Procedure/1": right}, {"Procedure/1": right, "Procedure/2": right}):
        alone = decided(events, gender=gender)
        assert alone.outcome is Outcome.ALERT
        assert Reason.CONTEXT_TO_ASK not in alone.reasons()


@pytest.mark.parametrize("organ", [*TESTIS, *OVARY])
def test_a_side_told_by_another_procedure_or_on_a_claim_excludes_nothing(organ):
    gender = Gender.MALE if organ in TESTIS else Gender.FEMALE
    for events in (
        {"Procedure/1": _done(organ), "Procedure/2": _done(BOTH[0])},
        {"Claim/1": _done(organ, BOTH[1], kind=CareKind.CLAIM)},
        {"Procedure/1": _done(organ)},
    ):
        decision = decided(events, gender=gender)
        assert decision.outcome is Outcome.ALERT
        assert Reason.CONTEXT_TO_ASK in decision.reasons()


@pytest.mark.parametrize("code", ["58720", "58940", "58943", "58661"])
def test_what_may_be_partial_is_asked_about_even_on_both_sides(code):
    events = {"Procedure/1": _done(Coding(system=CPT, code=code), *BOTH)}
    decision = decided(events)
    assert decision.outcome is Outcome.ALERT
    assert Reason.CONTEXT_TO_ASK in decision.reasons()


def test_a_claim_writes_its_codes_without_a_point():
    plain = Coding(system=ICD_10_CM, code="z90722")
    events = {"Condition/1": an_event(CareKind.CONDITION, code=plain)}
    assert decided(events).outcome is Outcome.NO_ALERT


def test_pregnancy_and_palliative_care_alert():
    pregnant = an_event(CareKind.CONDITION, code=Coding(system=ICD_10_CM, code="Z33.1"))
    assert decided({"Condition/1": pregnant}).findings == decided({}).findings
    palliative = an_event(CareKind.ENCOUNTER, code=Coding(system=ICD_10_CM, code="Z51.5"))
    decision = decided({"Encounter/1": palliative})
    assert decision.outcome is Outcome.ALERT
    assert Reason.CONTEXT_TO_ASK in decision.reasons()


@pytest.mark.parametrize(
    ("born", "is_child"),
    [("2026-11-01", True), ("2008-11-23", True), ("2008-11-22", False), ("", False)],
)
def test_a_child_alerts_urgently_with_words_of_its_own(born, is_child):
    decision = decided({}, born=born)
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, Priority.URGENT)
    assert (Reason.CHILD_OR_TEEN in decision.reasons()) is is_child


@pytest.mark.parametrize(
    ("gender", "age", "priority"),
    [
        (Gender.FEMALE, 42, Priority.URGENT),
        (Gender.FEMALE, 43, Priority.ROUTINE),
        (Gender.MALE, 43, Priority.URGENT),
        (Gender.MALE, 60, Priority.URGENT),
        (Gender.MALE, 61, Priority.ROUTINE),
        (Gender.UNKNOWN, 60, Priority.URGENT),
        (Gender.OTHER, 61, Priority.ROUTINE),
    ],
)
def test_a_site_may_set_the_band_for_each_sex(gender, age, priority):
    policy = dataclasses.replace(
        shipped().policy, urgent_up_to_age_female=42, urgent_up_to_age_male=60
    )
    rules = dataclasses.replace(shipped(), policy=policy)
    chart = a_chart(an_order(), gender=gender, born=str(day(f"{TODAY.year - age}-01-01")))
    decision = decide(chart, rules, TODAY)
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, priority)
    if priority is Priority.URGENT:
        assert decision.recheck_on is not None


def test_one_who_died_makes_no_alert_whatever_else_is_known():
    event = an_event(CareKind.CONDITION, code=OVARIES)
    decision = decided({"Condition/1": event}, is_deceased=True)
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.PATIENT_DECEASED in decision.reasons()
