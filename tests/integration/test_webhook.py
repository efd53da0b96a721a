"""The webhook against a real server of another process: signed, taken, refused, too slow."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.domain.decision import Priority
from alerts.domain.notice import NoticeId
from alerts.domain.recipient import Channel
from alerts.errors import PermanentFailure, TemporaryFailure
from alerts.notification.channels import webhook
from alerts.notification.channels.addresses import network
from alerts.notification.channels.webhook import Endpoint, Webhook
from tests.integration.receiver import Receiver, receiving
from tests.unit.domain.test_notice import NOW, a_notice
from tests.unit.notification.messages import a_message, link_of

NEW, OLD = b"n" * 32, b"o" * 24


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as its_receiver:
        yield its_receiver


def channel(url, allowed=("127.0.0.0/8",)):
    endpoints = {"pager": Endpoint(url=url, secrets=(NEW, OLD))}
    return Webhook(endpoints=endpoints, now=lambda: NOW, allowed=tuple(map(network, allowed)))


def for_pager(**changes):
    notice = replace(a_notice(), **changes)
    to = replace(notice.recipient, channel=Channel.WEBHOOK, address="pager")
    return replace(notice, recipient=to)


def test_a_message_is_signed_with_each_secret_and_tells_no_more_than_ids_and_links(receiver):
    urgent, routine = for_pager(), for_pager(id=NoticeId(NOW_ID), priority=Priority.ROUTINE)
    channel(receiver.url("204")).send(a_message(urgent, routine))
    got = receiver.got()
    told = json.loads(got["body"])
    assert told["type"] == "alert.notices"
    assert [each["link"] for each in told["notices"]] == [link_of(urgent), link_of(routine)]
    assert [each["priority"] for each in told["notices"]] == ["urgent", "routine"]
    assert set(told["notices"][0]) == {"id", "alert", "occasion", "priority", "link"}
    headers = got["headers"]
    assert headers["webhook-id"] == told["id"] == str(urgent.id)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{got['body']}".encode()
    signatures = [
        "v1," + base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
        for secret in (NEW, OLD)
    ]
    assert headers["webhook-signature"].split() == signatures


NOW_ID = a_notice(number=7).id


def test_the_signature_is_that_of_the_specification():
    """https://github.com/standard-webhooks/standard-webhooks, the example of its libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    headers = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', (secret,))
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("path", "error", "pause"),
    [
        ("410", PermanentFailure, None),
        ("400", PermanentFailure, None),
        ("302", PermanentFailure, None),
        ("500", TemporaryFailure, None),
        ("503/120", TemporaryFailure, dt.timedelta(minutes=2)),
        ("429/3600", TemporaryFailure, dt.timedelta(hours=1)),
        ("408", TemporaryFailure, None),
    ],
)
def test_answers_are_told_apart_as_passing_or_final(receiver, path, error, pause):
    with pytest.raises(error) as raised:
        channel(receiver.url(path)).send(a_message(for_pager()))
    assert getattr(raised.value, "again_after", None) == pause
    assert receiver.got()["path"] == f"/{path}"


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        ("120", dt.timedelta(minutes=2)),
        ("99999999999", dt.timedelta(days=1)),
        ("Sun, 22 Nov 2026 03:10:00 GMT", dt.timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 02:00:00 GMT", dt.timedelta()),
        ("Sun, 22 Nov 2026 02:00:00 -0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_told_in_seconds_or_as_a_date(told, pause):
    assert webhook.again_after(told, NOW) == pause


def test_a_server_that_never_ends_its_answer_is_left(receiver, monkeypatch):
    monkeypatch.setattr(webhook, "PATIENCE", 1.0)
    with pytest.raises(TemporaryFailure, match="too long"):
        channel(receiver.url("trickle")).send(a_message(for_pager()))
    assert receiver.got()["path"] == "/trickle"


@pytest.mark.parametrize("allowed", [(), ("10.0.0.0/8",)])
def test_a_network_that_is_not_allowed_is_not_asked(receiver, allowed):
    with pytest.raises(PermanentFailure, match="not allowed"):
        channel(receiver.url("200"), allowed).send(a_message(for_pager()))
    channel(receiver.url("201")).send(a_message(for_pager()))
    assert receiver.got()["path"] == "/201"


def test_a_name_is_gone_to_by_the_address_that_was_checked(receiver):
    url = f"http://localhost:{receiver.port}/200"
    channel(url, ("127.0.0.0/8", "::1/128")).send(a_message(for_pager()))
    assert receiver.got()["headers"]["host"] == f"localhost:{receiver.port}"


def test_a_server_that_is_not_there_may_come_back():
    with pytest.raises(TemporaryFailure):
        channel("http://127.0.0.1:1/").send(a_message(for_pager()))


def test_an_endpoint_that_the_site_has_no_more_is_a_final_failure(receiver):
    gone = Webhook(endpoints={}, now=lambda: NOW)
    assert not gone.takes("pager")
    with pytest.raises(PermanentFailure):
        gone.send(a_message(for_pager()))
