"""Policy: a site's dated, versioned choices, each with its source; and the rules that they make."""

import tomllib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import cast

from alerts.detection.drug_names.names import DrugNames, Kind, lay_out
from alerts.detection.trusted_systems import trusted_systems
from alerts.domain.chart import Gender
from alerts.domain.codes import (
    ATC,
    DRUG,
    HCPCS,
    ICD_10,
    ICD_10_CM,
    NDC,
    NO_ANSWERS,
    RXNORM,
    SNOMED_CT,
    CodeMap,
    Coding,
    ValueSet,
)
from alerts.errors import SettingsError

_CHILD_BELOW = 18
_NEXT_DOSE_FROM = 14
_CLARIFIED_WITHIN = 24
KNOWN_DRUG_SYSTEMS = frozenset(
    {RXNORM, ATC, NDC, HCPCS, "http://ema.europa.eu/identifier", "http://hl7.org/fhir/sid/cvx"}
    | {ICD_10_CM, ICD_10, "http://loinc.org", "http://www.ama-assn.org/go/cpt"}
    | {"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"}
)
"""Systems whose checkpoint inhibitors we list, or that hold none: any other code of theirs is
something else."""
LISTED_IN_PART = frozenset(
    {SNOMED_CT, "http://fdasis.nlm.nih.gov", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"}
)
"""Systems of which our sources name few checkpoint inhibitors: another code may be one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The site's choices.

    Ages are in completed years, inclusive; an alert outside the band is routine, never silent.
    `consult_counts_for` is the look-back in months. `menopause_from` is the age below which a
    recorded menopause does not exclude. `course_gap` is the number of days without any order of a
    checkpoint inhibitor after which a further order belongs to a new course. `ongoing_for` is the
    number of days after a dose during which the treatment counts as going on. A referral is relied
    on for `referral_answered_within` days, a booked visit for `visit_shows_within` days after it.
    Where nobody tells the first dose, it is reckoned `first_dose_after` days from the order (None:
    not at all); a visit that is `next_dose_from` days later than the order's own day may be for the
    next one. A person's decline stands for `decline_stands_for` months. What cannot be told is to
    be cleared up within `clarified_within` hours.
    `urgent_up_to_age_female` and `_male` stand in for `urgent_up_to_age` where they are given.
    `child_below` is the age from which nobody is a child. `fertility_nurse_counts` says whether a
    finished visit with a fertility nurse, or a nurse's teaching, is a consult. A patient of two
    feeds who bears one identifier of `trusted_identifier_systems` is one person.
    """

    version: str
    urgent_up_to_age: int
    consult_counts_for: int
    menopause_from: int
    course_gap: int
    ongoing_for: int = 56
    referral_answered_within: int = 7
    visit_shows_within: int = 3
    decline_stands_for: int = 12
    first_dose_after: int | None = None
    next_dose_from: int = _NEXT_DOSE_FROM
    clarified_within: int = _CLARIFIED_WITHIN
    urgent_up_to_age_female: int | None = None
    urgent_up_to_age_male: int | None = None
    child_below: int = _CHILD_BELOW
    fertility_nurse_counts: bool = False
    trusted_identifier_systems: frozenset[str] = frozenset()

    def urgent_up_to(self, gender: Gender) -> int:
        """The last age of the urgent band for that gender; the wider band where it is not told."""
        female = _given(self.urgent_up_to_age_female, self.urgent_up_to_age)
        male = _given(self.urgent_up_to_age_male, self.urgent_up_to_age)
        known = {Gender.FEMALE: female, Gender.MALE: male}
        return known.get(gender, max(female, male))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """The policy and the value sets that decide: all that `decide` needs beside chart and day."""

    policy: Policy
    checkpoint_inhibitors: ValueSet
    fertility_consult: ValueSet
    fertility_preservation: ValueSet
    fertility_services: ValueSet
    no_reproductive_potential: ValueSet
    fertility_care: ValueSet = field(default_factory=lambda: _no_codes("FertilityCare"))
    cancer_diagnosis: ValueSet = field(default_factory=lambda: _no_codes("CancerDiagnosis"))
    ask_before_excluding: ValueSet = field(default_factory=lambda: _no_codes("AskBeforeExcluding"))

    drug_aliases: ValueSet = field(default_factory=lambda: _no_codes("DrugAliases"))
    regimens: ValueSet = field(default_factory=lambda: _no_codes("Regimens"))
    drugs_to_review: ValueSet = field(default_factory=lambda: _no_codes("DrugsToReview"))
    other_drugs: ValueSet = field(default_factory=lambda: _no_codes("OtherDrugs"))
    infusion_visits: ValueSet = field(default_factory=lambda: _no_codes("InfusionVisits"))
    drug_targets: ValueSet = field(default_factory=lambda: _no_codes("DrugTargets"))
    """What each drug binds. It decides nothing, so no decision names its version."""
    local_codes: CodeMap = field(
        default_factory=lambda: CodeMap(name="LocalCodes", version="none", targets={})
    )
    answers: CodeMap = NO_ANSWERS
    """What people told of a feed's codes and words; it counts where nothing else tells."""
    drug_names: DrugNames = field(init=False, repr=False, compare=False)
    """The names of the drugs' value sets, laid out once for reading texts."""
    drug_systems: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out the names; a name stands for what the first of these sets says."""
        sets = (
            (self.checkpoint_inhibitors, Kind.NAME),
            (self.drug_aliases, Kind.NAME),
            (self.regimens, Kind.REGIMEN),
            (self.drugs_to_review, Kind.REVIEW),
            (self.other_drugs, Kind.OTHER),
        )
        systems = {system for each, _ in sets for system, _ in each.members}
        object.__setattr__(self, "drug_names", lay_out(sets))
        known = (systems | KNOWN_DRUG_SYSTEMS) - LISTED_IN_PART
        object.__setattr__(self, "drug_systems", frozenset(known))

    def target(self, drug: str) -> str:
        """What a drug of ours binds (PD-1 …); empty where no list tells."""
        found = self.drug_targets.find(Coding(system=DRUG, code=drug))
        return found.meaning if found else ""

    def answered(self, answers: CodeMap) -> "Rules":
        """These rules with what people told of one feed's codes; nothing is laid out again."""
        if answers == self.answers:
            return self  # whoever remembers what these rules say need not ask again
        told = copy(self)
        object.__setattr__(told, "answers", answers)
        return told

    def value_set_versions(self) -> tuple[str, ...]:
        """`name|version` of every value set, in a fixed order."""
        sets = (
            self.checkpoint_inhibitors,
            self.fertility_consult,
            self.fertility_preservation,
            self.fertility_services,
            self.no_reproductive_potential,
            self.fertility_care,
            self.cancer_diagnosis,
            self.ask_before_excluding,
            self.drug_aliases,
            self.regimens,
            self.drugs_to_review,
            self.other_drugs,
            self.infusion_visits,
        )
        told = [f"{each.name}|{each.version}" for each in sets if each.members]
        if self.local_codes.targets:
            told.append(f"{self.local_codes.name}|{self.local_codes.version}")
        if self.answers != NO_ANSWERS:
            told.append(f"{self.answers.name}|{self.answers.version}")
        return tuple(told)


def load_policy(text: str) -> Policy:
    """A policy from its TOML. Raises SettingsError that names the key.

    Every choice is a table with a `value` and the `source` for it.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the policy is not TOML: {error}") from error
    version = table.get("version")
    if not isinstance(version, str) or not version:
        raise SettingsError("the policy has no version")
    return Policy(
        version=version,
        urgent_up_to_age=_choice(table, "urgent_up_to_age"),
        consult_counts_for=_choice(table, "consult_counts_for"),
        menopause_from=_choice(table, "menopause_from"),
        course_gap=_choice(table, "course_gap"),
        ongoing_for=_choice(table, "ongoing_for"),
        referral_answered_within=_choice(table, "referral_answered_within"),
        visit_shows_within=_choice(table, "visit_shows_within"),
        decline_stands_for=_choice(table, "decline_stands_for"),
        first_dose_after=_choice_if_made(table, "first_dose_after"),
        next_dose_from=_given(_choice_if_made(table, "next_dose_from"), _NEXT_DOSE_FROM),
        clarified_within=_given(_choice_if_made(table, "clarified_within"), _CLARIFIED_WITHIN),
        urgent_up_to_age_female=_choice_if_made(table, "urgent_up_to_age_female"),
        urgent_up_to_age_male=_choice_if_made(table, "urgent_up_to_age_male"),
        child_below=_given(_choice_if_made(table, "child_below"), _CHILD_BELOW),
        fertility_nurse_counts=bool(_choice_if_made(table, "fertility_nurse_counts")),
        trusted_identifier_systems=trusted_systems(table),
    )


def _choice_if_made(table: Mapping[str, object], key: str) -> int | None:
    return _choice(table, key) if key in table else None


def _given(chosen: int | None, otherwise: int) -> int:
    return otherwise if chosen is None else chosen


def _no_codes(name: str) -> ValueSet:
    return ValueSet(name=name, version="none", members={})


def _choice(table: Mapping[str, object], key: str) -> int:
    chosen = table.get(key)
    if not isinstance(chosen, dict):
        raise SettingsError(f"the policy lacks [{key}] with a value and its source")
    choice = cast("dict[str, object]", chosen)
    value, source = choice.get("value"), choice.get("source")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingsError(f"the policy's {key}.value must be a whole number")
    if not isinstance(source, str) or not source.strip():
        raise SettingsError(f"the policy's {key} names no source")
    return value
