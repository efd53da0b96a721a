"""Words: the sentences that page, letter and leaflet share. One place, so that none is said twice.

What may be said is from the sources that docs/clinical.md names; a sentence that claims more than
they do does not belong here.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerts.domain.decision import Reason
from alerts.domain.first_dose import DoseSource

SITUATION = (
    "This patient is starting an immune checkpoint inhibitor and has no fertility consult on"
    " record."
)
EFFECT = "The effect of these drugs on fertility is not well known."
OFFER = (
    "ASCO advises offering referral before treatment to patients who may want children, or who are"
    " unsure."
)
NO_DELAY = "Fertility care must not delay treatment by itself; the oncologist decides."
CHILD = (
    "The patient is a child or a teenager. ASCO (2018) asks to speak of it with the parents of"
    " children too, as early as possible, and to refer those who are interested or unsure."
    " Fertility care for children has a pathway of its own: follow your site's."
)
BEGUN = (
    "Treatment has begun. ASCO (2025) asks to speak of fertility again every year and at a change"
    " of treatment, and speaks of preservation after treatment too: a referral is still due."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A sentence and who says so."""

    text: str
    source: str


RESTS_ON = (
    Cited(
        text=(
            "Speak of possible infertility as early as possible before treatment, and refer those"
            " who are interested or unsure."
        ),
        source="ASCO guideline 2018 (Oktay and others, Journal of Clinical Oncology)",
    ),
    Cited(
        text=(
            "With every patient of reproductive potential, whatever treatment is planned; again"
            " every year and at a change of treatment."
        ),
        source=(
            "ASCO guideline update 2025 (Su and others, JCO-24-02782), as told in The ASCO Post,"
            " 25 April 2025"
        ),
    ),
    Cited(
        text=(
            "What checkpoint inhibitors do to fertility is not well known: studies are few and"
            " small, and their findings are mixed."
        ),
        source=(
            "Scovell, JAMA Oncology 2020; Salzmann 2021; Winship, Nature Cancer 2022 (mice);"
            " The Oncologist 2026, PMC12959320"
        ),
    ),
    Cited(
        text="What preserving fertility before these drugs brings is uncertain, and under study.",
        source="Lee, Cancers 2025;17:238",
    ),
)

COURSE: Mapping[Reason, str] = {
    Reason.TREATMENT_BEGUN: "Under way: a dose was given or handed out.",
    Reason.TREATMENT_AHEAD: "No dose is on record yet.",
    Reason.ORDER_ON_HOLD: "On hold; it may go on.",
    Reason.TREATMENT_ONLY_PLANNED: "Planned, not yet ordered.",
}

SOUGHT: Mapping[str, str] = {
    "a finished fertility consult": "A finished fertility consult",
    "a completed fertility preservation": "A completed fertility preservation, at any time",
    "a cancer diagnosis dated before that care": "A cancer diagnosis dated before that care",
    "the date of the first dose": "The date of the first dose",
    "date of birth": "The date of birth",
    "the patient whom the order is for": "The patient whom the order is for",
    "an order of a checkpoint inhibitor": "An order of a checkpoint inhibitor",
    "the Medication that the order refers to": "The medication that the order refers to",
    "a code or a name of the ordered drug": "A code or a name of the ordered drug",
    "whether the checkpoint inhibitor named is what is ordered": (
        "Whether the checkpoint inhibitor named is what is ordered"
    ),
    "which drug is ordered": "Which drug is ordered",
}
"""What a criterion looked for and did not find, said; a test holds it to the criteria."""
CONSULT = "a finished fertility consult"
"""Only this is looked for in a span of time."""

DOSE_SOURCES: Mapping[StrEnum, str] = {
    DoseSource.GIVEN: "from the report of a dose",
    DoseSource.TIMING: "from the timing of the order",
    DoseSource.OCCURRENCE: "from the date of the order",
    DoseSource.VALIDITY: "from the validity period of the order",
    DoseSource.APPOINTMENT: "from the infusion appointment",
    DoseSource.ENCOUNTER: "from the infusion visit",
    DoseSource.ESTIMATE: "estimated",
}

TESTS_OF_CHILD = (
    "Of a child or a teenager no test is named here: no source that we could read names any. Ask"
    " the fertility service."
)
TESTS_OF_UNKNOWN_SEX = (
    "Tests depend on the sex, which is not known here or is neither female nor male. Ask the"
    " fertility service."
)
NO_TESTS = "No test with a source is named here. Ask the fertility service."
TESTS_DO_NOT_WAIT = "Neither referral nor treatment waits for them."


def day(date: dt.date | None) -> str:
    """A day, unmistakable on both sides of the ocean."""
    return f"{date.day} {date:%B %Y}" if date else "unknown"
