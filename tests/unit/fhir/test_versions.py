"""Versions: which stamp counts, and how statements about one resource are ordered."""

import datetime as dt

import pytest

from tests.unit.fhir.builders import (
    RECEIVED,
    a_bundle,
    an_entry,
    an_order,
    created,
    deleted,
    read_delivery,
)

META = {"lastUpdated": "2026-11-01T00:00:00Z", "versionId": "3"}
RESPONSE = {"lastModified": "2026-11-02T00:00:00Z", "etag": 'W/"4"', "status": "200"}
SENT = "2026-11-03T00:00:00Z"


def version(resource: object, *, timestamp: object = None, **outer: object):
    reading = read_delivery(a_bundle([an_entry(resource, **outer)], timestamp=timestamp))
    return reading.records[0].version


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 11, number, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("meta", "response", "timestamp", "said_at", "number"),
    [
        (META, RESPONSE, SENT, day(1), 3),
        ({"versionId": "x"}, RESPONSE, SENT, day(2), 4),
        (None, RESPONSE, SENT, day(2), 4),
        ({"lastUpdated": "yesterday"}, None, SENT, day(3), -1),
        (None, {"etag": "4"}, SENT, day(3), 4),
        (None, {"etag": 'W/"a4"'}, SENT, day(3), -1),
        ({"versionId": "9" * 30}, None, SENT, day(3), -1),
        ({"versionId": "²"}, None, SENT, day(3), -1),
        ({"versionId": 7}, None, SENT, day(3), 7),
        ("meta", "response", SENT, day(3), -1),
    ],
)
def test_the_best_stamp_counts(meta, response, timestamp, said_at, number):
    outer = {"response": response} if response else {}
    found = version(an_order(meta=meta), timestamp=timestamp, **outer)
    assert (found.said_at, found.number, found.is_stamped) == (said_at, number, True)


def test_without_any_stamp_the_arrival_counts():
    found = read_delivery(created(an_order())).records[0].version
    assert (found.said_at, found.is_stamped, found.arrival, found.position) == (
        *(RECEIVED, False),
        *(7, 0),
    )


def test_a_deletion_counts_from_its_arrival():
    found = read_delivery(deleted("MedicationRequest/o1")).records[0].version
    assert (found.said_at, found.is_stamped) == (RECEIVED, False)


def test_the_versions_of_a_history_are_told_apart():
    entries = [
        an_entry(
            an_order(status=status),
            request={"method": "PUT", "url": "MedicationRequest/o1"},
            response={"lastModified": f"2026-11-0{number}T00:00:00Z", "etag": f'W/"{number}"'},
        )
        for number, status in ((3, "stopped"), (2, "on-hold"), (1, "active"))
    ]
    gone = {
        "request": {"method": "DELETE", "url": "MedicationRequest/o1"},
        "response": {"lastModified": "2026-11-04T00:00:00Z", "etag": 'W/"4"'},
    }
    records = read_delivery(a_bundle([gone, *entries], kind="history")).records
    assert {each.key for each in records} == {records[0].key}
    newest_first = sorted(records, key=lambda each: each.version.said_at, reverse=True)
    assert newest_first[0].version.supersedes(newest_first[1].version)
    assert [each.version.number for each in newest_first] == [4, 3, 2, 1]
    assert newest_first[0].fact is None


def test_the_later_of_two_equal_stamps_is_the_later_entry():
    entries = [an_entry(an_order(meta=META)), an_entry(an_order(meta=META, status="stopped"))]
    first, second = read_delivery(a_bundle(entries)).records
    assert first.key == second.key
    assert second.version.supersedes(first.version)
    assert not first.version.supersedes(second.version)
