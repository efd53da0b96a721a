"""Mailbox: mails are found by the notice that they carry."""

import datetime as dt
import os
from pathlib import Path

from alerts.demo.mailbox import Mailbox

AT = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


def keep(folder: Path, name: str, notice: str, at: dt.datetime) -> None:
    file = folder / name
    file.write_bytes(f"X-Oncofertility-Notice: {notice}\r\n\r\nPlease look.\r\n".encode())
    os.utime(file, (at.timestamp(), at.timestamp()))


def test_the_first_mail_of_a_notice_counts(tmp_path: Path):
    keep(tmp_path, "1.eml", "n1", AT)
    keep(tmp_path, "2.eml", "n1", AT + dt.timedelta(hours=1))
    box = Mailbox(tmp_path)
    assert box.arrival("n1") == AT
    assert box.arrival("n2") is None


def test_a_mail_that_comes_later_is_found(tmp_path: Path):
    box = Mailbox(tmp_path / "mail")
    assert box.arrival("n1") is None
    (tmp_path / "mail").mkdir()
    keep(tmp_path / "mail", "1.eml", "n1", AT)
    assert box.arrival("n1") == AT
