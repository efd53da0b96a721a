"""Witness file: where checkpoints of the audit trail are kept, outside of the database.

It is only ever added to, and holds nothing of a patient: sizes, hashes, moments, signatures.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from alerts.errors import TemporaryFailure

_TAIL = 4096


@dataclass(frozen=True, slots=True)
class WitnessFile:
    """One file; best on another disk, or written through to another machine."""

    path: Path
    name: str = "file"

    def take(self, note: str) -> None:
        """Add a checkpoint, onto the disk. Raises TemporaryFailure.

        It begins on a line of its own, also after one that a crash cut off.
        """
        try:
            opened = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(opened, f"\n{note}".encode())
                os.fsync(opened)
            finally:
                os.close(opened)
        except OSError as error:
            raise TemporaryFailure("the witness file cannot be written") from error

    def read(self) -> str:
        """All that it holds; empty before the first checkpoint."""
        return self._from(0)

    def tail(self) -> str:
        """The newest checkpoints in it, the first of them perhaps cut off."""
        size = self.path.stat().st_size if self.path.exists() else 0
        return self._from(max(0, size - _TAIL))

    def _from(self, start: int) -> str:
        if not self.path.exists():
            return ""
        with self.path.open("rb") as opened:
            opened.seek(start)
            return opened.read().decode("utf-8", "replace")
