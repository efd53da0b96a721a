"""Words: how every coded value is said to a person. One table, so that none is missing."""

from collections.abc import Mapping
from enum import StrEnum

from alerts.domain.actor import Role
from alerts.domain.alert import AlertStatus, Move, OverrideReason
from alerts.domain.broken_glass import GlassReason
from alerts.domain.charge import Why
from alerts.domain.chart import Gender
from alerts.domain.decision import Answer, Outcome, Priority, Question, Reason
from alerts.domain.directory import Duty
from alerts.domain.first_dose import DoseSource
from alerts.domain.identity import Tie
from alerts.domain.notice import Delivery, NoticeStatus, Occasion
from alerts.domain.recipient import Channel, Detour, RecipientKind
from alerts.domain.selection import Share
from alerts.domain.submission import Disposition, EntryFate
from alerts.domain.timetable import Aim, StepKind
from alerts.domain.withholding import Withholding
from alerts.guidance.words import DOSE_SOURCES

_REASONS: Mapping[StrEnum, str] = {
    Reason.CHECKPOINT_INHIBITOR_ORDERED: "An immune checkpoint inhibitor is ordered.",
    Reason.NO_CHECKPOINT_INHIBITOR: "No immune checkpoint inhibitor is ordered.",
    Reason.MEDICATION_UNREADABLE: "The ordered medication could not be read.",
    Reason.MEDICATION_NOT_SEEN: "The order names a medication that was not sent.",
    Reason.MEDICATION_NAMED_IN_PASSING: "A checkpoint inhibitor is named, maybe only in passing.",
    Reason.MEDICATION_NAME_UNSURE: "A word may mean a checkpoint inhibitor, or be misspelled.",
    Reason.MEDICATION_TEXT_SAYS_HOLD: "The text of the order says that the drug is held.",
    Reason.CODE_AND_TEXT_DISAGREE: "The code and the text of the order name different drugs.",
    Reason.LOCAL_CODE_UNMAPPED: "The drug is given by a local code that is not mapped.",
    Reason.TREATMENT_AHEAD: "The order is in force.",
    Reason.TREATMENT_BEGUN: "Treatment has begun: a dose was given or handed out. Please hurry.",
    Reason.TREATED_LONG_AGO: "The last dose was given too long ago to count as going on.",
    Reason.ORDER_ON_HOLD: "The order is on hold; it may go on.",
    Reason.TREATMENT_ONLY_PLANNED: "The treatment is planned, not yet ordered.",
    Reason.ORDER_OVER: "The order is over: stopped, completed or cancelled.",
    Reason.ORDER_ENTERED_IN_ERROR: "The order was entered in error.",
    Reason.ORDER_NOT_TO_BE_PERFORMED: "The order says that the drug is not to be given.",
    Reason.NOT_AN_ORDER: "It is a proposal or an option, not an order.",
    Reason.ORDER_STATUS_UNREADABLE: "The status of the order could not be read.",
    Reason.NOTHING_EXCLUDES_FERTILITY: "Nothing on record excludes that the patient is fertile.",
    Reason.AGE_UNKNOWN: "The patient's age is not known.",
    Reason.OUTSIDE_AGE_BAND: "The patient's age lies outside the range set for urgent alerts.",
    Reason.GONADS_ABSENT: "On record: both ovaries or both testes are absent.",
    Reason.AFTER_MENOPAUSE: "On record: the patient is past the menopause.",
    Reason.PATIENT_DECEASED: "On record: the patient has died.",
    Reason.SUBJECT_UNREADABLE: "It could not be read whom the order is for.",
    Reason.NO_FERTILITY_CONSULT_SEEN: "No fertility consult and no preservation is on record.",
    Reason.FERTILITY_CONSULT_SEEN: "A fertility consult is on record.",
    Reason.FERTILITY_PRESERVATION_SEEN: "Fertility preservation is on record.",
    Reason.REFERRAL_BUT_NO_CONSULT: "A referral is on record, but no consult.",
    Reason.CONSULT_BOOKED_NOT_DONE: "A consult is booked, but has not taken place.",
    Reason.CONSULT_TOO_OLD: "The consult on record is too old to count.",
    Reason.CONSULT_UNDATED: "A consult is on record, but its date is not known.",
    Reason.CARE_NOT_AFTER_CANCER: (
        "Fertility care is on record, but not shown to follow the cancer diagnosis."
    ),
    Reason.FERTILITY_CARE_DECLINED_IN_CHART: "The chart says that fertility care was declined.",
    Reason.SUPPORTING_EVIDENCE_ONLY: "Something around fertility is on record, but no consult.",
    Reason.CONTEXT_TO_ASK: "Something is on record that bears on having children: please ask.",
    Reason.CHILD_OR_TEEN: "The patient is a child or a teenager: fertility care has its own paths.",
}

