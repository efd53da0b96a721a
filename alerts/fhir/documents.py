"""A body as JSON: parsed within limits, and written in its canonical form. Knows no FHIR."""

import hashlib

import orjson

from alerts.errors import NotJson

Json = dict[str, object]
"""A JSON object. What stands in it is looked at before it is used."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ESCAPED_NUL = b"\\u0000"


def parse(body: bytes) -> object:
    """The JSON of a body. Raises NotJson with line and column.

    A byte order mark is tolerated. NUL characters are taken out: PostgreSQL holds none in a text.
    """
    bare = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        document: object = orjson.loads(bare)
    except orjson.JSONDecodeError as error:
        raise NotJson(_explain(bare, error)) from error
    _check_depth(document)
    return _without_nul(document) if _ESCAPED_NUL in bare else document


def canonical(document: object) -> bytes:
    """The same bytes for the same JSON, however it was ordered or spaced."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def digest(document: object) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def as_object(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value if it is a JSON array; a lone value as an array of one; nothing for null."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def as_text(value: object) -> str:
    """The text of a JSON string or whole number, without space around it; empty for the rest."""
    if isinstance(value, str):
        return value.strip()
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else ""


def _explain(body: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        body.decode()
    except UnicodeDecodeError as broken:
        line = body.count(b"\n", 0, broken.start) + 1
        column = broken.start - body.rfind(b"\n", 0, broken.start)
        return f"the body is not UTF-8: line {line} column {column}"
    return f"the body is not JSON, {error.msg}: line {error.lineno} column {error.colno}"


def _check_depth(document: object) -> None:
    # The writer is the quickest measure of depth there is: it refuses more than 254 levels.
    try:
        orjson.dumps(document)
    except TypeError as error:
        raise NotJson("the body nests deeper than 254 levels: line 1 column 1") from error


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {name.replace("\0", ""): _without_nul(each) for name, each in value.items()}
    return value
