"""Fertility meanings: what a code of fertility care shows, and under which conditions.

The conditions are those of the sources: a code that any visit may carry counts only with a
fertility specialist on the same event; one that an ordinary fertility treatment carries counts only
on or after the cancer diagnosis; freezing counts only where a code says that it was for fertility.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from alerts.domain.chart import CareKind
from alerts.domain.decision import Reason

SPECIALIST = "fertility specialist"
NURSE = "fertility nurse"
UROLOGY = "urology"
DONOR = "donor cycle"
DECLINED = "declined"
MENTIONED = "mentioned in a text"


class Shown(IntEnum):
    """What an event shows, the stronger the greater."""

    SUPPORTING = 1
    REFERRAL = 2
    BOOKED = 3
    DECLINED = 4
    NOT_AFTER_CANCER = 5
    UNDATED = 6
    TOO_OLD = 7
    CONSULT = 8
    PRESERVATION = 9


REASON_OF: Mapping[Shown, Reason] = {
    Shown.SUPPORTING: Reason.SUPPORTING_EVIDENCE_ONLY,
    Shown.REFERRAL: Reason.REFERRAL_BUT_NO_CONSULT,
    Shown.BOOKED: Reason.CONSULT_BOOKED_NOT_DONE,
    Shown.DECLINED: Reason.FERTILITY_CARE_DECLINED_IN_CHART,
    Shown.NOT_AFTER_CANCER: Reason.CARE_NOT_AFTER_CANCER,
    Shown.UNDATED: Reason.CONSULT_UNDATED,
    Shown.TOO_OLD: Reason.CONSULT_TOO_OLD,
    Shown.CONSULT: Reason.FERTILITY_CONSULT_SEEN,
    Shown.PRESERVATION: Reason.FERTILITY_PRESERVATION_SEEN,
}

_VISIT = frozenset({CareKind.ENCOUNTER})
_PAPER = frozenset({CareKind.DOCUMENT, CareKind.DIAGNOSTIC_REPORT})
_CONSULT = _VISIT | _PAPER | {CareKind.CLAIM}
_DEED = _CONSULT | {CareKind.PROCEDURE}
_STATUS = _DEED | {CareKind.CONDITION, CareKind.OBSERVATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a code shows when it is done.

    `kinds` are the kinds of resource on which it is believed. `by` are the services of which one
    must stand on the same event. `is_beside` asks for another fertility code or service there.
    """

    shown: Shown
    kinds: frozenset[CareKind] = frozenset()
    by: frozenset[str] = frozenset()
    is_beside: bool = False
    is_after_cancer: bool = False


_BY_SPECIALIST = frozenset({SPECIALIST})
_SUPPORTING = Meaning(shown=Shown.SUPPORTING)

MEANINGS: Mapping[str, Meaning] = {
    "consult": Meaning(shown=Shown.CONSULT, kinds=_CONSULT),
    "consult after cancer": Meaning(shown=Shown.CONSULT, kinds=_CONSULT, is_after_cancer=True),
    "consult by a specialist": Meaning(shown=Shown.CONSULT, kinds=_CONSULT, by=_BY_SPECIALIST),
    "consult by a specialist after cancer": Meaning(
        shown=Shown.CONSULT, kinds=_CONSULT, by=_BY_SPECIALIST | {UROLOGY}, is_after_cancer=True
    ),
    "education": Meaning(shown=Shown.CONSULT, kinds=_DEED, by=_BY_SPECIALIST | {NURSE}),
    "referral": Meaning(shown=Shown.REFERRAL),
    "preservation": Meaning(shown=Shown.PRESERVATION, kinds=_DEED),
    "preservation status": Meaning(shown=Shown.PRESERVATION, kinds=_STATUS),
    "preservation after cancer": Meaning(
        shown=Shown.PRESERVATION, kinds=_DEED, is_after_cancer=True
    ),
    "preservation of something": Meaning(shown=Shown.PRESERVATION, kinds=_DEED, is_beside=True),
    SPECIALIST: Meaning(shown=Shown.CONSULT, kinds=_VISIT),
    NURSE: Meaning(shown=Shown.CONSULT, kinds=_VISIT, by=frozenset({NURSE})),
    "former fertility specialty": _SUPPORTING,
    "supporting": _SUPPORTING,
    MENTIONED: _SUPPORTING,
}
"""Meanings that show something of their own; any other (urology, donor cycle …) only conditions."""
