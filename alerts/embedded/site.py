"""Site: the folder of one embedded service, its lock, what it remembers and its environment."""

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from alerts.embedded import accounts, places
from alerts.embedded.broker import Broker
from alerts.embedded.postgres import Postgres
from alerts.errors import EmbeddedError

HOST = "127.0.0.1"
DEFAULT_PORT = 8765
DEFAULTS = {
    "MAIL_FROM": "oncofertility-alerts@hospital.example",
    "FALLBACK_EMAIL": "fertility-team@hospital.example",
    "MAIL_DOMAINS": "hospital.example clinic.example",
}
"""What a site that set nothing gets; `.example` reaches nobody (RFC 2606)."""
OWNED = {"OWNER_DATABASE_URL"}
"""Goes with our own database only, and only to who migrates: no serving process gets it."""


class Site:
    """Everything that one embedded service keeps stands below `var`, closed to others.

    As root `var` itself may be passed through (not listed): the database's unprivileged user has to
    reach its own folder in it.
    """

    def __init__(self, var: Path) -> None:
        self.var = var.absolute()
        self._lock: int | None = None

    @property
    def mail(self) -> Path:
        """Where the mail catcher keeps what was sent."""
        return self.var / "mail"

    def log(self, name: str) -> Path:
        """Where a child's output goes."""
        return self.var / "log" / f"{name}.log"

    def postgres(self) -> Postgres:
        """The site's database server."""
        return Postgres(self.var / "postgres", self.log("postgres"))

    def broker(self, outer: Mapping[str, str]) -> Broker:
        """The site's Redis-protocol server."""
        return Broker(self.var / "broker", self.log("broker"), outer)

    def stands(self) -> bool:
        """Whether a service was ever started here."""
        return self._memory.is_file()

    def take(self) -> None:
        """Make the folder and keep every other supervisor out of it. Raises EmbeddedError."""
        places.private_folder(self.var, mode=0o711 if accounts.is_root() else 0o700)
        for name in ("log", "mail"):
            places.private_folder(self.var / name)
        try:
            self._lock = os.open(self.var / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.leave()
            raise EmbeddedError(f"another service is already running on {self.var}") from error
        except OSError as error:
            raise EmbeddedError(f"{self.var} cannot be locked: {error.strerror}") from error

    def leave(self) -> None:
        """Let the next supervisor in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def recall(self, name: str) -> str:
        """A fact that was remembered, empty when it never was. Raises EmbeddedError."""
        return self._facts().get(name, "")

    def remember(self, facts: Mapping[str, str]) -> None:
        """Keep facts (secrets among them) in `site.env`, for the owner only."""
        lines = [f"{name}={value}\n" for name, value in {**self._facts(), **facts}.items()]
        places.write_private(self._memory, "".join(lines))

    def environment(self, outer: Mapping[str, str]) -> dict[str, str]:
        """The settings of this site's processes: `outer`, and what it leaves open filled in."""
        inner = {
            **DEFAULTS,
            "PUBLIC_URL": self.recall("PUBLIC_URL"),
            "SMTP_HOST": HOST,
            "SMTP_PORT": self.recall("SMTP_PORT"),
            "AUDIT_KEYS": str(self.var / "audit-keys"),
            "WITNESS_FILE": str(self.var / "witnessed-checkpoints"),
        }
        if not outer.get("DATABASE_URL"):
            inner["DATABASE_URL"] = self.postgres().service_url
            inner["OWNER_DATABASE_URL"] = self.postgres().url
            inner["DATABASE_FOLDER"] = str(accounts.find_home(self.postgres().folder))
        if not outer.get("REDIS_URL"):
            inner["REDIS_URL"] = self.broker(outer).url
        told = {name: value for name, value in outer.items() if value}
        return inner | told | {name: inner[name] for name in OWNED & inner.keys()}

    @property
    def _memory(self) -> Path:
        return self.var / "site.env"

    def _facts(self) -> dict[str, str]:
        if self.var.exists() and not self.var.is_dir():
            raise EmbeddedError(f"{self.var} is a file; a folder must stand there")
        lines = [line for line in places.read_private(self._memory).splitlines() if line]
        if any("=" not in line for line in lines):
            raise EmbeddedError(f"{self._memory} is damaged: every line must be NAME=value")
        return dict(line.split("=", 1) for line in lines)
