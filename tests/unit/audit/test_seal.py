"""The seal: every way of tampering with a sealed trail is found and named."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.audit.event import AuditEvent, AuditType, canonical, content_hash
from alerts.audit.seal import Seal, Sealed, extend, walk
from alerts.domain.actor import service


def an_event(number: int) -> AuditEvent:
    return AuditEvent(
        type=AuditType.DECISION_MADE,
        actor=service("assess"),
        at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        subject=UUID(int=number),
        detail=(("outcome", "alert"),),
    )


def a_trail(length: int) -> list[Sealed]:
    hashes = [content_hash(an_event(number)) for number in range(length)]
    seals = extend(None, enumerate(hashes, start=100))
    return [
        Sealed(seal=seal, stored=each, recomputed=each)
        for seal, each in zip(seals, hashes, strict=True)
    ]


def test_a_whole_trail_is_sound():
    verdict = walk(a_trail(5))
    assert verdict.is_sound()
    assert verdict.checked == 5
    assert verdict.head == a_trail(5)[-1].seal


def test_an_empty_trail_is_sound():
    assert walk([]).is_sound()


@given(length=st.integers(1, 12), data=st.data())
def test_any_one_change_is_found_and_its_event_named(length, data):
    trail = a_trail(length)
    at = data.draw(st.integers(0, length - 1))
    good = trail[at]
    other = content_hash(an_event(999))
    change = data.draw(st.sampled_from(["edited", "rehashed", "missing", "unsealed"]))
    if change == "edited":
        trail[at] = Sealed(seal=good.seal, stored=good.stored, recomputed=other)
    elif change == "rehashed":
        trail[at] = Sealed(seal=good.seal, stored=other, recomputed=other)
    elif change == "missing":
        trail[at] = Sealed(seal=good.seal, stored=None, recomputed=None)
    elif at < length - 1:
        del trail[at]
        verdict = walk(trail)
        assert not verdict.is_sound()
        assert f"seal {at + 1} is missing" in verdict.broken
        return
    else:
        return
    verdict = walk(trail)
    assert verdict.event == good.seal.event
    assert verdict.checked == at


def test_two_swapped_events_are_found():
    trail = a_trail(4)
    one, two = trail[1], trail[2]
    trail[1] = Sealed(seal=one.seal, stored=two.stored, recomputed=two.recomputed)
    trail[2] = Sealed(seal=two.seal, stored=one.stored, recomputed=one.recomputed)
    assert walk(trail).event == one.seal.event


def test_a_cut_end_is_found_against_a_saved_head_only():
    head = a_trail(5)[-1].seal
    assert walk(a_trail(5)[:3]).is_sound()
    assert "before the saved head" in walk(a_trail(5)[:3], since=head).broken
    assert walk(a_trail(7), since=head).is_sound()


def test_a_rebuilt_trail_differs_from_a_saved_head():
    rebuilt = Seal(position=3, event=102, hash=bytes(32))
    assert "differs from the saved head" in walk(a_trail(5), since=rebuilt).broken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((("a", "b"), ("c", "d")), (("a", 'b"],["c'), ("", "d"))),
        ((("a", "1"),), (("a", "1 "),)),
    ],
)
def test_no_detail_can_pass_for_another(one, other):
    first, second = (
        AuditEvent(
            type=AuditType.DECISION_MADE,
            actor=service("x"),
            at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            detail=each,
        )
        for each in (one, other)
    )
    assert canonical(first) != canonical(second)


def test_the_hash_does_not_depend_on_the_zone_of_the_moment():
    event = an_event(1)
    zone = dt.timezone(dt.timedelta(hours=5))
    moved = AuditEvent(
        type=event.type,
        actor=event.actor,
        at=event.at.astimezone(zone),
        subject=event.subject,
        detail=event.detail,
    )
    assert content_hash(event) == content_hash(moved)
