"""An owner hands an alert over, and people answer it: one wins, and says what must be said."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from alerts.domain.alert import Move, OverrideReason
from alerts.domain.charge import Why
from alerts.domain.recipient import RecipientKind
from alerts.domain.timetable import StepKind
from alerts.errors import MayNot, MoveRefused, Overtaken
from alerts.pathway import review
from alerts.pathway.directory import directory
from alerts.pathway.respond import Answered, respond
from tests.integration.ownership import go_on, held_by, raised, say, somebody, told
from tests.toolbox import Bench


def test_a_hand_off_is_accepted_by_the_one_to_whom_it_was_offered(site: Bench):
    alert = raised(site)
    told(site)
    [ben] = [each for each in directory(site.tools).members if each.name == "Ben"]
    say(site, alert, Move.HAND_OVER, to=ben.id)
    assert held_by(site, alert).name == "Doctor"
    assert told(site) == [("ben", "offered")]
    with pytest.raises(MayNot):
        say(site, alert, Move.ACCEPT, by="cora")
    say(site, alert, Move.ACCEPT, by="ben")
    assert (held_by(site, alert).name, held_by(site, alert).rung) == ("Ben", RecipientKind.NAMED)
    assert told(site) == [("ben", "escalated"), ("doctor", "informed")]


@pytest.mark.parametrize("how", ["refused", "lapsed"])
def test_a_hand_off_that_is_not_accepted_comes_back(site: Bench, how: str):
    alert = raised(site)
    [ben] = [each for each in directory(site.tools).members if each.name == "Ben"]
    say(site, alert, Move.HAND_OVER, to=ben.id)
    told(site)
    if how == "refused":
        say(site, alert, Move.REFUSE, by="ben")
    else:
        assert go_on(site, alert) is StepKind.TAKE_BACK
    assert held_by(site, alert).name == "Doctor"
    assert told(site) == [("doctor", "offer-ended")]
    with pytest.raises(MoveRefused):
        say(site, alert, Move.ACCEPT, by="ben")


def test_not_mine_passes_it_on_at_once(site: Bench):
    alert = raised(site)
    say(site, alert, Move.HAND_OVER, reason=OverrideReason.NOT_RESPONSIBLE)
    assert (held_by(site, alert).name, held_by(site, alert).why) == ("Lead", Why.NOT_MINE)


def test_of_two_answers_at_once_one_wins_and_the_other_is_told(site: Bench):
    alert = raised(site)
    people = [somebody(site, name) for name in ("doctor", "ben", "cora")]
    refused = []

    def answer(person) -> None:
        told_by = Answered(
            alert=alert.id,
            move=Move.DECLINE,
            reason=OverrideReason.PATIENT_DECLINED,
            seen=1,
        )
        try:
            respond(told_by, person, site.tools)
        except Overtaken as error:
            refused.append(error)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(answer, people))
    assert len(refused) == 2
    view = review.alert(alert.id, site.person(), site.tools)
    assert [change.move for change in view.history] == [Move.RAISE, Move.DECLINE]


def test_already_counselled_says_when_and_by_whom(site: Bench):
    alert = raised(site)
    counselled = {"move": Move.DECLINE, "reason": OverrideReason.ALREADY_COUNSELLED}
    with pytest.raises(MoveRefused):
        say(site, alert, **counselled)
    with pytest.raises(MoveRefused):
        say(site, alert, **counselled, who="Dr. Fert", on=dt.date(2026, 11, 24))
    say(site, alert, **counselled, who="Dr. Fert", on=dt.date(2026, 11, 20))
    view = review.alert(alert.id, site.person(), site.tools)
    assert (view.history[-1].who, view.history[-1].on) == ("Dr. Fert", dt.date(2026, 11, 20))
