"""Keys, passwords and codes. Keys and passwords are kept only as digests."""

import datetime as dt
import hashlib
import hmac
import secrets
from functools import cache

import pyotp
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


def new_totp_secret() -> str:
    """A random secret for an app that shows codes (160 bits, base 32)."""
    return pyotp.random_base32()


def step_of_code(secret: str, code: str, at: dt.datetime) -> int | None:
    """The half minute whose code this is: now, or one before or after; None for no such code."""
    typed = "".join(code.split()).encode()
    shown = pyotp.TOTP(secret)
    now = shown.timecode(at)
    near = (now, now - 1, now + 1)
    return next(
        (each for each in near if hmac.compare_digest(shown.generate_otp(each).encode(), typed)),
        None,
    )


def app_uri(secret: str, name: str) -> str:
    """What an app reads from the picture on the page."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Oncofertility alerts")


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
