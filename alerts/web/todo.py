"""To do: what a person can do about each doubt, and until when, in plain words."""

import datetime as dt
from collections.abc import Mapping

from alerts.domain.decision import Reason

_TODO: Mapping[Reason, str] = {
    Reason.LOCAL_CODE_UNMAPPED: "Ask the pharmacy what this code stands for.",
    Reason.MEDICATION_NAME_UNSURE: "Look at the order: which drug is meant?",
    Reason.MEDICATION_NAMED_IN_PASSING: (
        "Look at the order: is the checkpoint inhibitor itself ordered, or only named?"
    ),
    Reason.MEDICATION_TEXT_SAYS_HOLD: "Ask the treating team whether the treatment goes on.",
    Reason.CODE_AND_TEXT_DISAGREE: "Ask the pharmacy which of the two drugs is meant.",
    Reason.MEDICATION_UNREADABLE: "Look at the order in the source system: which drug is it?",
    Reason.MEDICATION_NOT_SEEN: (
        "Have the source system send the medication, or look at the order there."
    ),
    Reason.TREATMENT_ONLY_PLANNED: (
        "Ask the treating team whether it is going to be ordered; the order itself settles it."
    ),
    Reason.ORDER_STATUS_UNREADABLE: (
        "Look at the order in the source system: does it stand? A corrected order settles it."
    ),
    Reason.SUBJECT_UNREADABLE: "Have the source system send whom the order is for.",
}
_HOUR = dt.timedelta(hours=1)
_TWO_DAYS = 48


def todo(reason: Reason) -> str:
    """What to do about a doubt; nothing for what is none."""
    return _TODO.get(reason, "")


def due(at: dt.datetime, now: dt.datetime) -> str:
    """How long there is until then, or how long it is over."""
    hours = abs(at - now) // _HOUR
    told = f"{hours // 24} days" if hours >= _TWO_DAYS else f"{hours} hours"
    if hours <= 1:
        told = "one hour" if hours else "less than an hour"
    return f"due in {told}" if at > now else f"overdue for {told}"
