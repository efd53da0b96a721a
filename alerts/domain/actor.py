"""Actor: who acted. A feed, a person, or the service itself."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

FeedId = NewType("FeedId", UUID)
PersonId = NewType("PersonId", UUID)


class ActorKind(StrEnum):
    """The kinds of actor; the values are stored."""

    FEED = "feed"
    PERSON = "person"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted: the kind, and the id of the feed or person or the name of the service's step."""

    kind: ActorKind
    id: str


def service(step: str) -> Actor:
    """The service acting by itself, in one step of the pathway."""
    return Actor(kind=ActorKind.SERVICE, id=step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A sending system that may submit; of one in shadow mode nobody is told anything."""

    id: FeedId
    name: str
    is_revoked: bool = False
    is_shadow: bool = False

    def actor(self) -> Actor:
        """The feed as the one who acted."""
        return Actor(kind=ActorKind.FEED, id=str(self.id))


class Role(StrEnum):
    """What a person is here; the values are stored."""

    ONCOLOGIST = "oncologist"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who may sign in: by a password, or by an account at the hospital's provider.

    The second step counts once it was confirmed; `totp_step` is the newest that was used.
    """

    id: PersonId
    name: str
    display_name: str
    email: str
    role: Role
    password_hash: str = field(default="", repr=False)
    disabled_at: dt.datetime | None = None
    totp_secret: str = field(default="", repr=False)
    totp_since: dt.datetime | None = None
    totp_step: int = 0
    issuer: str = ""
    subject: str = field(default="", repr=False)

    def has_second_step(self) -> bool:
        """A code is asked for beside the password."""
        return self.totp_since is not None

    def actor(self) -> Actor:
        """The person as the one who acted."""
        return Actor(kind=ActorKind.PERSON, id=str(self.id))
