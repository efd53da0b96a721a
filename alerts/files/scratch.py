"""Scratch: records sorted by patient in temporary files, so that memory holds a part at a time.

Each record goes to the part of its patient; whoever decides a part has all that its patients own.
What belongs to no single patient (Medication, Practitioner …, and deletions) is told apart and kept
by `alerts.files.shared`. Of a document that was only skimmed, what was seen stands here and where
to read it again.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from alerts.domain.chart import Fact, Record, ResourceKey, Version
from alerts.domain.fact_kinds import FACT_KINDS
from alerts.domain.problem import Problem

SHARED = "shared"
"""The name of the part that belongs to no patient."""
JOINED = "joined-"
"""What the name of a part begins with where all patients may be others of the same part."""
_KIN = "kin"
_SKIMMED = "skimmed-"
"""What the name of a part begins with where only places are kept."""

_FACTS: dict[str, msgspec.msgpack.Decoder[Fact]] = {
    kind: msgspec.msgpack.Decoder(fact) for fact, kind in FACT_KINDS.items()
}
_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record, where it was told (the file's number, and the place in it) and what was wrong."""

    record: Record
    file: int
    offset: int
    problems: tuple[Problem, ...] = ()


class Place(msgspec.Struct, array_like=True, frozen=True):
    """Where a document stands: the file's number and the place in it.

    `body` is the document itself where nobody could go to that place again.
    """

    file: int
    offset: int
    body: bytes = b""


class Glimpse(msgspec.Struct, array_like=True, frozen=True):
    """What was seen of a patient in one document; see `alerts.fhir.skim`."""

    patient: ResourceKey
    is_settled: bool
    products: tuple[ResourceKey, ...]
    version: Version | None
    place: Place
    identifiers: tuple[bytes, ...] = ()


class Kinship(msgspec.Struct, array_like=True, frozen=True):
    """A patient who may be another: `other`, or without one whoever bears the name it goes by."""

    patient: ResourceKey
    other: ResourceKey | None = None


class Pointer(msgspec.Struct, array_like=True, frozen=True):
    """Where a resource of no single patient stands, as which entry of its document."""

    key: ResourceKey
    version: Version
    is_other: bool
    place: Place


class _Row(msgspec.Struct, array_like=True, frozen=True):
    """What is written of one record: the fact beside its kind, since the kind tells how to read."""

    key: ResourceKey
    patient: ResourceKey | None
    links: tuple[ResourceKey, ...]
    version: Version
    digest: str
    kind: str
    fact: msgspec.Raw
    file: int
    offset: int
    problems: tuple[Problem, ...]


_ENCODER = msgspec.msgpack.Encoder()
_ROWS = msgspec.msgpack.Decoder(_Row)
_GLIMPSES = msgspec.msgpack.Decoder(Glimpse)
_POINTERS = msgspec.msgpack.Decoder(Pointer)
_KINSHIPS = msgspec.msgpack.Decoder(Kinship)


def packed(told: Told) -> bytes:
    """A record as bytes."""
    record = told.record
    row = _Row(
        key=record.key,
        patient=record.patient,
        links=record.links,
        version=record.version,
        digest=record.digest,
        kind=FACT_KINDS[type(record.fact)] if record.fact else "",
        fact=msgspec.Raw(_ENCODER.encode(record.fact)),
        file=told.file,
        offset=told.offset,
        problems=told.problems,
    )
    return _ENCODER.encode(row)


def unpacked(packing: bytes) -> Told:
    """The record of such bytes."""
    row = _ROWS.decode(packing)
    record = Record(
        key=row.key,
        patient=row.patient,
        links=row.links,
        version=row.version,
        digest=row.digest,
        fact=_FACTS[row.kind].decode(row.fact) if row.kind else None,
    )
    return Told(record=record, file=row.file, offset=row.offset, problems=row.problems)


def packed_pointer(pointer: Pointer) -> bytes:
    """A pointer as bytes."""
    return _ENCODER.encode(pointer)


def unpacked_pointer(packing: bytes) -> Pointer:
    """The pointer of such bytes."""
    return _POINTERS.decode(packing)


class Sorter:
    """Writes records to the parts of a folder. Each process has its own files there."""

    def __init__(self, folder: Path, parts: int, name: str) -> None:
        self._folder = folder
        self._parts = parts
        self._name = name
        self._open: dict[str, BinaryIO] = {}

    def add(self, told: Told, among: ResourceKey | None = None) -> None:
        """Put a record where the rest of its patient is, or all of those `among` whom it is."""
        part = JOINED + self._part(among) if among else self._part(told.record.patient)
        self._write(part, packed(told))

    def add_glimpse(self, glimpse: Glimpse, among: ResourceKey | None = None) -> None:
        """Put what was seen where the rest of its patient is, or of those `among` whom it is."""
        part = JOINED + self._part(among) if among else self._part(glimpse.patient)
        self._write(_SKIMMED + part, _ENCODER.encode(glimpse))

    def add_kinship(self, kinship: Kinship) -> None:
        """Put it where all are who may be another."""
        self._write(_KIN, _ENCODER.encode(kinship))

    def add_pointer(self, pointer: Pointer) -> None:
        """Put it where all of no single patient is."""
        self._write(_SKIMMED + SHARED, packed_pointer(pointer))

    def _write(self, part: str, packing: bytes) -> None:
        file = self._file(part)
        file.write(len(packing).to_bytes(_LENGTH) + packing)

    def _part(self, patient: ResourceKey | None) -> str:
        return str(zlib.crc32(str(patient).encode()) % self._parts) if patient else SHARED

    def _file(self, part: str) -> BinaryIO:
        if part not in self._open:
            self._open[part] = (self._folder / f"{part}.{self._name}").open("ab")
        return self._open[part]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._open.values():
            file.close()


def part(folder: Path, name: str) -> Iterator[Told]:
    """Every record of a part, whichever process wrote it."""
    return map(unpacked, _rows(folder, name))


def glimpses(folder: Path, name: str) -> Iterator[Glimpse]:
    """What was seen of the patients of a part."""
    return map(_GLIMPSES.decode, _rows(folder, _SKIMMED + name))


def kinships(folder: Path) -> Iterator[Kinship]:
    """All patients who may be another."""
    return map(_KINSHIPS.decode, _rows(folder, _KIN))


def pointers(folder: Path) -> Iterator[Pointer]:
    """Where all stands that was skimmed and belongs to no single patient."""
    return map(unpacked_pointer, _rows(folder, _SKIMMED + SHARED))


def _rows(folder: Path, name: str) -> Iterator[bytes]:
    for path in sorted(folder.glob(f"{name}.*")):
        with path.open("rb") as file:
            while length := file.read(_LENGTH):
                yield file.read(int.from_bytes(length))
