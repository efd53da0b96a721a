"""Mailbox: the mails that the catcher kept, found by the notices that each carries."""

import datetime as dt
from email.parser import BytesHeaderParser
from pathlib import Path

NOTICE = "X-Oncofertility-Notice"


class Mailbox:
    """A folder of kept mails; each file is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[Path] = set()
        self._arrived: dict[str, dt.datetime] = {}

    def arrival(self, notice: str) -> dt.datetime | None:
        """When the first mail of that notice arrived."""
        if notice not in self._arrived:
            self._read_on()
        return self._arrived.get(notice)

    def _read_on(self) -> None:
        for file in sorted(set(self._folder.glob("*.eml")) - self._seen):
            self._seen.add(file)
            with file.open("rb") as opened:
                notices = BytesHeaderParser().parse(opened).get_all(NOTICE, [])
            at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
            for notice in notices:
                self._arrived.setdefault(str(notice).strip(), at)
