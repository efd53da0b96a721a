"""account_disclosures: what left this service about one patient, taken along as a file."""

from uuid import UUID

from alerts.audit import access_entries
from alerts.domain.actor import Person
from alerts.domain.chart import PatientId
from alerts.domain.disclosure import YEARS, Accounting, AccountingForm
from alerts.errors import NotFound
from alerts.guidance.accounting_pdf import HEADINGS, accounting_pdf, lines
from alerts.pathway.tools import Tools


def account_disclosures(
    patient: UUID, form: AccountingForm, person: Person, tools: Tools
) -> Accounting:
    """Every disclosure of the last six years. Raises NotFound."""
    at = tools.now()
    with tools.begin() as work:
        since = at.replace(year=at.year - YEARS, day=min(at.day, 28))
        found = work.disclosures.of_patient(patient, since)
        if found is None:
            raise NotFound("There is no such patient.")
        made = Accounting(patient=PatientId(patient), since=since, at=at, disclosures=found)
        work.trail.append(access_entries.disclosures_taken(made, form, person))
        work.commit()
    return made


def as_pdf(accounting: Accounting) -> bytes:
    """The accounting to be printed."""
    return accounting_pdf(accounting)


def as_table(accounting: Accounting) -> tuple[tuple[str, ...], ...]:
    """The accounting as rows, the headings first."""
    return (HEADINGS, *lines(accounting))