_MOVES: Mapping[StrEnum, str] = {
    Move.RAISE: "Alert raised",
    Move.ACKNOWLEDGE: "Acknowledged",
    Move.REFER: "Referral placed",
    Move.DECLINE: "Referral declined",
    Move.MARK_NOT_APPLICABLE: "Marked as not applicable",
    Move.CLOSE: "Closed by evidence",
    Move.WITHDRAW: "Withdrawn",
    Move.REOPEN: "Opened again",
    Move.RETURN: "Came back: no consult was seen in time",
    Move.LAPSE: "Came back: what was promised did not come",
    Move.CONTACT: "Patient contacted",
    Move.SNOOZE: "Reminders put off",
    Move.HAND_OVER: "Handed over",
    Move.ACCEPT: "Hand-over accepted",
    Move.REFUSE: "Hand-over refused",
}

_OVERRIDES: Mapping[StrEnum, str] = {
    OverrideReason.PATIENT_DECLINED: "The patient does not want a referral",
    OverrideReason.MEDICALLY_INAPPROPRIATE: "A referral is medically not appropriate now",
    OverrideReason.ALREADY_COUNSELLED: "The patient has already been counselled",
    OverrideReason.NOT_STARTING_TREATMENT: "The patient is not starting this treatment",
    OverrideReason.NO_REPRODUCTIVE_POTENTIAL: "The patient has no reproductive potential",
    OverrideReason.WRONG_PATIENT_OR_ORDER: "It is the wrong patient or the wrong order",
    OverrideReason.PATIENT_UNSURE: "The patient is unsure",
    OverrideReason.NOT_RESPONSIBLE: "Somebody else is the responsible clinician",
}

