"""Settings: the environment, read once and checked at start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alerts.errors import SettingsError

MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 20
LEAST_FREE_MB = 1024
"""As much as PostgreSQL writes between two checkpoints (its default of `max_wal_size`)."""
NAMES = frozenset(
    {
        "DATABASE_URL",
        "OWNER_DATABASE_URL",
        "RECEIPT_JOURNAL",
        "DATABASE_FOLDER",
        "LEAST_FREE_MB",
        "REDIS_URL",
        "PUBLIC_URL",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "SMTP_STARTTLS",
        "MAIL_FROM",
        "FALLBACK_EMAIL",
        "MAIL_DOMAINS",
        "LARGEST_BODY_MB",
        "POLICY_FILE",
        "RESPONSIBILITY_FILE",
        "SHADOW",
        "CHANNELS_FILE",
        "VALUES_FOLDER",
        "REFERRAL_FOLDER",
        "DEAD_MAN_URL",
        "METRICS_TOKEN",
        "FEED_SILENCE_HOURS",
        "OIDC_ISSUER",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_SCOPE",
        "OIDC_GROUPS_CLAIM",
        "OIDC_ROLES",
        "AUDIT_KEYS",
        "AUDIT_TOKEN",
        "WITNESS_FILE",
        "WITNESS_URL",
    }
)
"""Every variable that is read; a test holds this list to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalSettings:
    """The hospital's OpenID Connect provider; docs/sign-in.md explains each.

    `roles` are (role here, group there) in the order in which they are tried.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    groups_claim: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a site sets. Secrets stay out of the repr.

    `mail_domains` are the only domains that mail may go to; anything else goes to
    `fallback_email`. `largest_body` is in bytes. `is_shadow`: decide and record, tell nobody.
    `owner_database_url` is for migrations; empty when the service's own role owns the tables.
    `receipt_journal` is a folder outside of the database that receipts are noted in.
    `database_folder` is one on the disk of the database, if that is of this machine; `least_free`
    are the bytes that must stay free there. docs/operations.md explains the last five.
    `channels_file` names ways beside e-mail by which people can be told (docs/channels.md).
    `audit_keys` is the folder of the key that signs the audit trail; `witness_file` and
    `witness_url` are told what was signed (docs/audit.md).
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_url: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str = field(repr=False)
    smtp_starttls: bool
    mail_from: str
    fallback_email: str
    mail_domains: tuple[str, ...]
    largest_body: int
    policy_file: Path | None
    is_shadow: bool = False
    values_folder: Path | None = None
    referral_folder: Path | None = None
    owner_database_url: str = field(default="", repr=False)
    dead_man_url: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    audit_token: str = field(default="", repr=False)
    feed_silence_hours: int = 6
    receipt_journal: Path | None = None
    responsibility_file: Path | None = None
    audit_keys: Path | None = None
    witness_file: Path | None = None
    witness_url: str = field(default="", repr=False)
    database_folder: Path | None = None
    least_free: int = LEAST_FREE_MB * MEGABYTE
    channels_file: Path | None = None
    hospital: HospitalSettings | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises SettingsError: the variable and what to put there."""
        read = _Reader(environ)
        return cls(
            database_url=read.text("DATABASE_URL", "postgresql+psycopg://user:password@host/name"),
            redis_url=read.text("REDIS_URL", "redis://host:6379/0"),
            public_url=read.public_url("PUBLIC_URL"),
            smtp_host=read.text("SMTP_HOST", "the mail server's name"),
            smtp_port=read.number("SMTP_PORT", 25),
            smtp_user=environ.get("SMTP_USER", ""),
            smtp_password=environ.get("SMTP_PASSWORD", ""),
            smtp_starttls=read.yes_or_no("SMTP_STARTTLS", default=False),
            mail_from=read.address("MAIL_FROM"),
            fallback_email=read.address("FALLBACK_EMAIL"),
            mail_domains=read.words("MAIL_DOMAINS", "hospital.example clinic.example"),
            largest_body=read.number("LARGEST_BODY_MB", 50) * MEGABYTE,
            policy_file=read.path("POLICY_FILE"),
            is_shadow=read.yes_or_no("SHADOW", default=False),
            values_folder=read.folder("VALUES_FOLDER"),
            referral_folder=read.folder("REFERRAL_FOLDER"),
            dead_man_url=read.url("DEAD_MAN_URL"),
            metrics_token=read.secret("METRICS_TOKEN"),
            audit_token=read.secret("AUDIT_TOKEN"),
            feed_silence_hours=read.number("FEED_SILENCE_HOURS", 6),
            owner_database_url=environ.get("OWNER_DATABASE_URL", "").strip(),
            receipt_journal=read.folder("RECEIPT_JOURNAL"),
            responsibility_file=read.path("RESPONSIBILITY_FILE"),
            audit_keys=read.place("AUDIT_KEYS"),
            witness_file=read.place("WITNESS_FILE"),
            witness_url=read.url("WITNESS_URL"),
            database_folder=read.folder("DATABASE_FOLDER"),
            least_free=read.number("LEAST_FREE_MB", LEAST_FREE_MB) * MEGABYTE,
            channels_file=read.path("CHANNELS_FILE"),
            hospital=_hospital(read),
        )


