"""Accounts: PostgreSQL refuses to run as root, so root lends it an unprivileged account."""

import os
import pwd
import tempfile
from pathlib import Path

from alerts.embedded import places
from alerts.embedded.children import Account, Order, run
from alerts.errors import EmbeddedError

UNPRIVILEGED = "nobody"
OUTSIDE_ANY_HOME = Path("/var/lib/oncofertility-alerts")


def is_root() -> bool:
    """Whether this process may act as anybody."""
    return os.geteuid() == 0


def for_data(data: Path) -> Account | None:
    """Whom the server runs as: None is this user; root takes the data's owner, else nobody."""
    if not is_root():
        return None
    if data.exists() and data.stat().st_uid != 0:
        seen = data.stat()
        return Account(uid=seen.st_uid, gid=seen.st_gid)
    try:
        found = pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root and there is no user {UNPRIVILEGED} to lend it to"
        ) from error
    return Account(uid=found.pw_uid, gid=found.pw_gid)


def home_for(folder: Path) -> Path:
    """Where the server's files stand: `folder`, or a folder that an unprivileged user can reach.

    Only root has to choose. No parent's permissions are touched: when one is closed to others, the
    files stand below /var/lib, and `folder/elsewhere` says where.
    """
    places.private_folder(folder, mode=0o711 if is_root() else 0o700)
    pointer = folder / "elsewhere"
    known = places.read_private(pointer)
    if known:
        return _known(Path(known), pointer)
    if not is_root():
        return folder
    account = for_data(folder / "data")
    if account is None or can_enter(account, folder):
        return folder
    if (folder / "data").exists():
        raise EmbeddedError(
            f"the database's user cannot reach {folder}: let others pass (chmod a+x) through it "
            "and its parents"
        )
    places.private_folder(OUTSIDE_ANY_HOME, mode=0o711)
    made = Path(tempfile.mkdtemp(prefix=f"{places.digest(folder)}-", dir=OUTSIDE_ANY_HOME))
    made.chmod(0o711)
    places.write_private(pointer, f"{made}\n")
    return made


def find_home(folder: Path) -> Path:
    """Where the files of a server that was made at `folder` stand."""
    return Path(places.read_private(folder / "elsewhere") or folder)


def give(folder: Path, account: Account | None) -> None:
    """Make an account the owner of that one folder, which stays private. Raises EmbeddedError."""
    if account is None:
        return
    try:
        os.chown(folder, account.uid, account.gid)
    except OSError as error:
        raise EmbeddedError(f"{folder} cannot be given away: {error.strerror}") from error


def can_enter(account: Account, folder: Path) -> bool:
    """Whether that account can pass through the folder and all its parents."""
    return _as(account, "/bin/sh", "-c", 'test -x "$1"', "sh", str(folder))


def can_run(account: Account, program: Path) -> bool:
    """Whether that account can start that program."""
    return _as(account, str(program), "--version")


def _known(home: Path, pointer: Path) -> Path:
    if not home.is_dir():
        raise EmbeddedError(f"{pointer} says that the data stand in {home}, but nothing is there")
    return home


def _as(account: Account, *command: str) -> bool:
    return run(Order(command=command, log=Path(os.devnull), account=account))
