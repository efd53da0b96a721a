"""What goes as one message: none is dropped, the most urgent go first."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.bundling import Bundling, together
from alerts.domain.decision import Priority
from alerts.domain.notice import NoticeId
from tests.unit.domain.test_notice import NOW, a_notice

POLICY = Bundling(more_than=3, within=dt.timedelta(minutes=10), at_most=20)


def waiting(count, priority=Priority.URGENT, held=None):
    notice = replace(a_notice(attempts=0), priority=priority, held_until=held)
    return [replace(notice, id=NoticeId(UUID(int=number))) for number in range(count)]


@pytest.mark.parametrize(
    ("due", "lately", "size"),
    [
        (waiting(1), 0, 1),
        (waiting(3), 0, 1),
        (waiting(4), 0, 4),
        (waiting(1), 3, 1),
        (waiting(2), 2, 2),
        (waiting(2), 1, 1),
        (waiting(50), 0, 20),
        (waiting(2, Priority.ROUTINE, NOW), 0, 2),
        (waiting(1, Priority.ROUTINE, NOW), 0, 1),
        (waiting(1) + waiting(2, Priority.ROUTINE, NOW), 0, 1),
    ],
)
def test_more_than_so_many_go_as_one(due, lately, size):
    assert together(due, lately, POLICY) == tuple(due[:size])


@given(
    st.lists(st.tuples(st.sampled_from(Priority), st.booleans()), min_size=1, max_size=60),
    st.integers(0, 8),
)
def test_each_goes_once_and_nothing_urgent_after_something_routine(kinds, lately):
    due = [
        replace(
            a_notice(attempts=0, number=number + 1),
            priority=priority,
            held_until=NOW if is_held and priority is Priority.ROUTINE else None,
        )
        for number, (priority, is_held) in enumerate(kinds)
    ]
    due.sort(key=lambda each: each.priority is not Priority.URGENT)
    left, gone, messages = list(due), [], lately
    while left:
        sent = together(left, messages, POLICY)
        assert 1 <= len(sent) <= POLICY.at_most
        left = [each for each in left if each not in sent]
        gone += sent
        messages += 1
    assert gone == due
    assert messages - lately <= POLICY.more_than + 1 + len(due) // POLICY.at_most
