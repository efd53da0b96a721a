"""Notary: the keys that sign the trail's checkpoints, and the witnesses outside that keep them."""

from dataclasses import dataclass
from typing import Protocol

from alerts.audit.checkpoint import Check, Checkpoint, PublicKey, Signed


class Keys(Protocol):
    """The keys of one trail, kept where the database's own users cannot reach."""

    def prepare(self) -> None:
        """Make the first key when there is none. Raises SettingsError."""

    def origin(self) -> str:
        """The name of this trail, the same for all of its keys."""

    def sign(self, message: bytes) -> bytes:
        """Sign with the key in force."""

    def public(self) -> bytes:
        """The key in force, as anybody may know it."""

    def written(self) -> tuple[str, ...]:
        """The lines of every key there ever was."""

    def write(self, line: str) -> None:
        """Keep one more key, unless it is kept already."""

    def prepare_next(self) -> bytes:
        """Make the key that follows; gives it as anybody may know it."""

    def sign_with_next(self, message: bytes) -> bytes:
        """Sign with the key that follows."""

    def put_next_in_force(self) -> None:
        """From now on the key that follows signs; the one before is gone."""


class Kept(Protocol):
    """What a witness keeps, where we can read it."""

    def read(self) -> str:
        """All of it."""

    def tail(self) -> str:
        """The newest of it."""


class Witness(Protocol):
    """Somebody outside of the database who keeps checkpoints."""

    @property
    def name(self) -> str:
        """By which it stands in the rows."""

    def take(self, note: str) -> None:
        """Keep it. Bounded in time; raises DeliveryError."""


def _none_fits(public: bytes, signature: bytes, message: bytes) -> bool:
    del public, signature, message
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notary:
    """What a site has set for its trail. Without keys nothing is signed, and nothing is provable.

    `kept` is a witness whose copies we can read ourselves.
    """

    keys: Keys | None = None
    witnesses: tuple[Witness, ...] = ()
    kept: Kept | None = None
    check: Check = _none_fits

    def public_keys(self) -> tuple[PublicKey, ...]:
        """Every key of this trail that checkpoints are checked with."""
        lines = self.keys.written() if self.keys else ()
        return tuple(key for key in map(PublicKey.read, lines) if key)


def sign(checkpoint: Checkpoint, keys: Keys) -> Signed:
    """Sign with the key in force; the key is written down before its first signature leaves."""
    key = PublicKey(name=checkpoint.origin, raw=keys.public())
    keys.write(key.text())
    signature = (key.name, key.id, keys.sign(checkpoint.text().encode()))
    return Signed(checkpoint=checkpoint, signatures=(signature,))


def sign_over(checkpoint: Checkpoint, keys: Keys) -> Signed:
    """Sign with the key in force and with the one that follows it, so that each vouches."""
    key = PublicKey(name=checkpoint.origin, raw=keys.prepare_next())
    keys.write(key.text())
    signature = (key.name, key.id, keys.sign_with_next(checkpoint.text().encode()))
    first = sign(checkpoint, keys)
    return Signed(checkpoint=checkpoint, signatures=(*first.signatures, signature))
