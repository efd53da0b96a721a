"""Exposition: numbers in the text format of Prometheus (0.0.4), written exactly.

The usual library keeps its numbers in the process, or for several processes in files that outlive
them. Ours stand in the database, which every process sees alike, so a writer is all that is needed.
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


class Kind(StrEnum):
    """The kinds of number."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number. `suffix` is a histogram's (`_bucket`, `_sum`, `_count`)."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Numbers of one name, with what they mean."""

    name: str
    help: str
    kind: Kind
    samples: tuple[Sample, ...]


def gauge(name: str, help_: str, value: float | None, **labels: str) -> Family:
    """One number that goes up and down; unknown (NaN) when there is none."""
    sample = Sample(value=math.nan if value is None else value, labels=tuple(labels.items()))
    return Family(name=name, help=help_, kind=Kind.GAUGE, samples=(sample,))


def counter(name: str, help_: str, value: float) -> Family:
    """One number that only goes up."""
    return Family(name=name, help=help_, kind=Kind.COUNTER, samples=(Sample(value=value),))


def by_label(
    name: str, help_: str, label: str, values: Mapping[str, float], kind: Kind = Kind.GAUGE
) -> Family:
    """Numbers told apart by one label."""
    samples = (Sample(value=value, labels=((label, key),)) for key, value in values.items())
    return Family(name=name, help=help_, kind=kind, samples=tuple(samples))


def histogram(
    name: str, help_: str, limits: Iterable[float], counts: Iterable[int], total: float
) -> Family:
    """How many lay at or below each limit; `counts` are those of each step, and above all."""
    samples, seen = [], 0
    for limit, number in zip((*limits, math.inf), counts, strict=True):
        seen += number
        samples.append(Sample(value=seen, labels=(("le", _number(limit)),), suffix="_bucket"))
    ends = (Sample(value=total, suffix="_sum"), Sample(value=seen, suffix="_count"))
    return Family(name=name, help=help_, kind=Kind.HISTOGRAM, samples=(*samples, *ends))


def written(families: Iterable[Family]) -> bytes:
    """The whole page."""
    return "".join(line + "\n" for family in families for line in _lines(family)).encode()


def _lines(family: Family) -> Iterable[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.kind}"
    for each in family.samples:
        pairs = ",".join(f'{name}="{_quoted(value)}"' for name, value in each.labels)
        labels = f"{{{pairs}}}" if pairs else ""
        yield f"{family.name}{each.suffix}{labels} {_number(each.value)}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")
