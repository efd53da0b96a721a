"""Demographics: who a patient is, and what the Patient says of being the same as another."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from alerts.domain.dates import PartialDate


class Gender(StrEnum):
    """Administrative gender (http://hl7.org/fhir/administrative-gender); the values are stored."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A business identifier in use: its system, and a digest of system and value.

    `name` is the id that the patient has for whoever refers to it by this identifier alone.
    """

    system: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a Patient says of who it is. Other Patients are spelled `Patient/id`.

    `replaced_by` and `replaces` are merges (Patient.link of those types); links that only point to
    more about a person (`seealso`, `refer`) are no claim.
    """

    identifiers: tuple[Identifier, ...] = ()
    replaced_by: tuple[str, ...] = field(default=(), repr=False)
    replaces: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Who the patient is; what was not given is None, unknown or empty.

    Name and record number are for the pages of people who are signed in, and for nothing else: no
    decision, notice, log line or audit event holds them.
    """

    birth: PartialDate | None = field(default=None, repr=False)
    gender: Gender = Gender.UNKNOWN
    is_deceased: bool = False
    name: str = field(default="", repr=False)
    record_number: str = field(default="", repr=False)
    claims: Claims = field(default_factory=Claims)


def of_one_person(told: Iterable[Demographics]) -> Demographics | None:
    """What several Patients of one person say together; the first of them counts most.

    What it leaves open is taken from the next. A death is believed of any.
    """
    found: Demographics | None = None
    for each in told:
        found = _filled(found, each) if found else each
    return found


def _filled(first: Demographics, second: Demographics) -> Demographics:
    return replace(
        first,
        birth=first.birth or second.birth,
        gender=second.gender if first.gender is Gender.UNKNOWN else first.gender,
        is_deceased=first.is_deceased or second.is_deceased,
        name=first.name or second.name,
        record_number=first.record_number or second.record_number,
    )
