"""What holds of every chart: evidence only ever ends an alert, and other events change nothing."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.chart import CareKind, CareState
from alerts.domain.codes import ICD_10_CM, Coding
from alerts.domain.decision import Outcome
from tests.unit.detection.charts import CONSULT, SPECIALIST, an_event, concept
from tests.unit.detection.evidence import CANCER, coding_of, decided, rows

EVIDENCE = rows("fertility_evidence")
UNRELATED = [
    Coding(system=ICD_10_CM, code="I10"),
    Coding(system=ICD_10_CM, code="Z30.09"),
    Coding(system=ICD_10_CM, code="E11.9"),
    Coding(system="urn:local", code="Z31.62"),
    Coding(system="http://loinc.org", code="718-7"),
]
DAYS = st.sampled_from(["", "2020", "2025-11-21", "2025-11-22", "2026-06", "2026-11-01", "2027"])
# A donor's code takes weight from other evidence, so it is no evidence of care.
CODES = st.sampled_from([CANCER, *(coding_of(row) for row in EVIDENCE)])


@st.composite
def care(draw, codes=CODES):
    """Any event that may show care."""
    return an_event(
        draw(st.sampled_from(list(CareKind))),
        draw(st.sampled_from(list(CareState))),
        draw(codes),
        on=draw(DAYS),
        services=draw(st.sampled_from([(), (concept(SPECIALIST),)])),
    )


CHARTS = st.dictionaries(st.integers(0, 9).map(lambda number: f"X/{number}"), care(), max_size=4)


@given(events=CHARTS, more=care())
def test_more_evidence_never_makes_an_alert(events, more):
    before, after = decided(events), decided({**events, "Y/1": more})
    if before.outcome is Outcome.NO_ALERT:
        assert after.outcome is Outcome.NO_ALERT


@given(events=CHARTS, data=st.data())
def test_removing_evidence_never_ends_an_alert(events, data):
    if events and decided(events).outcome is Outcome.ALERT:
        del events[data.draw(st.sampled_from(sorted(events)))]
        assert decided(events).outcome is Outcome.ALERT


@given(events=CHARTS, code=st.sampled_from(UNRELATED), data=st.data())
def test_an_unrelated_event_changes_nothing(events, code, data):
    kinds = [kind for kind in CareKind if kind is not CareKind.ATTESTATION]
    other = an_event(
        data.draw(st.sampled_from(kinds)),
        data.draw(st.sampled_from(list(CareState))),
        code,
        on=data.draw(DAYS),
    )
    before, after = decided(events), decided({**events, "Y/1": other})
    assert after.findings == before.findings
    assert (after.outcome, after.priority) == (before.outcome, before.priority)


@given(events=CHARTS)
def test_the_order_of_events_changes_nothing(events):
    turned = dict(reversed(events.items()))
    assert decided(turned).findings == decided(events).findings


@given(events=CHARTS, on=st.sampled_from(["2025-11-22", "2026-06", "2026-11-01"]))
def test_a_finished_consult_ends_every_alert(events, on):
    assert decided({**events, "Y/1": an_event(code=CONSULT, on=on)}).outcome is Outcome.NO_ALERT
