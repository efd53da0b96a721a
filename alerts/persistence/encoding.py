"""What PostgreSQL cannot hold is replaced here: NUL and lone surrogates, in text and in JSON."""

import re
from collections.abc import Mapping

import msgspec
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown

REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NUL = b"\\u0000"


def storable(text: str) -> str:
    """The text with U+FFFD for each character that a PostgreSQL text cannot hold."""
    if text.isascii() and "\x00" not in text:  # nearly every text, and much the faster look
        return text
    return _UNSTORABLE.sub(REPLACEMENT, text)


class StorableText(StrDumperUnknown):
    """Sends every text that is stored or looked for in its storable form, so both sides agree."""

    def dump(self, obj: str) -> Buffer | None:
        """The text as bytes for the server."""
        return super().dump(storable(obj))


def to_json(value: object) -> bytes:
    """Dataclasses and tuples as JSON that a jsonb column holds."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean(msgspec.to_builtins(value)))
    if _ESCAPED_NUL not in encoded:
        return encoded
    return msgspec.json.encode(_clean(msgspec.to_builtins(value)))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(each) for each in value]
    return value
