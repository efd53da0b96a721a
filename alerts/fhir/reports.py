"""Reports of a drug in our words: what was handed out, given or taken."""

from dataclasses import replace

from alerts.domain.chart import Order, OrderIntent, OrderKind, OrderStatus
from alerts.domain.first_dose import DoseSource
from alerts.fhir import order_states
from alerts.fhir.care_parts import when
from alerts.fhir.fields import Element
from alerts.fhir.order_parts import drug, orderers, protocols
from alerts.fhir.references import Scope

_FINAL = frozenset({OrderStatus.ENTERED_IN_ERROR, OrderStatus.UNREADABLE, OrderStatus.DRAFT})
# http://hl7.org/fhir/STU3/medicationdispense.html and its R5: only what was not handed out has one.
_WHY_NOT = ("notDoneReasonCodeableConcept", "notDoneReasonReference", "notPerformedReason")
_ADHERENCE_SYSTEM = "http://hl7.org/fhir/CodeSystem/medication-statement-adherence"
# http://hl7.org/fhir/STU3/valueset-medication-statement-taken.html: not taken.
_NOT_TAKEN = "n"


def dispense(handed: Element, scope: Scope) -> Order:
    """A MedicationDispense: handed over, or else made ready, on that day."""
    status = handed.word("status", order_states.DISPENSE, OrderStatus.UNREADABLE)
    is_denied = handed.flag("notDone") or any(map(handed.each, _WHY_NOT))
    report = _report(handed, scope, OrderKind.DISPENSE, _unless(is_denied, status))
    return replace(
        report,
        starts=handed.date("whenHandedOver") or handed.date("whenPrepared"),
        authored=handed.date("whenPrepared") or handed.date("recorded"),
        requesters=orderers(handed, scope, "performer"),
    )


def administration(given: Element, scope: Scope) -> Order:
    """A MedicationAdministration. R5 writes `occurence`, with one r."""
    status = given.word("status", order_states.ADMINISTRATION, OrderStatus.UNREADABLE)
    report = _report(
        given, scope, OrderKind.ADMINISTRATION, _unless(given.flag("notGiven"), status)
    )
    return replace(
        report,
        starts=when(given, "effective", "occurence", "occurrence"),
        authored=given.date("recorded"),
        requesters=orderers(given, scope, "performer"),
    )


def statement(told: Element, scope: Scope) -> Order:
    """A MedicationStatement; what is only intended is a plan."""
    said = told.word("status", order_states.STATEMENT, OrderStatus.UNREADABLE)
    status = _unless(told.text("taken").casefold() == _NOT_TAKEN, _adhered(told, said))
    report = _report(told, scope, OrderKind.STATEMENT, status)
    is_intended = told.text("status").casefold() == "intended"
    return replace(
        report,
        intent=OrderIntent.PLAN if is_intended else OrderIntent.ORDER,
        starts=when(told, "effective"),
        authored=told.date("dateAsserted"),
        requesters=orderers(told, scope, "informationSource"),
    )


def _report(element: Element, scope: Scope, kind: OrderKind, status: OrderStatus) -> Order:
    held = drug(element, scope)
    return Order(
        kind=kind,
        status=status,
        intent=OrderIntent.ORDER,
        medication=held.medication,
        ingredients=held.ingredients,
        product=held.product,
        starts_from=DoseSource.OCCURRENCE,
        protocols=protocols(element),
    )


def _adhered(told: Element, status: OrderStatus) -> OrderStatus:
    """The status by R5's adherence code, which tells what its `recorded` does not."""
    if status is not OrderStatus.ACTIVE:
        return status
    codings = told.child("adherence").concept("code").codings
    codes = [each.code for each in codings if each.system in {_ADHERENCE_SYSTEM, ""}]
    known = [order_states.ADHERENCE[code] for code in codes if code in order_states.ADHERENCE]
    return known[0] if known else status


def _unless(is_denied: bool, status: OrderStatus) -> OrderStatus:
    """The status, or cancelled where the resource says that it was not done."""
    return OrderStatus.CANCELLED if is_denied and status not in _FINAL else status
