"""Site: its folder, its lock and its memory, also when they are broken."""

from pathlib import Path

import pytest

from alerts.embedded.service import Service
from alerts.embedded.site import Site
from alerts.errors import EmbeddedError


def test_a_second_supervisor_is_refused_until_the_first_leaves(home: Path):
    first, second = Site(home / "var"), Site(home / "var")
    first.take()
    with pytest.raises(EmbeddedError, match="another service is already running"):
        second.take()
    first.leave()
    second.take()
    second.leave()


def test_what_it_remembers_is_for_its_owner_only(home: Path):
    site = Site(home)
    site.remember({"PASSWORD": "a=b"})
    site.remember({"PORT": "17"})
    assert (site.recall("PASSWORD"), site.recall("PORT"), site.recall("OTHER")) == ("a=b", "17", "")
    assert (home / "site.env").stat().st_mode & 0o777 == 0o600


def test_a_damaged_memory_is_named(home: Path):
    (home / "site.env").write_text("nonsense\n")
    with pytest.raises(EmbeddedError, match=r"site.env is damaged"):
        Site(home).recall("PASSWORD")


def test_a_file_in_place_of_the_folder_is_named(home: Path):
    (home / "var").write_text("")
    with pytest.raises(EmbeddedError, match="var is a file; a folder must stand there"):
        Site(home / "var").take()


def test_what_the_environment_names_is_used_instead_of_our_own(home: Path):
    outer = {"DATABASE_URL": "postgresql://a", "REDIS_URL": "redis://b", "MAIL_FROM": "us@x.y"}
    environ = Site(home).environment(outer | {"FALLBACK_EMAIL": ""})
    assert environ["DATABASE_URL"] == "postgresql://a"
    assert environ["REDIS_URL"] == "redis://b"
    assert environ["MAIL_FROM"] == "us@x.y"
    assert environ["FALLBACK_EMAIL"].endswith(".example")


def test_without_a_database_the_environment_says_so(home: Path):
    with pytest.raises(EmbeddedError, match="no database"):
        Site(home).environment({})


def test_a_service_that_cannot_start_lets_the_next_one_in(home: Path):
    (home / "var" / "postgres" / "data").mkdir(parents=True)
    (home / "var").chmod(0o711)
    (home / "var" / "postgres").chmod(0o711)
    for _ in range(2):
        with (
            pytest.raises(EmbeddedError, match="password is missing"),
            Service(home / "var", 0, {}, lambda _: None) as service,
        ):
            service.start(lambda _: None)
