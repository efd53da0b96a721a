"""Wording: what a message says. No name, date, number or free text of a patient, ever.

What may be said of the drugs, and what may not, is from the guidelines that docs/clinical.md names
(ASCO 2018 and 2025): refer who is interested or unsure; the effect is not well known; fertility
care must not by itself delay treatment.
"""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.domain.decision import Priority
from alerts.domain.notice import Message, Notice, Occasion

NAMED = 20
"""So many alerts of a bundle have a link of their own; the page of all has the rest."""

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
    Occasion.LAPSED: (
        "An alert that was acknowledged is open again: the time that was promised has passed, and"
        " neither a referral nor a reason against one is on record."
    ),
    Occasion.REMINDED: (
        "A reminder: an alert that you are responsible for waits for you. An immune checkpoint"
        " inhibitor is ordered for a patient who has no fertility consult on record."
    ),
    Occasion.ESCALATED: (
        "You are responsible for this alert now: who had it before you did not answer in time,"
        " could not be reached, or handed it over. An immune checkpoint inhibitor is ordered for a"
        " patient who has no fertility consult on record."
    ),
    Occasion.INFORMED: (
        "For your information: somebody else is responsible for this alert now. You need not do"
        " anything."
    ),
    Occasion.OFFERED: (
        "A colleague asks you to take over an alert: an immune checkpoint inhibitor is ordered for"
        " a patient who has no fertility consult on record. It is yours only when you accept it."
    ),
    Occasion.OFFER_ENDED: (
        "The colleague to whom you offered an alert did not accept it: it is still yours."
    ),
}
_LABELS = {
    Occasion.RAISED: "no fertility consult on record",
    Occasion.REOPENED: "open again",
    Occasion.RETURNED: "referred, but no consult seen",
    Occasion.LAPSED: "acknowledged, but nothing followed",
    Occasion.REMINDED: "a reminder",
    Occasion.ESCALATED: "yours now",
    Occasion.INFORMED: "for your information",
    Occasion.OFFERED: "a colleague asks you to take it over",
    Occasion.OFFER_ENDED: "not taken over, still yours",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    keep_trailing_newline=True,
)

TEST_SUBJECT = "Test: can you be reached about fertility referrals?"
TEST_BODY = """\
This is a test. No patient is meant, and you need not do anything.

The fertility alerts of your hospital reach you at this address.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message in words: its subject, the text, the same as HTML, and all of it in one line."""

    subject: str
    body: str
    html: str
    short: str


def words(message: Message) -> Words:
    """The message in words, with the links where it can be answered."""
    subject = _subject(message)
    values = {
        "subject": subject,
        "opening": _OPENINGS[message.first.occasion] if len(message.notices) == 1 else "",
        "is_asked": message.first.occasion is not Occasion.INFORMED,
        "count": _count(message.notices),
        "links": list(zip(map(_label, message.notices), message.links, strict=True))[:NAMED],
        "left": max(0, len(message.notices) - NAMED),
        "inbox": message.inbox,
        "reference": message.id,
    }
    where = message.links[0] if len(message.notices) == 1 else message.inbox
    return Words(
        subject=subject,
        body=_TEMPLATES.get_template("mail.txt").render(values),
        html=_TEMPLATES.get_template("mail.html").render(values),
        short=f"{subject}. {where}",
    )


def _subject(message: Message) -> str:
    if len(message.notices) == 1:
        return _SUBJECTS[message.first.priority]
    urgent = "Urgent: " if message.is_urgent() else ""
    return f"{urgent}{len(message.notices)} fertility referrals before immunotherapy wait for you"


def _count(notices: tuple[Notice, ...]) -> str:
    """How many alerts, and how many of them are urgent."""
    urgent = sum(each.priority is Priority.URGENT for each in notices)
    told = {0: "none of them urgent", len(notices): "all of them urgent"}
    return f"{len(notices)} alerts wait for you, {told.get(urgent, f'{urgent} of them urgent')}."


def _label(notice: Notice) -> str:
    """What a link of a bundle leads to."""
    kind = "Urgent alert" if notice.priority is Priority.URGENT else "Routine alert"
    return f"{kind}: {_LABELS[notice.occasion]}"
