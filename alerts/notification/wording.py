"""Wording: what a notice says. No name, date, number or free text of a patient, ever.

What may be said of the drugs, and what may not, is from the guidelines that docs/clinical.md names
(ASCO 2018 and 2025): refer who is interested or unsure; the effect is not well known; fertility
care must not by itself delay treatment.
"""

from dataclasses import dataclass

from alerts.domain.decision import Priority
from alerts.domain.notice import Notice, Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A notice in words."""

    subject: str
    body: str


_SUBJECTS = {
    Priority.URGENT: "Urgent: fertility referral before immunotherapy starts",
    Priority.ROUTINE: "Fertility referral before immunotherapy: please look",
}
_OPENINGS = {
    Occasion.RAISED: (
        "An immune checkpoint inhibitor is ordered for a patient who has no fertility consult on"
        " record."
    ),
    Occasion.REOPENED: (
        "An alert that was closed is open again: an immune checkpoint inhibitor is ordered for a"
        " patient, and the fertility consult or the cancellation that closed it no longer stands."
    ),
    Occasion.RETURNED: (
        "A referral to fertility care was placed for a patient with an order of an immune"
        " checkpoint inhibitor, and no consult has been seen: the referral was revoked, the visit"
        " was missed, or the time set for it has passed."
    ),
}
_BODY = """\
{opening}

Please look at it before treatment starts, and refer or say why not:

{link}

The effect of these drugs on fertility is not well known. ASCO advises offering referral before
treatment to patients who may want children, or who are unsure. Fertility care must not by itself
delay treatment: you decide.

This mail holds no patient details; the link asks you to sign in. Opening it changes nothing.
Reference: {reference}
"""


def words(notice: Notice, link: str) -> Words:
    """The notice in words, with the link where it can be answered."""
    body = _BODY.format(opening=_OPENINGS[notice.occasion], link=link, reference=notice.id)
    return Words(subject=_SUBJECTS[notice.priority], body=body)
