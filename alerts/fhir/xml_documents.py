"""A body as FHIR XML: parsed within limits into the shape that the same resource has as JSON.

Nothing outside the body is ever asked for: a document type, and with it every entity, is refused.
The shape is made without a schema: what repeats becomes an array, what stands alone does not, and
numbers stay texts. The readers of fields take either, so facts come out the same; for the strict
models `xml_shapes` puts the arrays right.
"""

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from alerts.errors import NotFhir, NotJson
from alerts.fhir.documents import Json

DEEPEST = 100
"""Levels that may nest; each may become two in JSON, of which 254 can be written."""

_FHIR = "http://hl7.org/fhir"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ARRAYS = frozenset({"contained", "entry"})
_BOOLEANS = frozenset({"active", "doNotPerform", "notDone", "notGiven", "prohibited"})
_TRUTHS = {"true": True, "false": False}
_ABOUT_A_MISSING_VALUE = frozenset({"extension", "id"})


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    name: str
    value: str | None = None
    raw: Json = field(default_factory=dict)
    resources: list[Json] = field(default_factory=list)


class _Builder:
    """Hears the parser's events and builds the JSON shape, without recursion."""

    def __init__(self) -> None:
        self.document: Json | None = None
        self._open: list[_Open] = []
        self._skipped = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens. What is not FHIR's own (a narrative) is skipped whole."""
        if len(self._open) + self._skipped >= DEEPEST:
            raise NotJson(f"the body nests deeper than {DEEPEST} levels")
        namespace, _, name = tag.rpartition(" ")
        if self._skipped or namespace not in {_FHIR, ""}:
            self._skipped += 1
            return
        opened = _Open(name, attributes.get("value"))
        opened.raw.update({each: attributes[each] for each in ("id", "url") if each in attributes})
        self._open.append(opened)

    def end(self, _tag: str) -> None:
        """An element closes: its content goes to the element around it."""
        if self._skipped:
            self._skipped -= 1
            return
        closed = self._open.pop()
        if not self._open:
            self.document = {**closed.raw, "resourceType": closed.name}
        elif closed.name[:1].isupper():
            self._open[-1].resources.append({**closed.raw, "resourceType": closed.name})
        else:
            _put(self._open[-1].raw, closed)


def is_xml(body: bytes, media_type: str) -> bool:
    """Whether a body is XML: by what it is called, else by how it begins."""
    called = media_type.partition(";")[0].casefold()
    return called.strip().endswith(("/xml", "+xml")) or _bare(body).startswith(b"<")


def parse_xml(body: bytes) -> Json:
    """The resource of a body. Raises NotJson with line and column, or NotFhir."""
    parser = ParserCreate(namespace_separator=" ")
    builder = _Builder()
    _listen(parser, builder)
    try:
        parser.Parse(_bare(body), True)
    except ExpatError as error:
        text = f"the body is not XML: line {error.lineno} column {error.offset + 1}"
        raise NotJson(text) from error
    except (LookupError, ValueError) as error:
        raise NotJson("the body is in an encoding that is not read: line 1 column 1") from error
    if builder.document is None:
        raise NotFhir("the root must be a FHIR resource", expression="Resource")
    return builder.document


def _listen(parser: XMLParserType, builder: _Builder) -> None:
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse


def _refuse(*_told: object) -> NoReturn:
    raise NotJson("XML with a document type or entities is not read")


def _bare(body: bytes) -> bytes:
    return body.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\r\n")


def _put(raw: Json, closed: _Open) -> None:
    if closed.value is None and closed.raw and closed.raw.keys() <= _ABOUT_A_MISSING_VALUE:
        raw.setdefault(f"_{closed.name}", closed.raw)
        return
    contents: list[object] = [*closed.resources] or [_content(closed)]
    for content in contents:
        held = raw.get(closed.name)
        if isinstance(held, list):
            held.append(content)
        elif closed.name in raw:
            raw[closed.name] = [held, content]
        else:
            raw[closed.name] = [content] if closed.name in _ARRAYS else content


def _content(closed: _Open) -> object:
    if closed.value is None:
        return closed.raw
    is_flag = closed.name in _BOOLEANS or closed.name.endswith("Boolean")
    return _TRUTHS.get(closed.value, closed.value) if is_flag else closed.value
