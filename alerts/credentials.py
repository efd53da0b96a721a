"""Keys and passwords: made at random, kept only as digests."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher()


def new_key() -> str:
    """A 256-bit random key for a feed or a session, URL-safe."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    """A random password that a person can type (96 bits)."""
    return secrets.token_urlsafe(12)


def digest(key: str) -> bytes:
    """SHA-256 of a random key (32 bytes); 256 random bits need no salt and no stretching."""
    return hashlib.sha256(key.encode()).digest()


def hash_password(password: str) -> str:
    """The password as argon2id, in PHC form."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Takes as long for a name that nobody has."""
    try:
        return _HASHER.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
