"""A site's own choices about age and fertility care, as its policy file says them."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

import alerts.detection
from alerts.detection.decide import decide
from alerts.detection.policy import load_policy
from alerts.domain.chart import CareKind, Gender
from alerts.domain.codes import CodeMap, Coding
from alerts.domain.decision import Outcome, Reason
from alerts.errors import SettingsError
from tests.unit.detection.charts import (
    CONSULT,
    NO_OVARIES,
    TODAY,
    a_chart,
    an_event,
    an_order,
)
from tests.unit.detection.evidence import shipped

SHIPPED = Path(alerts.detection.__file__).parent / "policy.toml"
OPTIONAL = {
    "child_below",
    "fertility_nurse_counts",
    "trusted_identifier_systems",
    "version",
}


def _base():
    """The shipped policy without what a site may leave out."""
    said = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    lines = [
        f'{key} = {{ value = {choice["value"]}, source = "a site" }}'
        for key, choice in said.items()
        if key not in OPTIONAL
    ]
    return "\n".join(['version = "a site"', *lines, ""])


BASE = _base()


def test_what_a_site_leaves_out_stays_as_it_is():
    policy = load_policy(BASE)
    assert [policy.urgent_up_to(gender) for gender in Gender] == [50, 50, 50, 50]
    assert policy.child_below == 18
    assert policy.fertility_nurse_counts is False


def test_a_site_may_choose_for_itself():
    own = """
urgent_up_to_age_male = { value = 60, source = "a site" }
child_below = { value = 16, source = "a site" }
fertility_nurse_counts = { value = 1, source = "a site" }
"""
    policy = load_policy(BASE + own)
    assert policy.urgent_up_to(Gender.MALE) == 60
    assert policy.urgent_up_to(Gender.FEMALE) == 50
    assert policy.urgent_up_to(Gender.UNKNOWN) == 60
    assert (policy.child_below, policy.fertility_nurse_counts) == (16, True)


@pytest.mark.parametrize("key", ["urgent_up_to_age_male", "child_below", "fertility_nurse_counts"])
@pytest.mark.parametrize("choice", ['{ value = "x", source = "a site" }', "{ value = 1 }", "1"])
def test_a_choice_that_is_no_choice_is_refused(key, choice):
    with pytest.raises(SettingsError, match=key):
        load_policy(f"{BASE}{key} = {choice}\n")


def test_a_sites_own_codes_count_as_what_its_map_says():
    own = Coding(system="urn:site", code="FERT")
    targets = {(own.system, own.code): CONSULT, ("urn:site", "OVX"): NO_OVARIES}
    local_codes = CodeMap(name="Own", version="1", targets=targets)
    mapped = dataclasses.replace(shipped(), local_codes=local_codes)
    visit = {"Encounter/1": an_event(code=own)}
    decision = decide(a_chart(an_order(), events=visit), mapped, TODAY)
    assert decision.reasons()[-1] is Reason.FERTILITY_CONSULT_SEEN
    assert decision.findings[-1].evidence[0].coding == own
    operated = {
        "Procedure/1": an_event(CareKind.PROCEDURE, code=dataclasses.replace(own, code="OVX"))
    }
    told = decide(a_chart(an_order(), events=operated), mapped, TODAY)
    assert Reason.GONADS_ABSENT in told.reasons()
    for events in (visit, operated):
        assert decide(a_chart(an_order(), events=events), shipped(), TODAY).outcome is Outcome.ALERT


def test_the_shipped_policy_urges_up_to_fifty_for_everybody():
    policy = shipped().policy
    assert {policy.urgent_up_to(gender) for gender in Gender} == {50}
    assert policy.fertility_nurse_counts is False
