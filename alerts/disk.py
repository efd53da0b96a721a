"""Disk: how much room is left where the data stand."""

import logging
import shutil
from collections.abc import Iterable
from pathlib import Path

from alerts.domain.condition import Disk

_log = logging.getLogger(__name__)


def look(folders: Iterable[Path], least: int) -> Disk:
    """The fullest of the disks that these folders stand on; a folder that is gone has no room."""
    return Disk(free=min(map(_free, folders)), least=least)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        _log.error("a disk cannot be looked at", extra={"failure": type(error).__name__})
        return 0
