"""refer: what an alert's owner needs to act, taken with one click, each time on the trail.

Letter, FHIR file and leaflet are made from the chart as it stands, and kept nowhere.
"""

import datetime as dt

from alerts.audit import document_entries
from alerts.detection.indication import indications
from alerts.domain.actor import Person
from alerts.domain.alert import Alert, AlertId, Move
from alerts.domain.chart import Chart
from alerts.domain.decision import Reason
from alerts.domain.referral import Document, NamedDrug, Referral, requester_of
from alerts.domain.worklist import AlertView
from alerts.fhir.referral_bundle import referral_bundle
from alerts.guidance import letter as letters
from alerts.guidance.doses import dose_from
from alerts.guidance.leaflet import leaflet_html, leaflet_pdf
from alerts.guidance.letter_pdf import letter_pdf
from alerts.guidance.page import Guidance, guidance, lab_tests
from alerts.pathway.respond import Answered, respond
from alerts.pathway.review import seen
from alerts.pathway.tools import Tools, UnitOfWork


def guide(view: AlertView, tools: Tools) -> Guidance:
    """What the alert's page says at length, and what to do now."""
    counts_for = tools.rules.policy.consult_counts_for
    return guidance(view, _drugs(view.row.alert, tools), tools.referral_site, counts_for)


def place(alert: AlertId, person: Person, tools: Tools) -> Alert:
    """Record that the patient is referred to the site's service. Raises NotFound, MoveRefused."""
    where = tools.referral_site.service.name
    return respond(Answered(alert=alert, move=Move.REFER, where=where), person, tools)


def letter(alert: AlertId, person: Person, tools: Tools) -> bytes:
    """The referral letter as a PDF of one page. Raises NotFound."""
    referral = _taken(Document.LETTER, alert, person, tools)
    return letter_pdf(letters.letter(referral, tools.referral_site.service))


def bundle(alert: AlertId, person: Person, tools: Tools) -> bytes:
    """The referral as a FHIR transaction, with the letter in it. Raises NotFound."""
    referral = _taken(Document.FHIR, alert, person, tools)
    service = tools.referral_site.service
    told = letters.letter(referral, service)
    return referral_bundle(referral, service, " ".join(told.question), letter_pdf(told))


def leaflet(alert: AlertId, person: Person, tools: Tools) -> str:
    """The leaflet for the patient, as a part of a page. Raises NotFound."""
    _note_leaflet(alert, person, tools)
    return leaflet_html(tools.referral_site.leaflet, tools.referral_site.service)


def printed_leaflet(alert: AlertId, person: Person, tools: Tools) -> bytes:
    """The leaflet for the patient as a PDF. Raises NotFound."""
    _note_leaflet(alert, person, tools)
    site = tools.referral_site
    return leaflet_pdf(site.leaflet, site.service, tools.now())


def _note_leaflet(alert: AlertId, person: Person, tools: Tools) -> None:
    at = tools.now()
    with tools.begin() as work:
        _noted(Document.LEAFLET, seen(alert, work, at), person, at, work)


def _taken(document: Document, alert: AlertId, person: Person, tools: Tools) -> Referral:
    """The referral as the chart stands now; that it was taken is on the trail."""
    at = tools.now()
    with tools.begin() as work:
        view = seen(alert, work, at)
        _, chart = work.charts.chart(view.row.alert.patient)
        _noted(document, view, person, at, work)
    return _referral(view, chart, tools, by=person, at=at)


def _noted(
    document: Document, view: AlertView, person: Person, at: dt.datetime, work: UnitOfWork
) -> None:
    work.trail.append(document_entries.taken(document, view.row.alert, person, at))
    work.commit()


def _referral(
    view: AlertView, chart: Chart, tools: Tools, *, by: Person, at: dt.datetime
) -> Referral:
    reasons, row = view.decision.reasons(), view.row
    tests, _ = lab_tests(chart.demographics, reasons, tools.referral_site)
    return Referral(
        alert=row.alert,
        patient=row.patient,
        feed_name=row.feed_name,
        demographics=chart.demographics,
        drugs=_drugs(row.alert, tools),
        ordered_on=view.decision.ordered_on,
        basis=row.basis,
        dose_from=dose_from(view.decision),
        has_begun=Reason.TREATMENT_BEGUN in reasons,
        diagnoses=indications(chart, tools.rules),
        requester=requester_of(chart, row.alert.orders),
        asked_by=by.display_name,
        asked_at=at,
        tests=tests,
    )


def _drugs(alert: Alert, tools: Tools) -> tuple[NamedDrug, ...]:
    return tuple(NamedDrug(name=each, target=tools.rules.target(each)) for each in alert.drugs)
