"""People are told by their own ways and at their own times; what is urgent goes at once."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from alerts.domain.alert import Move
from alerts.domain.bundling import Bundling
from alerts.domain.contact import Hours, Way
from alerts.domain.decision import Priority
from alerts.domain.notice import Delivery, Notice
from alerts.domain.recipient import Channel, RecipientKind
from alerts.errors import PermanentFailure, Refused, TemporaryFailure
from alerts.pathway import contact, review
from alerts.pathway.account import reconcile
from tests.integration.steps import a_routine_order, an_order, answer, pushed
from tests.toolbox import Bench, Pigeon

PHONE = Way(channel=Channel.SMS, address="+41440000000")
BY_MAIL = Way(channel=Channel.EMAIL, address="")
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """A bench with a phone, where it is four in the morning."""
    phone = Pigeon()
    bench.tools = replace(
        bench.tools, senders={**bench.tools.senders, Channel.SMS: phone}, zone=ZURICH
    )
    bench.person("doctor")
    return bench


def say(bench: Bench, *ways: Way, **more: object) -> None:
    doctor = bench.person("doctor")
    said = replace(contact.of(doctor, bench.tools), ways=ways, **more)
    contact.change(said, doctor.actor(), bench.tools)


def by(bench: Bench, channel: Channel) -> list[Notice]:
    sender = bench.tools.senders[channel]
    assert isinstance(sender, Pigeon)
    return [notice for notice, _ in sender.sent]


def notices(bench: Bench, decision) -> list[Notice]:
    return list(review.alert(decision.alert.id, bench.person(), bench.tools).notices)


def test_whoever_said_nothing_is_told_by_mail_and_finds_it_in_the_inbox(bench: Bench):
    doctor = bench.person("doctor")
    decision = pushed(bench, an_order())
    [sent] = by(bench, Channel.EMAIL)
    assert sent.recipient.person == doctor.id
    [row] = contact.inbox(doctor, bench.tools)
    assert (row.notice.alert, row.is_unseen()) == (decision.alert.id, True)
    assert contact.unseen(doctor, bench.tools) == 1
    view = review.alert(decision.alert.id, doctor, bench.tools)
    contact.see(view, doctor, "", bench.tools)
    assert contact.unseen(doctor, bench.tools) == 0
    assert not contact.inbox(doctor, bench.tools)[0].is_unseen()
    assert contact.inbox(bench.person("other"), bench.tools) == ()


def test_states_go_from_accepted_to_seen_by_whoever_followed_the_link_to_answered(bench: Bench):
    decision = pushed(bench, an_order(email="unknown@hospital.example"))
    [notice] = notices(bench, decision)
    assert (notice.recipient.person, notice.delivery()) == (None, Delivery.ACCEPTED)
    coordinator = bench.person()
    view = review.alert(decision.alert.id, coordinator, bench.tools)
    contact.see(view, coordinator, "", bench.tools)
    assert [each.delivery() for each in notices(bench, decision)] == [Delivery.ACCEPTED]
    contact.see(view, coordinator, str(notice.id), bench.tools)
    assert [each.delivery() for each in notices(bench, decision)] == [Delivery.SEEN]
    answer(bench, Move.ACKNOWLEDGE)
    assert notices(bench, decision)[0].delivery() is Delivery.ANSWERED


def test_the_first_way_is_taken_and_told_once(bench: Bench):
    say(bench, PHONE, BY_MAIL)
    pushed(bench, an_order())
    pushed(bench, an_order(note=[{"text": "sent again with a note"}]))
    assert len(by(bench, Channel.SMS)) == 1
    assert by(bench, Channel.EMAIL) == []


def test_a_way_that_fails_for_good_gives_way_to_the_next_and_then_to_the_fallback(bench: Bench):
    say(bench, PHONE, BY_MAIL)
    bench.tools.senders[Channel.SMS].failures = [PermanentFailure()]
    bench.pigeon.failures = [PermanentFailure()]
    decision = pushed(bench, an_order())
    told = [(each.recipient.kind, each.recipient.channel) for each in notices(bench, decision)]
    assert told == [
        (RecipientKind.PRESCRIBER, Channel.SMS),
        (RecipientKind.PRESCRIBER, Channel.EMAIL),
        (RecipientKind.FALLBACK, Channel.EMAIL),
    ]
    [sent] = by(bench, Channel.EMAIL)
    assert sent.recipient.address == "oncofertility@hospital.example"
    assert [each.delivery() for each in notices(bench, decision)][:2] == [
        Delivery.UNDELIVERABLE,
        Delivery.UNDELIVERABLE,
    ]


def test_a_way_that_asks_us_to_wait_for_long_gives_way_at_once_and_is_tried_later(bench: Bench):
    say(bench, PHONE)
    pause = dt.timedelta(minutes=40)
    bench.tools.senders[Channel.SMS].failures = [TemporaryFailure(again_after=pause)]
    decision = pushed(bench, an_order())
    assert len(by(bench, Channel.EMAIL)) == 1
    assert notices(bench, decision)[0].due_at == bench.clock() + pause
    bench.clock.forward(pause)
    bench.work()
    assert len(by(bench, Channel.SMS)) == 1


def test_a_way_that_the_site_has_no_more_gives_way_to_the_next(bench: Bench):
    say(bench, PHONE)
    bench.push(an_order())
    tools = bench.tools
    bench.tools = replace(tools, senders={Channel.EMAIL: bench.pigeon})
    bench.work()
    assert len(by(bench, Channel.EMAIL)) == 1


def test_two_who_share_a_phone_are_both_told(bench: Bench):
    say(bench, PHONE)
    sharing = replace(contact.of(bench.person("other"), bench.tools), ways=(PHONE,))
    contact.change(sharing, bench.person("other").actor(), bench.tools)
    decision = pushed(bench, an_order())
    [first] = notices(bench, decision)
    other = replace(first.recipient, channel=Channel.EMAIL, address="other@hospital.example")
    with bench.tools.begin() as work:
        again = replace(first, recipient=replace(other, person=None))
        assert contact.queue(again, work, bench.tools, bench.clock())
        assert not contact.queue(again, work, bench.tools, bench.clock())
        work.commit()
    assert notices(bench, decision)[1].recipient.address == "other@hospital.example"


def test_quiet_hours_hold_what_is_routine_and_break_no_promise(bench: Bench, owner):
    say(bench, quiet=Hours(start=dt.time(22), end=dt.time(6)))
    decision = pushed(bench, a_routine_order("p1"))
    urgent = pushed(bench, an_order("p2"))
    assert [each.alert for each in by(bench, Channel.EMAIL)] == [urgent.alert.id]
    [held] = notices(bench, decision)
    assert (held.delivery(), held.priority) == (Delivery.HELD, Priority.ROUTINE)
    bench.clock.at = held.due_at - dt.timedelta(minutes=1)
    broken = {each.promise.value for each in reconcile(bench.tools).broken}
    assert not {"sent", "told", "reached"} & broken
    bench.clock.forward(dt.timedelta(minutes=1))
    bench.work()
    assert len(by(bench, Channel.EMAIL)) == 2


def test_a_digest_is_one_mail_with_all_that_is_routine(bench: Bench):
    say(bench, digest=dt.time(8))
    for number in range(4):
        pushed(bench, a_routine_order(f"p{number}"))
    assert by(bench, Channel.EMAIL) == []
    bench.clock.at = dt.datetime(2026, 11, 22, 8, tzinfo=ZURICH)
    bench.work()
    [message] = bench.pigeon.messages
    assert len(message.notices) == 4
    assert message.inbox.endswith("/inbox")


def test_many_at_once_go_as_one_message_and_each_keeps_its_state(bench: Bench):
    bench.tools = replace(bench.tools, bundling=Bundling(more_than=2))
    for number in range(3):
        bench.push(an_order(f"p{number}"))
    bench.push(a_routine_order("p9"))
    bench.work()
    [message] = bench.pigeon.messages
    assert [each.priority for each in message.notices] == [Priority.URGENT] * 3
    assert {each.delivery() for each in message.notices} == {Delivery.ATTEMPTED}
    rows = contact.inbox(bench.person("doctor"), bench.tools)
    stands = [(row.notice.priority, row.notice.delivery()) for row in rows]
    assert stands == [
        *[(Priority.URGENT, Delivery.ACCEPTED)] * 3,
        (Priority.ROUTINE, Delivery.HELD),
    ]


def test_routine_waits_for_others_when_an_address_got_many_lately(bench: Bench):
    bench.tools = replace(bench.tools, bundling=Bundling(more_than=1))
    for number in range(4):
        pushed(bench, a_routine_order(f"p{number}"))
    assert len(bench.pigeon.messages) == 1
    bench.clock.forward(bench.tools.bundling.within)
    bench.work()
    assert [len(each.notices) for each in bench.pigeon.messages] == [1, 3]


@pytest.mark.parametrize(
    ("ways", "more"),
    [
        ((Way(channel=Channel.PAGER, address="7"),), {}),
        ((Way(channel=Channel.SMS, address=""),), {}),
        ((), {"quiet": Hours(start=dt.time(6), end=dt.time(6))}),
    ],
)
def test_what_cannot_be_is_refused(bench: Bench, ways, more):
    with pytest.raises(Refused):
        say(bench, *ways, **more)