_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Reason: _REASONS,
    Move: _MOVES,
    OverrideReason: _OVERRIDES,
    Question: {
        Question.CHECKPOINT_INHIBITOR: "Is an immune checkpoint inhibitor ordered?",
        Question.TREATMENT_AHEAD: "Is the treatment still to come?",
        Question.REPRODUCTIVE_POTENTIAL: "May the patient have children, as far as is known?",
        Question.NO_FERTILITY_CONSULT: "Is a fertility consult still missing?",
    },
    Answer: {Answer.MET: "Yes", Answer.NOT_MET: "No", Answer.CANNOT_TELL: "Cannot tell"},
    Outcome: {
        Outcome.ALERT: "Alert",
        Outcome.NO_ALERT: "No alert",
        Outcome.CANNOT_TELL: "Cannot tell",
    },
    Priority: {Priority.URGENT: "Urgent", Priority.ROUTINE: "Routine"},
    AlertStatus: {
        AlertStatus.OPEN: "Open",
        AlertStatus.ACKNOWLEDGED: "Acknowledged",
        AlertStatus.REFERRED: "Referred, consult not seen yet",
        AlertStatus.DECLINED: "Declined",
        AlertStatus.CLOSED: "Closed: a fertility consult is on record",
        AlertStatus.WITHDRAWN: "Withdrawn: the reason for it is gone",
    },
    Detour: {
        Detour.NONE: "",
        Detour.NO_PRESCRIBER: "the order names no prescriber",
        Detour.NO_ADDRESS: "no mail address of the prescriber is known",
        Detour.DOMAIN_NOT_ALLOWED: "mail may not go to the prescriber's domain",
        Detour.NOT_DELIVERABLE: "the prescriber could not be reached by mail",
        Detour.NOT_REACHED_YET: "mail to the prescriber fails for now and is tried further",
        Detour.AWAY: "the prescriber is away",
        Detour.UNANSWERED: "who owned it before did not answer in time",
        Detour.HANDED_OVER: "who owned it before handed it over",
    },
    Why: {
        Why.LADDER: "First of the ladder who can be reached",
        Why.REACHABLE: "Prescribed it, and can be reached now",
        Why.UNREACHABLE: "Who owned it before could not be reached",
        Why.UNANSWERED: "Who owned it before did not answer in time",
        Why.NOT_MINE: "Who owned it before said that it is not theirs",
        Why.ACCEPTED: "Accepted it when it was handed over",
        Why.TOOK_OVER: "Said: I see to it",
    },
    Aim: {
        Aim.ACKNOWLEDGE: "Answer it, or say that you see to it",
        Aim.REFER: "Refer, or decline with a reason",
        Aim.CONTACT: "Speak to the patient",
        Aim.CONSULT: "Have the fertility consult",
        Aim.HAND_OFF: "Accept or refuse the hand-over",
    },
    StepKind: {
        StepKind.REMIND: "its owner is reminded",
        StepKind.ESCALATE: "the next of the ladder owns it",
        StepKind.LAPSE: "it is open again",
        StepKind.TAKE_BACK: "it stays with who offered it",
        StepKind.LOOK: "it comes back, unless a consult was seen",
    },
    Duty: {
        Duty.SERVICE_LEAD: "Service lead",
        Duty.COORDINATOR: "Oncofertility coordinator",
        Duty.ADMINISTRATOR: "Administrator",
    },
    Share: {
        Share.ALL: "All that I may see",
        Share.MINE: "Mine",
        Share.COVER: "My cover",
    },
    NoticeStatus: {
        NoticeStatus.PENDING: "Waiting to be sent",
        NoticeStatus.SENDING: "Being sent",
        NoticeStatus.SENT: "Sent",
        NoticeStatus.UNDELIVERABLE: "Could not be delivered",
        NoticeStatus.CANCELLED: "Cancelled, no longer needed",
    },
    Occasion: {
        Occasion.RAISED: "Alert raised",
        Occasion.REOPENED: "Alert opened again",
        Occasion.RETURNED: "Alert came back, no consult seen",
        Occasion.LAPSED: "Alert came back, what was promised did not come",
        Occasion.REMINDED: "Reminder",
        Occasion.ESCALATED: "Alert passed on to its next owner",
        Occasion.INFORMED: "Told that somebody else owns it now",
        Occasion.OFFERED: "Hand-over offered",
        Occasion.OFFER_ENDED: "Hand-over came back",
    },
    Channel: {
        Channel.EMAIL: "E-mail",
        Channel.WEBHOOK: "Webhook",
        Channel.SMS: "SMS",
        Channel.TEAMS: "Teams",
        Channel.SLACK: "Slack",
        Channel.PAGER: "Pager",
    },
    Delivery: {
        Delivery.QUEUED: "Queued",
        Delivery.HELD: "Held until the recipient wants it",
        Delivery.ATTEMPTED: "Attempted, and tried again",
        Delivery.ACCEPTED: "Accepted by the recipient's system",
        Delivery.SEEN: "Seen",
        Delivery.ANSWERED: "Answered",
        Delivery.UNDELIVERABLE: "Could not be delivered",
        Delivery.CANCELLED: "Not sent: no longer needed",
    },
    RecipientKind: {
        RecipientKind.PRESCRIBER: "Prescriber",
        RecipientKind.COVER: "Covering clinician",
        RecipientKind.SERVICE_LEAD: "Service lead",
        RecipientKind.COORDINATOR: "Oncofertility coordinator",
        RecipientKind.ADMINISTRATOR: "Administrator",
        RecipientKind.NAMED: "Named person",
        RecipientKind.FALLBACK: "Fallback recipient",
    },
    EntryFate: {
        EntryFate.READ: "Read",
        EntryFate.READ_LENIENTLY: "Read in part",
        EntryFate.COUNTED: "Counted; not of a kind that is used here",
        EntryFate.UNREADABLE: "Could not be read",
    },
    Disposition: {
        Disposition.RECEIVED: "Received, waiting",
        Disposition.ASSESSED: "Assessed",
        Disposition.QUARANTINED: "Set aside for a person",
    },
    DoseSource: DOSE_SOURCES,
    Gender: {
        Gender.FEMALE: "Female",
        Gender.MALE: "Male",
        Gender.OTHER: "Other",
        Gender.UNKNOWN: "Sex unknown",
    },
    Tie: {
        Tie.MERGED: "its feed says that the two were merged",
        Tie.NAMED: "the same number, by which its feed refers to the patient",
        Tie.TRUSTED: "the same number in a register that this site trusts",
    },
    Withholding: {
        Withholding.SHADOW: "Nobody is told of it: the feed is in shadow mode",
        Withholding.HISTORY: "Nobody is told of it: it came of loaded history",
    },
    GlassReason: {
        GlassReason.EMERGENCY: "An emergency",
        GlassReason.STANDING_IN: "I stand in for whoever treats the patient",
        GlassReason.ASKED_BY_COLLEAGUE: "A colleague asked me",
        GlassReason.NOBODY_REACHED: "Nobody could be told of it",
        GlassReason.OTHER: "Another reason",
    },
    Role: {
        Role.ONCOLOGIST: "Oncologist",
        Role.COORDINATOR: "Coordinator",
        Role.ADMINISTRATOR: "Administrator",
        Role.AUDITOR: "Auditor",
    },
}

UNCERTAIN = frozenset(
    {
        Reason.MEDICATION_UNREADABLE,
        Reason.MEDICATION_NOT_SEEN,
        Reason.MEDICATION_NAMED_IN_PASSING,
        Reason.MEDICATION_NAME_UNSURE,
        Reason.MEDICATION_TEXT_SAYS_HOLD,
        Reason.CODE_AND_TEXT_DISAGREE,
        Reason.LOCAL_CODE_UNMAPPED,
        Reason.ORDER_ON_HOLD,
        Reason.TREATMENT_ONLY_PLANNED,
        Reason.ORDER_STATUS_UNREADABLE,
        Reason.AGE_UNKNOWN,
        Reason.SUBJECT_UNREADABLE,
        Reason.REFERRAL_BUT_NO_CONSULT,
        Reason.CONSULT_BOOKED_NOT_DONE,
        Reason.CONSULT_UNDATED,
        Reason.CARE_NOT_AFTER_CANCER,
        Reason.CONTEXT_TO_ASK,
    }
)
"""Reasons that leave something open, to be told as such on an alert's page."""


def said(value: StrEnum) -> str:
    """The words for a coded value."""
    return _WORDS[type(value)][value]
