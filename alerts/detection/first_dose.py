"""First dose: the day on which treatment begins, told by whoever knows it best.

Who tells it, the best first:

1. A report of a dose that was given: it is past.
2. The visit that is booked to fulfil the order, and the order's own dosage timing or occurrence.
   The visit stands above the order: a treatment that is put off or brought forward moves the visit,
   and seldom the order. But a visit as late as a next dose may be (`next_dose_from`) is not taken
   for the first one, and then the order's earlier day stands.
3. A visit that says itself that it is for immunotherapy or for the drug, from the order's day on.
4. The order's validity period: from then the drug may be handed out, no more is said.
5. An estimate: a visit that is asked for, not booked; else the order's day and the policy's days.

Every day is the one that its sender wrote, in the sender's own zone: a clinic writes its own days.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerts.detection.criteria.infusion_visits import Tie, Visit
from alerts.detection.criteria.treatment_ahead import Standing
from alerts.detection.criteria.treatment_begun import REPORTS
from alerts.detection.policy import Policy
from alerts.domain.chart import CareKind, Order, ResourceKey
from alerts.domain.dates import PartialDate, whole_day
from alerts.domain.decision import Finding
from alerts.domain.first_dose import DoseBasis, DoseSource, days_after, precision_of

MISSING = "the date of the first dose"
_OF_KIND = {
    CareKind.APPOINTMENT: DoseSource.APPOINTMENT,
    CareKind.ENCOUNTER: DoseSource.ENCOUNTER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One order or report of the course that is coming, and how it stands."""

    key: ResourceKey
    order: Order
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDose:
    """The day of the first dose, what it rests on, and the resource that tells it.

    `told` is the day as told; a month or a year counts from its first day.
    """

    told: PartialDate
    day: dt.date
    basis: DoseBasis
    said_in: ResourceKey

    def days_since(self, other: "FirstDose") -> int:
        """How many days this one is later than the last day that the other may be."""
        return (self.day - other.told.latest()).days


def first_dose(
    coming: tuple[Coming, ...], visits: tuple[Visit, ...], policy: Policy
) -> FirstDose | None:
    """The first dose of these orders; None when nobody tells it and nothing lets us reckon it."""
    given = _first(_own(each, DoseSource.GIVEN) for each in coming if _is_given(each))
    if given:
        return given
    orders = [each for each in coming if not _is_given(each)]
    said = _first(
        _own(each) for each in orders if each.order.starts_from is not DoseSource.VALIDITY
    )
    booked = _first(_visit(each) for each in visits if each.tie is Tie.FULFILS and each.is_firm())
    if said and booked:
        return said if booked.days_since(said) >= policy.next_dose_from else booked
    if said or booked:
        return said or booked
    validity = _first(_own(each) for each in orders)
    return _by_its_words(visits, validity) or validity or _estimate(orders, visits, policy)


def looked_for(finding: Finding, dose: FirstDose | None) -> Finding:
    """The finding without the day among what is missing, where somebody told it."""
    if dose is None or dose.basis.is_estimate():
        return finding
    return replace(finding, missing=tuple(each for each in finding.missing if each != MISSING))


def _is_given(each: Coming) -> bool:
    return each.order.kind in REPORTS and each.standing is Standing.BEGUN


def _own(each: Coming, source: DoseSource | None = None) -> FirstDose | None:
    starts = each.order.starts
    return _dose(starts, source or each.order.starts_from, each.key) if starts else None


def _visit(visit: Visit, source: DoseSource | None = None) -> FirstDose | None:
    on = visit.event.on
    return _dose(on, source or _OF_KIND[visit.event.kind], visit.key) if on else None


def _dose(told: PartialDate, source: DoseSource, key: ResourceKey) -> FirstDose:
    basis = DoseBasis(source=source, precision=precision_of(told))
    return FirstDose(told=told, day=told.earliest(), basis=basis, said_in=key)


def _first(doses: Iterable[FirstDose | None]) -> FirstDose | None:
    """The earliest of them, whatever order they come in."""
    known = [each for each in doses if each]
    return min(known, key=lambda each: (each.day, each.basis.source, each.said_in), default=None)


def _by_its_words(visits: tuple[Visit, ...], validity: FirstDose | None) -> FirstDose | None:
    found = [_visit(each) for each in visits if each.tie is Tie.SAYS_SO and each.is_firm()]
    return _first(each for each in found if each and (not validity or each.day >= validity.day))


def _estimate(orders: list[Coming], visits: tuple[Visit, ...], policy: Policy) -> FirstDose | None:
    """Only for an order in force: of one on hold, or only planned, nobody knows when."""
    asked = _first(_visit(each, DoseSource.ESTIMATE) for each in visits if not each.is_firm())
    ahead = [each for each in orders if each.standing is Standing.AHEAD]
    if asked or not ahead or policy.first_dose_after is None:
        return asked
    written = _first(
        _dose(each.order.authored, DoseSource.ESTIMATE, each.key)
        for each in ahead
        if each.order.authored
    )
    if written is None:
        return None
    day = days_after(written.day, policy.first_dose_after)
    return replace(written, told=whole_day(day), day=day)
