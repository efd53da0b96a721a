"""Timetable: what is due next of a live alert, and when. Pure: the same charge, the same step."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from alerts.domain.alert import Alert, AlertStatus
from alerts.domain.charge import Charge
from alerts.domain.decision import Priority
from alerts.domain.ladder import LadderRow
from alerts.domain.working_hours import Window, WorkingHours

_DAY = dt.timedelta(days=1)
_PER_CENT = 100


class Aim(StrEnum):
    """What must have happened by a deadline; the values are stored."""

    ACKNOWLEDGE = "acknowledge"
    REFER = "refer"
    CONTACT = "contact"
    CONSULT = "consult"
    HAND_OFF = "hand-off"


class StepKind(StrEnum):
    """What the service does when a deadline passes; the values are stored.

    REMIND: tell the owner again. ESCALATE: the next rung becomes the owner. LAPSE: what was
    promised did not come, the alert is open again. TAKE_BACK: nobody accepted the hand-off.
    LOOK: decide the chart again, the day until which a consult was awaited is over.
    """

    REMIND = "remind"
    ESCALATE = "escalate"
    LAPSE = "lapse"
    TAKE_BACK = "take-back"
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next step of an alert."""

    kind: StepKind
    aim: Aim
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The site's deadlines. `acknowledge` and `escalate_after` count in working time.

    From `any_hour_from` before the first dose every hour counts. No deadline takes more than
    `share_of_time_left` per cent of the time to the first dose, nor less than `shortest`.
    """

    acknowledge: dt.timedelta
    escalate_after: dt.timedelta
    refer: dt.timedelta
    contact: dt.timedelta
    hand_off: dt.timedelta
    longest_snooze: dt.timedelta
    any_hour_from: dt.timedelta
    share_of_time_left: int
    shortest: dt.timedelta
    failed_address_rests: dt.timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """A site's policy of who must answer by when; `version` names it."""

    version: str
    hours: WorkingHours
    deadlines: Deadlines
    ladder: tuple[LadderRow, ...]

    def row(self, organisation: str, departments: frozenset[str], at: dt.datetime) -> LadderRow:
        """The first row of the table that holds there and then; the last always does."""
        local = at.astimezone(self.hours.zone)
        rows = (each for each in self.ladder if each.holds(organisation, departments, local))
        return next(rows, self.ladder[-1])

    def dose_at(self, alert: Alert) -> dt.datetime | None:
        """The first moment of the day of the first dose, as the site's clock has it."""
        return self.hours.starts(alert.first_dose) if alert.first_dose else None

    def nonstop(self, alert: Alert) -> Window | None:
        """When every hour counts: the last days before the first dose of an urgent alert."""
        dose = self.dose_at(alert)
        if dose is None or alert.priority is not Priority.URGENT:
            return None
        return (dose - self.deadlines.any_hour_from, dose)

    def shrunk(self, within: dt.timedelta, begin: dt.datetime, alert: Alert) -> dt.timedelta:
        """So long, or a share of what is left to the first dose; unchanged once it is past."""
        dose = self.dose_at(alert)
        if dose is None or dose <= begin:
            return within
        share = (dose - begin) * self.deadlines.share_of_time_left / _PER_CENT
        return min(within, max(share, self.deadlines.shortest))

    def latest(self, begin: dt.datetime, within: dt.timedelta, alert: Alert) -> dt.datetime:
        """So long after, shrunk, never past a first dose that is still to come."""
        dose = self.dose_at(alert)
        until = begin + self.shrunk(within, begin, alert)
        return min(until, dose) if dose and dose > begin else until


def next_due(alert: Alert, charge: Charge, policy: Responsibility) -> Due | None:
    """What is due next, and when; None for an alert that is not live."""
    if not alert.is_live():
        return None
    if charge.offer:
        return Due(kind=StepKind.TAKE_BACK, aim=Aim.HAND_OFF, at=charge.offer.until)
    if alert.status is AlertStatus.ACKNOWLEDGED:
        lapses = charge.promised_until or policy.latest(
            charge.clock_from, policy.deadlines.refer, alert
        )
        return Due(kind=StepKind.LAPSE, aim=Aim.REFER, at=lapses)
    if alert.status is AlertStatus.OPEN:
        return _reminder(Aim.ACKNOWLEDGE, alert, charge, policy)
    return _of_referral(alert, charge, policy)


def _of_referral(alert: Alert, charge: Charge, policy: Responsibility) -> Due:
    """The consult, and before it the contact with the patient."""
    awaited = None
    if alert.due_on:
        # Referrals are looked at by days of UTC, the day after the last.
        over = dt.datetime.combine(alert.due_on + _DAY, dt.time(), tzinfo=dt.UTC)
        awaited = Due(kind=StepKind.LOOK, aim=Aim.CONSULT, at=over)
    if charge.is_contacted and awaited:
        return awaited
    aim = Aim.CONSULT if charge.is_contacted else Aim.CONTACT
    contact = _reminder(aim, alert, charge, policy)
    return min((contact, awaited), key=lambda due: due.at) if awaited else contact


def _reminder(aim: Aim, alert: Alert, charge: Charge, policy: Responsibility) -> Due:
    """First the owner is reminded; after a while the next rung becomes the owner."""
    nonstop = policy.nonstop(alert)
    if charge.reminded_at:
        grace = policy.shrunk(policy.deadlines.escalate_after, charge.reminded_at, alert)
        at = policy.hours.after(charge.reminded_at, grace, nonstop)
        return Due(kind=StepKind.ESCALATE, aim=aim, at=_unsnoozed(at, charge))
    if aim is Aim.ACKNOWLEDGE:
        within = policy.shrunk(policy.deadlines.acknowledge, charge.clock_from, alert)
        at = policy.hours.after(charge.clock_from, within, nonstop)
    else:
        by = policy.latest(charge.clock_from, policy.deadlines.contact, alert)
        at = policy.hours.next_open(by, nonstop)
    return Due(kind=StepKind.REMIND, aim=aim, at=_unsnoozed(at, charge))


def _unsnoozed(at: dt.datetime, charge: Charge) -> dt.datetime:
    return max(at, charge.snoozed_until) if charge.snoozed_until else at


def latest_snooze(alert: Alert, charge: Charge, policy: Responsibility) -> dt.datetime:
    """Until when a reminder may be put off: bounded from when the clock began, before the dose."""
    until = charge.clock_from + policy.deadlines.longest_snooze
    dose = policy.dose_at(alert)
    return min(until, dose) if dose else until
