"""Channels through Apprise, by its own JSON service, against a real server."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from importlib import util
from importlib.util import find_spec

import pytest

from alerts.domain.recipient import Channel
from alerts.errors import SettingsError, TemporaryFailure
from alerts.notification.channels.apprise import Apprise
from tests.integration.receiver import Receiver, receiving
from tests.unit.domain.test_notice import a_notice
from tests.unit.notification.messages import a_message, link_of

pytestmark = [
    # Not ours: one of Apprise's many services asks the standard library for what 3.13 has no more.
    pytest.mark.filterwarnings("ignore:.*is deprecated and slated for removal:DeprecationWarning"),
    pytest.mark.skipif(find_spec("apprise") is None, reason="the extra is not installed"),
]
NUMBER = "+41440000000"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as its_receiver:
        yield its_receiver


def for_phone():
    notice = a_notice()
    to = replace(notice.recipient, channel=Channel.SMS, address=NUMBER)
    return replace(notice, recipient=to)


def test_a_message_goes_to_the_persons_address_in_one_line(receiver):
    channel = Apprise.of(f"json://{{address}}:pass@127.0.0.1:{receiver.port}/200", "sms")
    channel.send(a_message(for_phone()))
    got = receiver.got()
    user = base64.b64decode(got["headers"]["authorization"].partition(" ")[2]).decode()
    assert user == f"{NUMBER}:pass"
    assert link_of(for_phone()) in got["body"]
    assert "Urgent" in got["body"]
    assert "pass" not in repr(channel)


def test_what_the_service_refuses_may_pass(receiver):
    channel = Apprise.of(f"json://127.0.0.1:{receiver.port}/500", "sms")
    with pytest.raises(TemporaryFailure):
        channel.send(a_message(for_phone()))
    assert receiver.got()["path"] == "/500"


@pytest.mark.parametrize(
    ("url", "address", "is_taken"),
    [
        ("json://h/{address}", NUMBER, True),
        ("json://h/{address}", "#urgent-team", True),
        ("json://h/{address}", "", False),
        ("json://h/{address}", "a/b?c=d", False),
        ("json://h/{address}", "a\nb", False),
        ("json://h/", "", True),
        ("json://h/", NUMBER, False),
    ],
)
def test_an_address_is_taken_where_the_service_asks_for_one(url, address, is_taken):
    assert Apprise.of(url, "sms").takes(address) is is_taken


def test_an_address_that_apprise_does_not_know_is_told_at_the_start_without_its_secret():
    with pytest.raises(SettingsError, match="of pager") as raised:
        Apprise.of("nonsense://secret", "pager")
    assert "secret" not in str(raised.value)


def test_without_the_extra_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"oncofertility-alerts\[apprise\]"):
        Apprise.of("json://h/", "sms")
