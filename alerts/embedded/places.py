"""Places: private folders and files of the one-machine service, and sockets with short paths."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from alerts.errors import EmbeddedError

LONGEST_SOCKET_PATH = 107
"""Bytes that a unix socket's address holds on Linux; macOS holds 103."""

_ROOM = LONGEST_SOCKET_PATH - 4


def private_folder(folder: Path, mode: int = 0o700) -> Path:
    """Make a folder that others cannot look into; one that stands is closed further, never opened.

    Raises EmbeddedError.
    """
    try:
        stood = folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        seen = folder.stat()
        if seen.st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(seen.st_mode) & mode if stood else mode)
    except (FileExistsError, NotADirectoryError) as error:
        raise EmbeddedError(f"{folder} is a file; a folder must stand there") from error
    except OSError as error:
        raise EmbeddedError(f"{folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EmbeddedError(f"{folder} cannot be written to by this user")
    return folder


def write_private(file: Path, text: str) -> None:
    """Write a small file for its owner alone, whole or not at all. Raises EmbeddedError."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except OSError as error:
        raise EmbeddedError(f"{file} cannot be written: {error.strerror}") from error


def read_private(file: Path) -> str:
    """What such a file holds, empty when it does not stand. Raises EmbeddedError."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddedError(f"{file} cannot be read") from error


def digest(folder: Path) -> str:
    """A short name for a folder's path."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def socket_folder(home: Path, longest_name: str) -> Path:
    """A private folder for a socket: `home/run`, or one in the temporary folder when too long.

    The choice is kept in `home/socket-folder`, so that other processes find it and the next start
    takes the same one.
    """
    wanted = home / "run"
    if len(os.fsencode(wanted / longest_name)) <= _ROOM:
        return private_folder(wanted)
    pointer = home / "socket-folder"
    known = Path(read_private(pointer) or wanted)
    if known != wanted and _is_ours(known):
        return known
    made = Path(tempfile.mkdtemp(prefix="oncofertility-"))
    write_private(pointer, f"{made}\n")
    return made


def find_socket_folder(home: Path) -> Path:
    """Where the socket of a server at `home` is, for whoever wants to talk to it."""
    return Path(read_private(home / "socket-folder") or home / "run")


def forget(folder: Path) -> None:
    """Remove a folder that a failed start left behind. Raises EmbeddedError."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise EmbeddedError(f"{folder} cannot be removed: {error.strerror}") from error


def _is_ours(folder: Path) -> bool:
    """A private folder of this user or, when root, of the account that it gave it to."""
    try:
        seen = folder.lstat()
    except OSError:
        return False
    is_private = stat.S_ISDIR(seen.st_mode) and not seen.st_mode & 0o077
    return is_private and (os.geteuid() == 0 or seen.st_uid == os.geteuid())
