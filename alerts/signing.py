"""Signing: the key that checkpoints of the audit trail are signed with, in a folder of its own.

`signing-key.pem` is the one secret; `public-keys` holds every key there ever was, one a line, as
auditors keep them. The folder stands outside of the database: whoever can change every row there
still cannot sign.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from alerts.errors import SettingsError

_ORIGIN = "oncofertility-alerts/"
_SECRET, _NEXT, _PUBLIC, _NAME = "signing-key.pem", "next-key.pem", "public-keys", "origin"


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """Where the keys are. Read anew at each use: another process may have put a new one in."""

    folder: Path

    def prepare(self) -> None:
        """Make the first key when there is none; two that start at once agree.

        Raises SettingsError, also where the secret is lost: nothing is made in its place.
        """
        if (self.folder / _SECRET).exists():
            return
        if (self.folder / _PUBLIC).exists():
            raise SettingsError(f"{self.folder} has lost {_SECRET}; put it back, or rotate the key")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(self.folder / _NAME, f"{_ORIGIN}{secrets.token_hex(4)}\n".encode())
            _write_once(self.folder / _SECRET, _made())
        except OSError as error:
            raise SettingsError(f"{self.folder} cannot be written: {error.strerror}") from error

    def origin(self) -> str:
        """The name of this trail, the same for all of its keys. Raises SettingsError."""
        return self._read(_NAME).decode().strip()

    def sign(self, message: bytes) -> bytes:
        """Sign with the key in force. Raises SettingsError."""
        return self._secret(_SECRET).sign(message)

    def public(self) -> bytes:
        """The key in force, as anybody may know it. Raises SettingsError."""
        return self._secret(_SECRET).public_key().public_bytes_raw()

    def written(self) -> tuple[str, ...]:
        """The lines of every key there ever was."""
        with suppress(FileNotFoundError):
            return tuple((self.folder / _PUBLIC).read_text(encoding="ascii").split())
        return ()

    def write(self, line: str) -> None:
        """Keep one more key, unless it is kept already. Raises SettingsError."""
        if line in self.written():
            return
        try:
            with (self.folder / _PUBLIC).open("ab") as opened:
                opened.write(f"{line}\n".encode("ascii"))
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise SettingsError(f"{self.folder} cannot be written: {error.strerror}") from error

    def prepare_next(self) -> bytes:
        """Make the key that follows, not in force yet; gives it as anybody may know it."""
        if not (self.folder / _NEXT).exists():
            _write_once(self.folder / _NEXT, _made())
        return self._secret(_NEXT).public_key().public_bytes_raw()

    def sign_with_next(self, message: bytes) -> bytes:
        """Sign with the key that follows. Raises SettingsError."""
        return self._secret(_NEXT).sign(message)

    def put_next_in_force(self) -> None:
        """From now on the key that follows signs; the one before is gone."""
        (self.folder / _NEXT).replace(self.folder / _SECRET)

    def _secret(self, name: str) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(self._read(name), password=None)
        except ValueError as error:
            raise SettingsError(f"{self.folder / name} holds no key") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsError(f"{self.folder / name} holds a key of another kind")
        return key

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise SettingsError(f"{self.folder / name} cannot be read") from error


def fits(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether that key signed exactly that."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _made() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write_once(file: Path, content: bytes) -> None:
    """Write a small file for its owner alone, whole; one that stands stays as it is."""
    own = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    with suppress(FileExistsError):
        os.link(own, file)
    own.unlink()
