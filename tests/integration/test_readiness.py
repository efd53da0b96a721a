"""Readiness: every rung on which nobody can be reached in the days to come, and a test to each."""

import datetime as dt

import pytest

from alerts.domain.recipient import RecipientKind
from alerts.errors import PermanentFailure, SettingsError
from alerts.notification.directory_file import read_csv, read_toml
from alerts.pathway.directory import directory, import_directory
from alerts.pathway.readiness import probe_contacts, unreached
from tests.integration.ownership import PEOPLE
from tests.toolbox import Bench

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
CORA_AWAY = """
[[cover]]
absent = "cora@hospital.example"
from = 2026-11-25
to = 2026-11-27
"""
CSV = """name,addresses,identifiers,duties,services,working,absent_from,absent_to,covered_by
Ada,ada@hospital.example,http://npi|1,,skin; lung,yes,2026-12-20,2026-12-24,ben@hospital.example
Ben,ben@hospital.example b2@hospital.example,,coordinator,,yes,,,
Zoe,zoe@hospital.example,,,,no,,,
"""


@pytest.fixture
def site(bench: Bench) -> Bench:
    bench.clock.at = MONDAY
    return bench


def gaps(bench: Bench) -> set[tuple[str, str, str, str]]:
    return {
        (gap.rung.value, gap.department or gap.who, str(gap.since), str(gap.until))
        for gap in unreached(bench.tools)
    }


def test_an_empty_directory_has_nobody_on_the_rungs_above_the_prescriber(site: Bench):
    assert gaps(site) == {
        ("coordinator", "", "2026-11-23", "2026-12-06"),
        ("administrator", "", "2026-11-23", "2026-12-06"),
    }


def test_an_absence_without_cover_is_a_gap_of_its_days(site: Bench):
    import_directory(read_toml(PEOPLE + CORA_AWAY), site.tools)
    assert gaps(site) == {
        ("administrator", "", "2026-11-23", "2026-12-06"),
        ("coordinator", "", "2026-11-25", "2026-11-27"),
        ("cover", "Cora", "2026-11-25", "2026-11-27"),
    }


def test_a_contact_that_fails_the_test_is_a_gap_until_its_address_is_tried_again(site: Bench):
    import_directory(read_toml(PEOPLE), site.tools)
    site.pigeon.failures = [PermanentFailure()]
    tested = probe_contacts(site.tools)
    assert [each.failure for each in tested] == ["PermanentFailure", "", "", "", ""]
    failed = next(each for each in tested if each.failure)
    known = directory(site.tools)
    assert known.failed == {failed.address}
    assert any(RecipientKind(rung) for rung, *_ in gaps(site))
    probe_contacts(site.tools)
    assert directory(site.tools).failed == frozenset()


def test_a_csv_says_the_same_and_a_second_import_knows_everybody_again(site: Bench):
    first = import_directory(read_csv(CSV), site.tools)
    again = import_directory(read_csv(CSV.replace("Ada,", "Ada Lovelace,")), site.tools)
    assert {each.id for each in first.members} == {each.id for each in again.members}
    ada, ben, zoe = again.members
    assert (ada.name, ada.services) == ("Ada Lovelace", {"skin", "lung"})
    assert (len(ben.addresses), zoe.is_working) == (2, False)
    [cover] = again.covers
    assert (cover.absent, cover.by) == (ada.id, ben.id)


def test_whoever_a_whole_file_does_not_name_works_here_no_more(site: Bench):
    import_directory(read_csv(CSV), site.tools)
    after = import_directory(read_toml(PEOPLE), site.tools, is_whole=True)
    working = {each.name for each in after.members if each.is_working}
    assert working == {"Doctor", "Ben", "Lead", "Cora"}


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("[[member]]\nname = 'A'", "addresses"),
        ("[[member]]\naddresses = ['a@hospital.example']", "name"),
        ("[[member]]\nname = 'A'\naddresses = ['a b@c']", "addresses"),
        ("[[member]]\nname = 'A'\naddresses = ['a@b.example']\nduties = ['king']", "duties"),
        ("[[member]]\nname = 'A'\naddresses = ['a@b.example']\nphone = '1'", "phone"),
        ("[[cover]]\nabsent = 'a@b.example'\nfrom = 2026-12-02\nto = 2026-12-01", "from and to"),
        ("[[cover]]\nabsent = 'a@b.example'\nfrom = 2026-12-01\nto = 2026-12-02", "no member"),
        ("[[memeber]]", "memeber"),
        (PEOPLE + PEOPLE, "twice"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(site: Bench, written: str, named: str):
    with pytest.raises(SettingsError) as error:
        import_directory(read_toml(written), site.tools)
    assert named in str(error.value)
    assert directory(site.tools).members == ()
