"""E-mail by SMTP: one connection a message, every failure told apart as passing or final."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from functools import partial

from alerts.domain.notice import Message
from alerts.domain.recipient import is_one_mailbox
from alerts.errors import DeliveryError, PermanentFailure, TemporaryFailure
from alerts.notification.wording import TEST_BODY, TEST_SUBJECT, words

TIMEOUT = 5.0
"""Seconds for each step of the conversation; a mail server that hangs must not hold a worker."""

_UNWRITABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What the standard library raises for an address that no header can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over, and from whom it comes."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """The e-mail channel."""

    server: MailServer

    def takes(self, address: str) -> bool:
        """Whether that names one mailbox."""
        return is_one_mailbox(address)

    def send(self, message: Message) -> None:
        """Hand the message over. Raises TemporaryFailure or PermanentFailure."""
        self._send(partial(_mail, message, self.server.sender), message.first.recipient.address)

    def probe(self, address: str) -> None:
        """Hand over a mail that says that it is a test. Raises what `send` raises."""
        self._send(partial(_probe, address, self.server.sender), address)

    def _send(self, write: Callable[[], EmailMessage], address: str) -> None:
        try:
            self._hand_over(write(), address)
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from error
        except _UNWRITABLE as error:
            raise PermanentFailure from error

    def _hand_over(self, mail: EmailMessage, address: str) -> None:
        """One conversation. Once the server has taken the mail, how it says goodbye is its own."""
        server = self.server
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(mail, to_addrs=[address])
        finally:
            connection.close()


def _mail(message: Message, sender: str) -> EmailMessage:
    """The mail. Its ids are the notices', so that a second copy can be told from a second alert.

    From the second attempt on it may be a copy: a worker that ended, or an answer that was lost,
    leaves open whether the mail left. All mails of one alert stand in one thread. Nobody answers it
    by itself (RFC 3834, and Exchange's own word); that it could not be delivered is still reported.
    """
    said, domain = words(message), sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["Subject"] = said.subject
    mail["From"] = sender
    mail["To"] = message.first.recipient.address
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    if len(message.notices) == 1:
        mail["References"] = f"<alert.{message.first.alert}@{domain}>"
    for notice in message.notices:
        mail["X-Oncofertility-Notice"] = str(notice.id)
    mail["X-Oncofertility-Attempt"] = str(message.first.attempts)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if message.is_urgent():
        mail["X-Priority"] = "1"
        mail["Importance"] = "high"
    mail.set_content(said.body, cte="8bit" if said.body.isascii() else "quoted-printable")
    mail.add_alternative(said.html, subtype="html", cte="quoted-printable")
    return mail


def _probe(address: str, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = TEST_SUBJECT
    message["From"] = sender
    message["To"] = address
    message["Date"] = formatdate(usegmt=True)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(TEST_BODY)
    return message


def _failure(error: smtplib.SMTPException | OSError) -> DeliveryError:
    """Final is only what the server says of this recipient or this message with a 5xx code."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        is_final = bool(codes) and all(code >= 500 for code in codes)
    else:
        is_final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    return PermanentFailure() if is_final else TemporaryFailure()
