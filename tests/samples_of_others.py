"""Samples of others: the files under tests/samples, and what we expect of them."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alerts.domain.submission import Delivery, Interaction
from alerts.errors import Refused
from alerts.fhir.bundle import peel
from alerts.files.sources import Piece, found, statements

FOLDER = Path(__file__).parent / "samples"
ON = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
EXPECTED: dict[str, Any] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


def files(source: str) -> list[Path]:
    """The files of FHIR of a source."""
    return list(found([FOLDER / source]))


def deliveries(source: str) -> Iterator[tuple[Path, Delivery]]:
    """Each document of a source that the door would take, as it would be sent."""
    for path in files(source):
        for each in statements(Piece(path=path, number=0)):
            for interaction in (Interaction.BUNDLE, Interaction.CREATE):
                delivery = Delivery(
                    interaction=interaction, body=each.body, media_type=each.media_type
                )
                if is_taken(delivery):
                    yield path, delivery
                    break


def is_taken(delivery: Delivery) -> bool:
    """Whether the door takes it."""
    try:
        peel(delivery)
    except Refused:
        return False
    return True
