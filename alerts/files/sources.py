"""Sources: which files of FHIR stand under these paths, and the statements in them, one by one.

A bulk export's NDJSON is cut into pieces of some megabytes, so that one large file keeps all cores
busy and is never in memory as a whole. A compressed file cannot be cut and is one piece.
"""

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import msgspec

PIECE = 16 * 1024 * 1024
"""How many bytes of NDJSON, or of small files, are one piece of work."""

_BLOCK = 64 * 1024

MANY = 500
"""How many small files are one piece of work, however small they are."""

BROKEN = (OSError, EOFError, zlib.error)
"""What reading a file may raise: it is away, or its compression is cut short or damaged."""

_LINES = frozenset({".ndjson", ".jsonl"})
_MEDIA_TYPES = {".xml": "application/fhir+xml"}
JSON = "application/fhir+json"
"""How the documents of most files are written."""
_READ = frozenset({".json", *_LINES, *_MEDIA_TYPES})


class Piece(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A whole file, or the lines that begin between two places of an NDJSON file.

    `number` is the file's place among all; `size` is how many bytes of disk it stands for.
    """

    path: Path
    number: int
    start: int = 0
    end: int | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One document of a file: where it begins, and its bytes as they came."""

    offset: int
    body: bytes = field(repr=False)
    media_type: str = JSON


def found(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every file of FHIR in the folders, in one order."""
    for path in paths:
        if path.is_dir():
            yield from map(Path, _inside(str(path)))
        else:
            yield path


def _inside(folder: str) -> Iterator[str]:
    """The files of FHIR in a folder and below, by name; links to folders are not followed."""
    with os.scandir(folder) as listing:
        listed = sorted(listing, key=lambda each: each.name)
    for each in listed:
        if each.is_dir(follow_symlinks=False):
            yield from _inside(each.path)
        elif _kind(each.name)[0] in _READ and each.is_file():
            yield each.path


def batches(files: Iterable[Path]) -> Iterator[tuple[Piece, ...]]:
    """The pieces of these files, small ones together: each batch is one piece of work."""
    waiting: list[Piece] = []
    size = 0
    for piece in (each for i, path in enumerate(files) for each in _pieces(path, i)):
        waiting.append(piece)
        size += piece.size
        if size >= PIECE or len(waiting) >= MANY:
            yield tuple(waiting)
            waiting, size = [], 0
    if waiting:
        yield tuple(waiting)


def statements(piece: Piece) -> Iterator[Statement]:
    """The documents of a piece. Raises one of BROKEN."""
    kind, is_packed = _kind(str(piece.path))
    if kind not in _LINES:
        body = _whole(piece)
        body = gzip.decompress(body) if is_packed else body
        yield Statement(offset=0, body=body, media_type=_MEDIA_TYPES.get(kind, JSON))
    elif is_packed:
        with gzip.open(piece.path) as lines:
            yield from _lines(lines, 0, None)
    else:
        with piece.path.open("rb") as lines:
            yield from _lines(lines, _first_line(lines, piece.start), piece.end)


def _whole(piece: Piece) -> bytes:
    """All of a file: mostly in one call, which a file object takes three for."""
    file = os.open(piece.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        body = os.read(file, piece.size + 1 if piece.size else _BLOCK)
        if len(body) == piece.size:
            return body
        blocks = [body]
        while block := os.read(file, _BLOCK):
            blocks.append(block)
    finally:
        os.close(file)
    return b"".join(blocks)


def again(path: Path, offset: int) -> Statement:
    """The document that begins there, read once more. Raises one of BROKEN."""
    if not is_lines(path):
        return next(statements(Piece(path=path, number=0)))
    with path.open("rb") as lines:
        lines.seek(offset)
        return Statement(offset=offset, body=lines.readline().strip())


def can_be_found_again(path: Path) -> bool:
    """Whether a place in it can be gone to: not so in compressed lines."""
    kind, is_packed = _kind(str(path))
    return not (is_packed and kind in _LINES)


def is_lines(path: Path) -> bool:
    """Whether each line of the file is a document of its own."""
    return _kind(str(path))[0] in _LINES


def line_at(path: Path, offset: int) -> int:
    """The number of the line that begins there. Raises one of BROKEN."""
    line, place = 1, 0
    with gzip.open(path) if _kind(str(path))[1] else path.open("rb") as file:
        while place < offset and (block := file.read(min(PIECE, offset - place))):
            line += block.count(b"\n")
            place += len(block)
    return line


def _pieces(path: Path, number: int) -> Iterator[Piece]:
    try:
        size = os.stat(path).st_size  # noqa: PTH116 - asked of every file, and quicker
    except OSError:  # whoever reads it finds out, and tells
        size = 0
    kind, is_packed = _kind(str(path))
    if kind not in _LINES or is_packed or size <= PIECE:
        yield Piece(path=path, number=number, size=size)
        return
    for start in range(0, size, PIECE):
        end = min(start + PIECE, size)
        yield Piece(path=path, number=number, start=start, end=end, size=end - start)


def _first_line(file: BufferedReader, start: int) -> int:
    """Go to the first line that begins at or after that place."""
    if start:
        file.seek(start - 1)
        file.readline()
    return file.tell()


def _lines(lines: Iterable[bytes], offset: int, end: int | None) -> Iterator[Statement]:
    for line in lines:
        if end is not None and offset >= end:
            return
        if bare := line.strip():
            yield Statement(offset=offset, body=bare)
        offset += len(line)


def _kind(path: str) -> tuple[str, bool]:
    """The suffix that tells how to read it, and whether it is compressed."""
    if path.endswith(".json"):  # as most are: this is asked of every file, several times
        return ".json", False
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 - asked of every file, and much quicker
    is_packed = suffix.lower() == ".gz"
    return (os.path.splitext(stem)[1] if is_packed else suffix).lower(), is_packed  # noqa: PTH122
