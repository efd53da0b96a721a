"""Decision: alert, no alert or cannot tell, with each criterion's answer and what it rests on."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.chart import ResourceKey
from alerts.domain.codes import Coding
from alerts.domain.dates import PartialDate
from alerts.domain.first_dose import DoseBasis

DecisionId = NewType("DecisionId", UUID)


class Outcome(StrEnum):
    """What was decided; the values are stored."""

    ALERT = "alert"
    NO_ALERT = "no-alert"
    CANNOT_TELL = "cannot-tell"


class Priority(StrEnum):
    """How soon someone must look; the values are stored."""

    URGENT = "urgent"
    ROUTINE = "routine"


class Answer(StrEnum):
    """A criterion's answer; the values are stored."""

    MET = "met"
    NOT_MET = "not-met"
    CANNOT_TELL = "cannot-tell"


class Question(StrEnum):
    """The clinical questions, in the order in which they are asked; the values are stored."""

    CHECKPOINT_INHIBITOR = "checkpoint-inhibitor"
    TREATMENT_AHEAD = "treatment-ahead"
    REPRODUCTIVE_POTENTIAL = "reproductive-potential"
    NO_FERTILITY_CONSULT = "no-fertility-consult"


class Reason(StrEnum):
    """Why a criterion was answered so; a closed list, the values are stored."""

    CHECKPOINT_INHIBITOR_ORDERED = "checkpoint-inhibitor-ordered"
    NO_CHECKPOINT_INHIBITOR = "no-checkpoint-inhibitor"
    MEDICATION_UNREADABLE = "medication-unreadable"
    MEDICATION_NOT_SEEN = "medication-not-seen"
    MEDICATION_NAMED_IN_PASSING = "medication-named-in-passing"
    MEDICATION_NAME_UNSURE = "medication-name-unsure"
    MEDICATION_TEXT_SAYS_HOLD = "medication-text-says-hold"
    CODE_AND_TEXT_DISAGREE = "code-and-text-disagree"
    LOCAL_CODE_UNMAPPED = "local-code-unmapped"
    TREATMENT_AHEAD = "treatment-ahead"
    TREATMENT_BEGUN = "treatment-begun"
    ORDER_ON_HOLD = "order-on-hold"
    TREATMENT_ONLY_PLANNED = "treatment-only-planned"
    ORDER_OVER = "order-over"
    TREATED_LONG_AGO = "treated-long-ago"
    ORDER_ENTERED_IN_ERROR = "order-entered-in-error"
    ORDER_NOT_TO_BE_PERFORMED = "order-not-to-be-performed"
    NOT_AN_ORDER = "not-an-order"
    ORDER_STATUS_UNREADABLE = "order-status-unreadable"
    NOTHING_EXCLUDES_FERTILITY = "nothing-excludes-fertility"
    AGE_UNKNOWN = "age-unknown"
    OUTSIDE_AGE_BAND = "outside-age-band"
    GONADS_ABSENT = "gonads-absent"
    AFTER_MENOPAUSE = "after-menopause"
    PATIENT_DECEASED = "patient-deceased"
    SUBJECT_UNREADABLE = "subject-unreadable"
    NO_FERTILITY_CONSULT_SEEN = "no-fertility-consult-seen"
    FERTILITY_CONSULT_SEEN = "fertility-consult-seen"
    FERTILITY_PRESERVATION_SEEN = "fertility-preservation-seen"
    REFERRAL_BUT_NO_CONSULT = "referral-but-no-consult"
    CONSULT_BOOKED_NOT_DONE = "consult-booked-not-done"
    CONSULT_TOO_OLD = "consult-too-old"
    CONSULT_UNDATED = "consult-undated"
    CARE_NOT_AFTER_CANCER = "care-not-after-cancer"
    FERTILITY_CARE_DECLINED_IN_CHART = "fertility-care-declined-in-chart"
    SUPPORTING_EVIDENCE_ONLY = "supporting-evidence-only"
    CONTEXT_TO_ASK = "context-to-ask"
    CHILD_OR_TEEN = "child-or-teen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A resource that shows a reason: which one, by which code, on which day."""

    resource: ResourceKey
    coding: Coding | None = None
    meaning: str = ""
    on: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion's answer: its reasons, what shows them, and what was looked for and missing."""

    question: Question
    answer: Answer
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of one order's drug no list tells, so that a person is asked; and what a person told.

    `why` is the doubt. `says` is a digest of what the order says of its drug, `text` its words.
    `codes` are local codes, or the words as a code, each with the drug that a person named (empty
    for none of ours, None while nobody did): one answer settles every such order of the feed. `by`
    is the record of an answer to this order alone, `answer` what it says. `is_open` while the drug
    still cannot be told.
    """

    order: ResourceKey
    why: Reason
    says: str
    text: str = field(default="", repr=False)
    codes: tuple[tuple[Coding, str | None], ...] = ()
    is_open: bool = True
    answer: str | None = None
    by: ResourceKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a chart means under one policy on one day.

    `drugs` are our drug names, sorted. `orders` are the course's orders. `first_dose` is the first
    day on which a dose may be given, None when nothing says it; `first_dose_basis` tells who says
    it, `first_dose_in` in which resource. `awaited_until` is the last day on which a referral or
    booking on the chart may be relied on, None without one. `recheck_on` is the day from which
    time alone may change this decision; the sweep then decides again. `asked` is what only a person
    can tell of the orders' drugs.
    """

    outcome: Outcome
    priority: Priority
    findings: tuple[Finding, ...]
    drugs: tuple[str, ...] = ()
    orders: tuple[ResourceKey, ...] = ()
    ordered_on: dt.date | None = None
    first_dose: dt.date | None = None
    first_dose_basis: DoseBasis | None = None
    first_dose_in: ResourceKey | None = None
    awaited_until: dt.date | None = None
    recheck_on: dt.date | None = None
    policy_version: str
    value_sets: tuple[str, ...]
    asked: tuple[Asked, ...] = ()

    def reasons(self) -> tuple[Reason, ...]:
        """Every reason, in the order of the questions."""
        return tuple(reason for finding in self.findings for reason in finding.reasons)
