"""The care that a CarePlan plans: each activity that is asked for, booked or done, as an event."""

from collections.abc import Iterator
from dataclasses import replace

from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.fhir import care_states
from alerts.fhir.care_parts import performers, visit, when
from alerts.fhir.codeable import REASONS, REFUSALS, concepts, references
from alerts.fhir.fertility_care import service_request
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

_SERVICES = frozenset({"ServiceRequest", "ProcedureRequest", "ReferralRequest"})


def planned_care(plan: Element, scope: Scope) -> tuple[CareEvent, ...]:
    """The care that the plan's activities are. Of a plan that is off, only what was done."""
    overall = care_states.SERVICE_REQUEST.get(plan.text("status").casefold(), CareState.UNREADABLE)
    found = [event for each in plan.each("activity") for event in _events(each, plan, scope)]
    said = [each for each in found if each.concepts or each.services]
    return tuple(dict.fromkeys(replace(each, state=_within(overall, each.state)) for each in said))


def _within(overall: CareState, own: CareState) -> CareState:
    """What is left of an activity's state when the plan as a whole is off."""
    if overall is CareState.VOID:
        return overall
    is_off = overall is CareState.NOT_DONE and own is not CareState.DONE
    return CareState.NOT_DONE if is_off and own is not CareState.VOID else own


def _events(activity: Element, plan: Element, scope: Scope) -> Iterator[CareEvent]:
    if activity.each("detail"):
        yield _detail(activity.child("detail"), plan, scope)
    for reference in references(activity, "reference", "plannedActivityReference"):
        inside = scope.inside(reference)
        if inside and inside.text("resourceType") in _SERVICES:
            yield service_request(inside, scope)
    done = concepts(activity, "performedActivity")
    if done:
        yield CareEvent(
            kind=CareKind.CARE_PLAN,
            state=CareState.DONE,
            concepts=done,
            on=plan.period("period") or plan.date("created"),
            encounter=visit(plan, scope),
        )


def _detail(detail: Element, plan: Element, scope: Scope) -> CareEvent:
    is_said = bool(detail.text("status"))
    return CareEvent(
        kind=CareKind.CARE_PLAN,
        state=care_states.ACTIVITY.get(detail.text("status").casefold(), CareState.UNREADABLE)
        if is_said
        else CareState.ASKED,
        concepts=(
            *detail.concepts("code"),
            *concepts(detail, *REASONS),
            *concepts(detail, *REFUSALS),
        ),
        on=when(detail, "scheduled") or plan.period("period") or plan.date("created"),
        performers=performers(detail, scope, "performer"),
        encounter=visit(plan, scope),
    )
