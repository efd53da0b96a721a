"""A notice after an attempt: sent, due again later, or undeliverable."""

import datetime as dt
from itertools import pairwise
from uuid import UUID

from alerts.domain.alert import AlertId
from alerts.domain.decision import Priority
from alerts.domain.notice import LONGEST_WAIT, Notice, NoticeId, NoticeStatus, Occasion
from alerts.domain.recipient import Channel, Recipient, RecipientKind
from alerts.errors import PermanentFailure, TemporaryFailure

NOW = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)


def a_notice(attempts: int = 1, number: int = 1) -> Notice:
    return Notice(
        id=NoticeId(UUID(int=number)),
        alert=AlertId(UUID(int=2)),
        occasion=Occasion.RAISED,
        round=1,
        priority=Priority.URGENT,
        recipient=Recipient(
            kind=RecipientKind.PRESCRIBER, channel=Channel.EMAIL, address="a@hospital.example"
        ),
        status=NoticeStatus.SENDING,
        due_at=NOW,
        attempts=attempts,
    )


def test_a_delivered_notice_is_sent():
    sent = a_notice().delivered(NOW)
    assert (sent.status, sent.settled_at) == (NoticeStatus.SENT, NOW)


def test_a_passing_failure_waits_longer_each_time_up_to_a_limit():
    waits = [a_notice(n).after(TemporaryFailure(), NOW).due_at - NOW for n in range(1, 12)]
    assert waits[0] == dt.timedelta(seconds=15)
    assert all(first <= then for first, then in pairwise(waits))
    assert waits[-1] == LONGEST_WAIT


def test_what_failed_together_does_not_return_together():
    failed = [a_notice(1, n << 64).after(TemporaryFailure(), NOW) for n in range(1000)]
    waits = {each.due_at - NOW for each in failed}
    assert len(waits) > 500
    assert min(waits) == dt.timedelta(seconds=15)
    assert max(waits) < dt.timedelta(seconds=18)


def test_a_notice_is_stuck_once():
    failed = [a_notice(n).after(TemporaryFailure(), NOW).is_stuck(NOW) for n in range(1, 6)]
    assert failed == [False, False, True, False, False]
    assert not a_notice(3).delivered(NOW).is_stuck(NOW)


def test_a_final_failure_settles_and_names_its_kind_only():
    failed = a_notice().after(PermanentFailure("550 a@hospital.example unknown"), NOW)
    assert (failed.status, failed.failure) == (NoticeStatus.UNDELIVERABLE, "PermanentFailure")
    assert failed.settled_at == NOW


def test_an_address_is_not_in_the_repr():
    assert "hospital" not in repr(a_notice())
