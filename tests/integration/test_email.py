"""E-mail against a real SMTP server: delivered, refused for now, refused for good, not there."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from functools import partial

import pytest
from aiosmtpd.controller import Controller

from alerts.domain.decision import Priority
from alerts.domain.notice import Occasion
from alerts.errors import PermanentFailure, TemporaryFailure
from alerts.notification.channels.email import Email, MailServer
from tests.ports import free_port
from tests.unit.domain.test_notice import a_notice
from tests.unit.notification.messages import a_message, link_of

parsed = partial(message_from_bytes, policy=policy.default)


def plain(mail):
    return mail.get_body(("plain",)).get_content()


class Postbox:
    """Takes mail, or answers each step with a code that the test sets."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"
        self.goodbye = "221 Bye"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        return self.goodbye

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data_answer.startswith("250"):
            self.mails.append(envelope.content)
        return self.data_answer


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, Email]]:
    box = Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, Email(server=MailServer(host="127.0.0.1", port=port, sender="a@hospital.example"))
    controller.stop()


def test_a_notice_arrives_with_its_link_its_id_and_its_urgency(postbox):
    box, email = postbox
    email.send(a_message(a_notice()))
    mail = parsed(box.mails[0])
    assert mail["To"] == "a@hospital.example"
    assert mail["X-Oncofertility-Notice"] == str(a_notice().id)
    assert mail["Message-ID"] == f"<{a_notice().id}@hospital.example>"
    assert mail["X-Priority"] == "1"
    assert mail["Subject"].startswith("Urgent")
    assert link_of(a_notice()) in plain(mail)


def test_a_second_copy_carries_the_same_ids(postbox):
    box, email = postbox
    email.send(a_message(a_notice()))
    email.send(a_message(a_notice(attempts=2)))
    first, second = map(parsed, box.mails)
    assert first["Message-ID"] == second["Message-ID"]
    assert [each["X-Oncofertility-Attempt"] for each in (first, second)] == ["1", "2"]


def test_a_routine_notice_and_a_reopened_one_say_so(postbox):
    box, email = postbox
    email.send(
        a_message(replace(a_notice(), priority=Priority.ROUTINE, occasion=Occasion.REOPENED))
    )
    mail = parsed(box.mails[0])
    assert mail["X-Priority"] is None
    assert "Urgent" not in mail["Subject"]
    assert "open again" in plain(mail)


@pytest.mark.parametrize(
    ("recipient_answer", "data_answer", "error"),
    [
        ("550 no such user", "250 OK", PermanentFailure),
        ("451 greylisted", "250 OK", TemporaryFailure),
        ("250 OK", "554 content refused", PermanentFailure),
        ("250 OK", "452 disk full", TemporaryFailure),
    ],
)
def test_a_refusal_is_told_apart_as_passing_or_final(postbox, recipient_answer, data_answer, error):
    box, email = postbox
    box.recipient_answer, box.data_answer = recipient_answer, data_answer
    with pytest.raises(error):
        email.send(a_message(a_notice()))


def test_a_server_that_is_not_there_is_a_passing_failure():
    away = Email(server=MailServer(host="127.0.0.1", port=1, sender="a@hospital.example"))
    with pytest.raises(TemporaryFailure):
        away.send(a_message(a_notice()))


def test_a_server_without_tls_where_tls_is_asked_is_a_passing_failure(postbox):
    _, email = postbox
    strict = Email(server=replace(email.server, starttls=True))
    with pytest.raises(TemporaryFailure):
        strict.send(a_message(a_notice()))


@pytest.mark.parametrize("address", ["x:;@hospital.example", "a\nb@hospital.example"])
def test_an_address_that_no_header_holds_is_a_final_failure(postbox, address):
    _, email = postbox
    notice = a_notice()
    odd = replace(notice, recipient=replace(notice.recipient, address=address))
    with pytest.raises(PermanentFailure):
        email.send(a_message(odd))


def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye(postbox):
    box, email = postbox
    box.goodbye = "421 closing now"
    email.send(a_message(a_notice()))
    assert len(box.mails) == 1
