"""Checkpoint: a signed sentence about the whole trail, as text that anybody can keep.

The form is C2SP's tlog-checkpoint in a signed note (c2sp.org):
origin, size and root, one more line with the moment, a blank line, and a line for each signature.
Nothing of the trail's content stands in it.
"""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

ED25519 = b"\x01"
"""The type of a key and a signature in a signed note."""
_DASH = "\u2014 "
_HASH_BYTES, _ID_BYTES, _SIGNATURE_BYTES = 32, 4, 64
_LINES = 4
_NOTE = re.compile(f"((?:(?!{_DASH}).+\\n)+)\\n((?:{_DASH}.+(?:\\n|\\Z))+)")

Check = Callable[[bytes, bytes, bytes], bool]
"""Whether, for a public key, a signature fits a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """So many events were sealed at that moment, and their tree had that root."""

    origin: str
    size: int
    root: bytes
    at: dt.datetime

    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.at.isoformat()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that checkpoints are checked with, as it is written down: `name+id+key`."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.raw).digest()[:_ID_BYTES]

    def text(self) -> str:
        """The line that an auditor keeps."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def read(cls, line: str) -> "PublicKey | None":
        """The key of such a line; None when it is none."""
        try:
            name, key_id, encoded = line.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            return None
        key = cls(name=name, raw=raw[1:])
        is_one = raw[:1] == ED25519 and len(key.raw) == _HASH_BYTES and key.id.hex() == key_id
        return key if is_one else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint with its signatures: of each the key's name, its id, and the bytes."""

    checkpoint: Checkpoint
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def text(self) -> str:
        """The note as it is kept and sent."""
        lines = (
            f"{_DASH}{name} {base64.b64encode(key_id + signature).decode()}\n"
            for name, key_id, signature in self.signatures
        )
        return f"{self.checkpoint.text()}\n{''.join(lines)}"


class Standing(StrEnum):
    """What a signature is worth."""

    GENUINE = "genuine"
    WRONG_KEY = "signed by a key that is not among the known ones"
    ALTERED = "its signature does not fit its text"


def judge(signed: Signed, keys: Iterable[PublicKey], check: Check) -> Standing:
    """Whether one of these keys signed exactly this; every signature by one of them must fit."""
    known = {(key.name, key.id): key for key in keys}
    message = signed.checkpoint.text().encode()
    ours = [each for each in signed.signatures if each[:2] in known]
    if not ours:
        return Standing.WRONG_KEY
    fits = all(check(known[name, key_id].raw, told, message) for name, key_id, told in ours)
    return Standing.GENUINE if fits else Standing.ALTERED


def read_notes(text: str) -> Iterator[Signed | str]:
    """Every checkpoint in a text that holds them one after the other, as a witness's file does.

    What is none is given as it stands: a line that a crash cut off, or somebody's own words.
    """
    end = 0
    for found in _NOTE.finditer(text):
        between = text[end : found.start()].strip()
        if between:
            yield between
        yield _read(found[1].splitlines()[-_LINES:], found[2].splitlines()) or found[0].strip()
        end = found.end()
    if text[end:].strip():
        yield text[end:].strip()


def _read(body: list[str], signed: list[str]) -> Signed | None:
    """The checkpoint of these lines; None when they are none, or not as we write them."""
    try:
        origin, size, root, moment = body
        checkpoint = Checkpoint(
            origin=origin,
            size=int(size),
            root=base64.b64decode(root, validate=True),
            at=dt.datetime.fromisoformat(moment.removeprefix("time ")),
        )
        signatures = tuple(_signature(line) for line in signed)
    except ValueError:
        return None
    is_ours = checkpoint.text().splitlines() == body and len(checkpoint.root) == _HASH_BYTES
    return Signed(checkpoint=checkpoint, signatures=signatures) if is_ours else None


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).rpartition(" ")
    raw = base64.b64decode(encoded, validate=True)
    if len(raw) < _ID_BYTES + _SIGNATURE_BYTES:
        raise ValueError("a signature was cut off")
    return name, raw[:_ID_BYTES], raw[_ID_BYTES:]
