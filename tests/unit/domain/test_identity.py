"""Who is who: merges within a feed, names, trusted identifiers, and what stays apart."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.actor import FeedId
from alerts.domain.chart import ResourceKey
from alerts.domain.identity import Known, Source, Tie, persons, seen_from

ONE, TWO = FeedId(UUID(int=1)), FeedId(UUID(int=2))
NAME, OTHER = "a" * 32, "b" * 32


def who(key: str, feed: FeedId = ONE) -> Source:
    return Source(feed=feed, key=ResourceKey(type="Patient", id=key))


def known(key, feed=ONE, *, names=(), trusted=(), by=(), is_told=True) -> Known:
    return Known(
        source=who(key, feed),
        names=frozenset({*names, *trusted}),
        trusted=frozenset(trusted),
        replaced_by=frozenset(who(each, feed) for each in by),
        is_told=is_told,
    )


def joined(*some: Known) -> list[set[str]]:
    """The ids of each person, feed by feed."""
    return [
        {f"{each.feed.int}{each.key.id}" for each in person.members()} for person in persons(some)
    ]


def test_a_merged_patient_stands_in_the_survivors_chart():
    [person] = persons([known("old", by=["new"]), known("new")])
    assert person.head == who("new")
    assert person.joined == {who("old"): Tie.MERGED}


def test_a_survivor_that_was_never_sent_leads_the_chart_all_the_same():
    [person] = persons([known("old", by=["new"]), known("new", is_told=False)])
    assert person.head == who("new")


def test_patients_replaced_by_each_other_are_one_and_the_lesser_leads():
    [person] = persons([known("b", by=["a"]), known("a", by=["b"])])
    assert person.head == who("a")


def test_a_name_joins_within_a_feed_and_only_trusted_ones_join_two():
    alias = known(NAME, is_told=False)
    assert joined(known("p", names=[NAME]), alias) == [{"1p", f"1{NAME}"}]
    assert len(joined(known("p", TWO, names=[NAME]), alias)) == 2
    assert joined(known("p", TWO, trusted=[NAME]), alias) == [{"2p", f"1{NAME}"}]


def test_a_name_that_two_patients_of_the_feed_bear_joins_neither():
    some = [known(NAME, is_told=False), known("p", names=[NAME]), known("q", names=[NAME])]
    found = persons(some)
    assert len(found) == 3
    assert all(each.doubtful for each in found)


def test_a_merge_makes_a_name_clear():
    some = [
        known(NAME, is_told=False),
        known("p", names=[NAME], by=["q"]),
        known("q", names=[NAME]),
    ]
    assert joined(*some) == [{"1p", "1q", f"1{NAME}"}]


def test_one_trusted_identifier_joins_two_feeds_and_equal_ids_do_not():
    assert joined(known("p", trusted=[NAME]), known("q", TWO, trusted=[NAME])) == [{"1p", "2q"}]
    assert len(joined(known("p", names=[NAME]), known("p", TWO, names=[NAME]))) == 2


def test_a_trusted_identifier_of_two_patients_of_one_feed_joins_nobody():
    some = [known("p", trusted=[NAME]), known("q", trusted=[NAME]), known("r", TWO, trusted=[NAME])]
    found = persons(some)
    assert len(found) == 3
    assert set().union(*(each.doubtful for each in found)) == {who("p"), who("q"), who("r", TWO)}


def test_a_chain_that_would_join_two_patients_of_one_feed_joins_nobody():
    some = [
        known("p", trusted=[NAME]),
        known("r", TWO, trusted=[NAME, OTHER]),
        known("q", trusted=[OTHER]),
    ]
    assert len(persons(some)) == 3


def test_merged_patients_of_one_feed_join_another_feed_together():
    some = [
        known("p", trusted=[NAME], by=["q"]),
        known("q"),
        known("r", TWO, trusted=[NAME]),
    ]
    [person] = persons(some)
    assert person.joined == {who("p"): Tie.MERGED, who("r", TWO): Tie.TRUSTED}


FEEDS = st.sampled_from([ONE, TWO])
KEYS = st.sampled_from(["p", "q", "r", NAME, OTHER])


@st.composite
def webs(draw: st.DrawFn) -> list[Known]:
    """Patients tied to each other at random."""
    sources = draw(st.lists(st.tuples(KEYS, FEEDS), unique=True, max_size=8))
    some = st.lists(st.sampled_from([NAME, OTHER]), max_size=2)
    return [
        known(key, feed, names=draw(some), trusted=draw(some), by=draw(st.lists(KEYS, max_size=1)))
        for key, feed in sources
    ]


@given(webs(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_everybody_stands_in_one_chart(web, chance):
    shuffled = list(web)
    chance.shuffle(shuffled)
    found = persons(web)
    assert found == persons(shuffled)
    members = [each for person in found for each in person.members()]
    assert sorted(members) == sorted(each.source for each in web)


def test_what_another_feed_calls_something_says_whose_it_is():
    order = ResourceKey(type="MedicationRequest", id="1")
    foreign = seen_from(order, "clinic", "hospital")
    assert foreign.id == "1 of clinic"
    assert seen_from(foreign, "hospital", "clinic") == order
    assert seen_from(order, "hospital", "hospital") == order
