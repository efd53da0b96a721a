"""Mail catcher: a real process that keeps what it is sent."""

import smtplib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from alerts.embedded import ports, programs
from tests.waiting import until


@dataclass(frozen=True)
class Catcher:
    port: int
    folder: Path


@pytest.fixture
def catcher(home: Path) -> Iterator[Catcher]:
    port, folder = ports.free("127.0.0.1"), home / "mail"
    process = subprocess.Popen(programs.mail_catcher("127.0.0.1", port, folder))
    until(lambda: ports.answers("127.0.0.1", port), "the catcher to answer")
    yield Catcher(port, folder)
    process.terminate()
    assert process.wait(10) == 0


def test_each_message_is_kept_whole_for_its_owner_only(catcher: Catcher):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Urgent", "us@x.example", "them@x.example"
    mail["X-Oncofertility-Notice"] = "17"
    mail.set_content("Please look.\n.\nThe line above is a dot.\n")
    with smtplib.SMTP("127.0.0.1", catcher.port, timeout=10) as server:
        server.send_message(mail)
        server.send_message(mail)
    kept = sorted(catcher.folder.glob("*.eml"))
    assert len(kept) == 2
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}
    read = message_from_bytes(kept[0].read_bytes())
    assert read["X-Oncofertility-Notice"] == "17"
    assert read["X-Envelope-To"] == "them@x.example"
    assert read.get_payload() == "Please look.\r\n.\r\nThe line above is a dot.\r\n"
