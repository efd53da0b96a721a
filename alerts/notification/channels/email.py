"""E-mail by SMTP: one connection a notice, every failure told apart as passing or final."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from alerts.domain.decision import Priority
from alerts.domain.notice import Notice
from alerts.errors import DeliveryError, PermanentFailure, TemporaryFailure
from alerts.notification.wording import words

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

    def send(self, notice: Notice, link: str) -> None:
        """Hand the notice over. Raises TemporaryFailure or PermanentFailure."""
        try:
            self._hand_over(_message(notice, link, self.server.sender), notice.recipient.address)
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from error
        except _UNWRITABLE as error:
            raise PermanentFailure from error

    def _hand_over(self, message: EmailMessage, address: str) -> None:
        """One conversation. Once the server has taken the mail, how it says goodbye is its own."""
        server = self.server
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message, to_addrs=[address])
        finally:
            connection.close()


def _message(notice: Notice, link: str, sender: str) -> EmailMessage:
    """The mail. Its ids are the notice's, so that a second copy can be told from a second alert.

    From the second attempt on it may be a copy: a worker that ended, or an answer that was lost,
    leaves open whether the mail left.
    """
    said = words(notice, link)
    message = EmailMessage()
    message["Subject"] = said.subject
    message["From"] = sender
    message["To"] = notice.recipient.address
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    message["X-Oncofertility-Notice"] = str(notice.id)
    message["X-Oncofertility-Attempt"] = str(notice.attempts)
    message["Auto-Submitted"] = "auto-generated"
    if notice.priority is Priority.URGENT:
        message["X-Priority"] = "1"
        message["Importance"] = "high"
    message.set_content(said.body)
    return message


def _failure(error: smtplib.SMTPException | OSError) -> DeliveryError:
    """Final is only what the server says of this recipient or this message with a 5xx code."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        is_final = bool(codes) and all(code >= 500 for code in codes)
    else:
        is_final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    return PermanentFailure() if is_final else TemporaryFailure()
