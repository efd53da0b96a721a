"""What a RESTful FHIR URL names, whatever server stands in front."""

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl

from alerts.fhir.kinds import looks_like_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a URL names: a type, an id, and the identifier of a conditional URL, as `system|value`.

    Each is empty when the URL does not say it.
    """

    type: str = ""
    id: str = field(default="", repr=False)
    identifier: str = field(default="", repr=False)


@lru_cache(maxsize=4096)
def address(url: str) -> Address:
    """`Type/id`, `Type?identifier=…` or `Type` at the end of a URL; a `/_history/3` is dropped."""
    path, _, query = url.strip().partition("?")
    parts = path.rstrip("/").split("/")
    if "_history" in parts:
        parts = parts[: parts.index("_history")]
    if query or len(parts) < 2 or not looks_like_type(parts[-2]):
        last = parts[-1] if parts else ""
        named = last if looks_like_type(last) else ""
        return Address(type=named, identifier=identifier_asked(query) if named else "")
    return Address(type=parts[-2], id=parts[-1].strip())


def identifier_asked(query: str) -> str:
    """The business identifier of a conditional request's query, as `system|value`."""
    for name, token in parse_qsl(query.removeprefix("?")):
        if name == "identifier" and token.strip("| "):
            system, bar, value = token.partition("|")
            return f"{system.strip()}|{value.strip()}" if bar else f"|{token.strip()}"
    return ""
