"""Shadow mode from the command line to the outbox: on, off, and what becomes of what waited."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from alerts import clock
from alerts.pathway import admit, review
from tests.integration.process import ran, settings_for
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench


@pytest.fixture
def site(database_url: str) -> Mapping[str, str]:
    return settings_for(database_url)


def add_feed(bench: Bench, site: Mapping[str, str], *options: str) -> None:
    """A feed by the command; the bench pushes as that feed from now on."""
    added = ran(site, "feed", "add", "ehr", *options)
    assert added.returncode == 0, added.stderr
    [feed] = admit.feeds(bench.tools)
    bench.feed = lambda _name="ehr": feed


def send(bench: Bench) -> None:
    """Send what the command queued: by the clock on the wall, not by the bench's."""
    bench.clock.at = clock.now() + dt.timedelta(minutes=1)
    bench.work()


def waiting(bench: Bench) -> tuple[int, int, int]:
    """Alerts that stand, those of them that are withheld, and mails that were sent."""
    counts = review.state(bench.tools)
    return (counts.alerts_live, counts.alerts_withheld, len(bench.pigeon.sent))


def test_a_feed_in_shadow_mode_goes_live_without_a_mail_for_what_stood(
    bench: Bench, site: Mapping[str, str]
):
    add_feed(bench, site, "--shadow")
    assert "in shadow mode" in ran(site, "feed", "list").stdout
    pushed(bench, an_order("p1"))
    assert waiting(bench) == (1, 1, 0)
    live = ran(site, "feed", "live", "ehr")
    assert "0 open alerts are told now, 1 stand untold" in live.stdout
    assert "in force" in ran(site, "feed", "list").stdout
    bench.work()
    assert waiting(bench) == (1, 1, 0)
    pushed(bench, an_order("p2"))
    assert waiting(bench) == (2, 1, 1)


def test_what_stood_is_told_once_where_that_is_chosen_and_also_later(
    bench: Bench, site: Mapping[str, str]
):
    add_feed(bench, site, "--shadow")
    pushed(bench, an_order("p1"))
    ran(site, "feed", "live", "ehr")
    for expected in ("1 open alerts are told now, 0 stand", "0 open alerts are told now, 0 stand"):
        assert expected in ran(site, "feed", "live", "ehr", "--tell").stdout
        send(bench)
        assert waiting(bench) == (1, 0, 1)


def test_the_setting_holds_back_the_whole_site_whatever_the_feed_says(
    bench: Bench, site: Mapping[str, str]
):
    add_feed(bench, site)
    bench.tools = replace(bench.tools, is_shadow=True)
    pushed(bench, an_order("p1"))
    assert waiting(bench) == (1, 1, 0)
    refused = ran({**site, "SHADOW": "yes"}, "feed", "live", "ehr", "--tell")
    assert refused.returncode == 1
    assert "set SHADOW=no" in refused.stderr
    bench.tools = replace(bench.tools, is_shadow=False)
    assert "1 open alerts are told now" in ran(site, "feed", "live", "ehr", "--tell").stdout
    send(bench)
    assert waiting(bench) == (1, 0, 1)
