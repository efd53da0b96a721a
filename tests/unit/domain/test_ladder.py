"""The ladder: prescriber, cover, lead, coordinator, administrator, fallback; nobody who is away."""

import datetime as dt
from uuid import UUID

import pytest

from alerts.domain.directory import Cover, Directory, Duty, Member, MemberId
from alerts.domain.ladder import CHOSEN, LadderRow, Prescriber, Site, climb, following
from alerts.domain.recipient import RecipientKind

TODAY = dt.date(2026, 11, 23)
FALLBACK = "team@hospital.example"


def a_member(name: str, *duties: Duty, services: tuple[str, ...] = (), **other) -> Member:
    return Member(
        id=MemberId(UUID(int=sum(name.encode()))),
        name=name,
        addresses=(f"{name}@hospital.example",),
        duties=frozenset(duties),
        services=frozenset(services),
        **other,
    )


ADA = a_member("ada", services=("skin",))
BEN = a_member("ben", services=("skin",))
CLEO = a_member("cleo")
LEAD = a_member("lead", Duty.SERVICE_LEAD, services=("skin",))
OTHER_LEAD = a_member("lung", Duty.SERVICE_LEAD, services=("lung",))
CORA = a_member("cora", Duty.COORDINATOR)
ADMIN = a_member("admin", Duty.ADMINISTRATOR)
EVERYBODY = (ADA, BEN, CLEO, LEAD, OTHER_LEAD, CORA, ADMIN)


def away(who: Member, by: Member | None = None, days: int = 3) -> Cover:
    return Cover(
        absent=who.id,
        by=by.id if by else None,
        since=TODAY - dt.timedelta(days=1),
        until=TODAY + dt.timedelta(days=days),
    )


def climbed(
    *covers: Cover,
    members: tuple[Member, ...] = EVERYBODY,
    prescriber: Member | None = ADA,
    failing: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """The ladder as (rung, name before the @)."""
    site = Site(
        directory=Directory(members=members, covers=covers),
        today=TODAY,
        fallback=FALLBACK,
        reaches=lambda address: address.partition("@")[0] not in failing,
    )
    asked = (Prescriber(name="", member=prescriber),) if prescriber else ()
    found = climb(CHOSEN, asked, site)
    return [(each.rung.value, each.address.partition("@")[0]) for each in found]


ABOVE = [("service-lead", "lead"), ("coordinator", "cora"), ("administrator", "admin")]
LAST = [("fallback", "team")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("prescriber", "ada"), *ABOVE, *LAST]),
        ({"covers": (away(ADA, BEN),)}, [("cover", "ben"), *ABOVE, *LAST]),
        ({"covers": (away(ADA),)}, [*ABOVE, *LAST]),
        ({"covers": (away(ADA, BEN), away(BEN, CLEO))}, [("cover", "cleo"), *ABOVE, *LAST]),
        ({"covers": (away(ADA, BEN), away(BEN, ADA))}, [*ABOVE, *LAST]),
        ({"covers": (away(ADA, BEN, days=-1),)}, [("prescriber", "ada"), *ABOVE, *LAST]),
        ({"failing": ("ada",)}, [*ABOVE, *LAST]),
        ({"failing": ("ada", "lead", "cora", "admin")}, LAST),
        ({"covers": (away(CORA, CLEO),)}, [
            ("prescriber", "ada"), ABOVE[0], ("coordinator", "cleo"), ABOVE[2], *LAST]),
        ({"prescriber": None}, [*ABOVE[1:], *LAST]),
        ({"members": ()}, [("prescriber", "ada"), *LAST]),
    ],
)  # fmt: skip
def test_each_rung_is_found_and_whoever_is_away_or_unreachable_is_left_out(given, expected):
    covers = given.pop("covers", ())
    assert climbed(*covers, **given) == expected


def test_one_who_has_left_is_as_one_who_is_away():
    gone = a_member("ada", services=("skin",), is_working=False)
    assert climbed(members=(gone, *EVERYBODY[1:]), prescriber=gone) == [*ABOVE, *LAST]


def test_somebody_on_two_rungs_is_asked_once():
    both = a_member("ada", Duty.COORDINATOR)
    assert climbed(members=(both,), prescriber=both) == [("prescriber", "ada"), *LAST]


def _after(owner: str, rung: RecipientKind, **given) -> str | None:
    site = Site(
        directory=Directory(members=EVERYBODY),
        today=TODAY,
        fallback=FALLBACK,
        reaches=lambda address: address.partition("@")[0] not in given.get("failing", ()),
    )
    found = climb(CHOSEN, (Prescriber(name="", member=ADA),), site)
    after = following(found, rung, f"{owner}@hospital.example")
    return after.address.partition("@")[0] if after else None


@pytest.mark.parametrize(
    ("owner", "rung", "given", "expected"),
    [
        ("ada", RecipientKind.PRESCRIBER, {}, "lead"),
        ("lead", RecipientKind.SERVICE_LEAD, {"failing": ("cora",)}, "admin"),
        ("ada", RecipientKind.PRESCRIBER, {"failing": ("ada",)}, "lead"),
        ("cora", RecipientKind.COORDINATOR, {"failing": ("cora",)}, "admin"),
        ("cleo", RecipientKind.NAMED, {}, "ada"),
        ("admin", RecipientKind.ADMINISTRATOR, {}, "team"),
        ("team", RecipientKind.FALLBACK, {}, None),
    ],
)
def test_who_comes_after_an_owner(owner, rung, given, expected):
    assert _after(owner, rung, **given) == expected


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (LadderRow(), True),
        (LadderRow(organisation="ward"), True),
        (LadderRow(organisation="clinic"), False),
        (LadderRow(department="skin"), True),
        (LadderRow(department="lung"), False),
        (LadderRow(days=frozenset({0})), True),
        (LadderRow(days=frozenset({5, 6})), False),
        (LadderRow(since=dt.time(8), until=dt.time(17)), True),
        (LadderRow(since=dt.time(12)), True),
        (LadderRow(until=dt.time(12)), False),
    ],
)
def test_a_row_of_the_table_holds_at_its_place_and_time(row, holds):
    monday_noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    assert row.holds("ward", frozenset({"skin"}), monday_noon) is holds
