"""An order whose patient cannot be made out: a matter of its own, until it is known whose it is."""

import pytest

from alerts.domain.decision import Outcome, Reason
from alerts.domain.submission import Disposition
from alerts.pathway import review
from tests.integration.fhir_builders import a_bundle, a_patient, stamped
from tests.integration.people import an_order_of, live, say
from tests.toolbox import Bench

SUBJECTS = [
    None,
    {},
    {"reference": "Group/7"},
    {"reference": "#nothing"},
    {"reference": ""},
    {"display": "the lady in room 4"},
    {"identifier": {"system": "https://register.example/person"}},
]


def nobodys(order: str, subject: object) -> dict[str, object]:
    told = {name: each for name, each in an_order_of("x").items() if name != "subject"}
    return {**told, "id": order} | ({} if subject is None else {"subject": subject})


def undecided(bench: Bench) -> int:
    return review.worklist(bench.person(), bench.tools).undecided


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_it_cannot_be_told_and_waits_for_a_person(bench, subject):
    accepted = bench.push(a_bundle([nobodys("1", subject)]))
    bench.work()
    view = review.submission(bench.feed(), accepted.receipt.id, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    [told] = view.decisions
    assert str(told.patient) == "MedicationRequest/1"
    assert told.decision.outcome is Outcome.CANNOT_TELL
    assert Reason.SUBJECT_UNREADABLE in told.decision.reasons()
    assert undecided(bench) == 1


def test_it_is_keyed_by_feed_and_order(bench):
    for feed in ("ehr", "clinic"):
        for order in ("1", "2"):
            say(bench, nobodys(order, None), feed=feed)
    assert undecided(bench) == 4


def test_it_is_gone_once_the_order_says_whose_it_is(bench):
    say(bench, nobodys("1", None))
    assert undecided(bench) == 1
    known = {**nobodys("1", None), "subject": {"reference": "Patient/p"}}
    bench.push(a_bundle([a_patient("p"), stamped(known, 2)]))
    bench.work()
    assert undecided(bench) == 0
    assert live(bench) == [("p", ("MedicationRequest/1",))]