def _hospital(read: "_Reader") -> HospitalSettings | None:
    """The hospital's provider, where one is named."""
    issuer = read.provider("OIDC_ISSUER")
    if not issuer:
        return None
    return HospitalSettings(
        issuer=issuer,
        client_id=read.text("OIDC_CLIENT_ID", "the name under which the provider knows us"),
        client_secret=read.environ.get("OIDC_CLIENT_SECRET", "").strip(),
        scope=read.environ.get("OIDC_SCOPE", "").strip() or "openid profile email",
        groups_claim=read.environ.get("OIDC_GROUPS_CLAIM", "").strip() or "groups",
        roles=read.roles("OIDC_ROLES"),
    )


def from_process() -> Settings:
    """The settings of this process. Raises SettingsError."""
    return Settings.from_environment(os.environ)


def environment() -> dict[str, str]:
    """A copy of this process's environment, to compose a child's from."""
    return dict(os.environ)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one variable at a time and says plainly what is wrong with it."""

    environ: Mapping[str, str]

    def text(self, name: str, hint: str) -> str:
        value = self.environ.get(name, "").strip()
        if not value:
            raise SettingsError(f"{name} is not set; put there: {hint}")
        return value

    def words(self, name: str, hint: str) -> tuple[str, ...]:
        return tuple(self.text(name, hint).casefold().replace(",", " ").split())

    def number(self, name: str, default: int) -> int:
        value = self.environ.get(name, str(default)).strip()
        if not value.isdigit() or int(value) < 1:
            raise SettingsError(f"{name} must be a whole number above 0, such as {default}")
        return int(value)

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(name, "yes" if default else "no").strip().casefold()
        if value not in {"yes", "no"}:
            raise SettingsError(f"{name} must be yes or no")
        return value == "yes"

    def address(self, name: str) -> str:
        value = self.text(name, "a mail address, someone@hospital.example")
        if value.count("@") != 1 or value.startswith("@") or value.endswith("@"):
            raise SettingsError(f"{name} must be one mail address, someone@hospital.example")
        return value

    def url(self, name: str) -> str:
        value = self.environ.get(name, "").strip()
        if value and not value.startswith(("https://", "http://")):
            raise SettingsError(f"{name} must be an address that begins with https://")
        return value

    def public_url(self, name: str) -> str:
        value = self.text(name, "the address people open, https://…").rstrip("/")
        return self._safe(name, value)

    def _safe(self, name: str, value: str) -> str:
        """Unencrypted only within this machine: cookies and codes travel by it."""
        is_here = re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", value)
        if value and not value.startswith("https://") and not is_here:
            raise SettingsError(f"{name} must begin with https:// (http:// only on this machine)")
        return value

    def provider(self, name: str) -> str:
        return self._safe(name, self.environ.get(name, "").strip())

    def roles(self, name: str) -> tuple[tuple[str, str], ...]:
        told = self.text(name, "oncologist=GROUP; coordinator=GROUP; administrator=GROUP")
        pairs = [each.partition("=") for each in told.split(";") if each.strip()]
        if any(not role.strip() or not group.strip() for role, _, group in pairs):
            raise SettingsError(f"{name} must be: role=group; role=group …")
        return tuple((role.strip(), group.strip()) for role, _, group in pairs)

    def secret(self, name: str) -> str:
        value = self.environ.get(name, "").strip()
        if value and len(value) < SHORTEST_SECRET:
            raise SettingsError(f"{name} must have {SHORTEST_SECRET} characters or more")
        return value

    def path(self, name: str) -> Path | None:
        value = self.environ.get(name, "").strip()
        if not value:
            return None
        if not Path(value).is_file():
            raise SettingsError(f"{name} names no file that can be read")
        return Path(value)

    def place(self, name: str) -> Path | None:
        """Where something is made when it is first needed; what it stands in must be there."""
        value = self.environ.get(name, "").strip()
        if value and not Path(value).parent.is_dir():
            raise SettingsError(f"{name} must stand in a folder that is there")
        return Path(value) if value else None

    def folder(self, name: str) -> Path | None:
        value = self.environ.get(name, "").strip()
        if not value:
            return None
        if not Path(value).is_dir():
            raise SettingsError(f"{name} names no folder")
        return Path(value)
