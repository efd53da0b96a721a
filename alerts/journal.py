"""Journal: which receipts were given, in a folder outside of the database, which may be lost.

One line a receipt: when, the feed's id, the receipt, the fingerprint. Nothing of a patient.
"""

import datetime as dt
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

_NAME = "receipts-{}.tsv"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A receipt that a feed was given."""

    at: dt.datetime
    feed: UUID
    receipt: UUID
    fingerprint: str

    def line(self) -> str:
        """As it stands in the journal."""
        return f"{self.at.isoformat()}\t{self.feed}\t{self.receipt}\t{self.fingerprint}\n"


class Journal:
    """A folder with a file a day. Many processes may write to it: each line is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, given: Iterable[Given]) -> None:
        """Write receipts down, onto the disk. One that cannot be written is logged, never refused:

        the delivery is stored, and the journal is the second line of defence.
        """
        lines = list(given)
        if not lines:
            return
        file = self._folder / _NAME.format(lines[0].at.date())
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(opened, "".join(each.line() for each in lines).encode())
                os.fsync(opened)
            finally:
                os.close(opened)
        except OSError as error:
            _log.error("the journal of receipts cannot be written", extra={"failure": str(error)})

    def read(self) -> Iterator[Given]:
        """Every receipt in it, the oldest first; a line that a crash cut off is passed over."""
        for file in sorted(self._folder.glob(_NAME.format("*"))):
            with file.open(encoding="ascii", errors="replace") as opened:
                yield from filter(None, map(_given, opened))


def _given(line: str) -> Given | None:
    try:
        at, feed, receipt, fingerprint = line.rstrip("\n").split("\t")
        when = dt.datetime.fromisoformat(at)
        return Given(at=when, feed=UUID(feed), receipt=UUID(receipt), fingerprint=fingerprint)
    except ValueError:
        return None
