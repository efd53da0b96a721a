"""Disclosures: the accounting for one patient (45 CFR 164.528), as a table or to be printed."""

from fastapi import APIRouter
from starlette.responses import Response

from alerts.domain.disclosure import AccountingForm
from alerts.errors import NotFound
from alerts.pathway.account_disclosures import account_disclosures, as_pdf, as_table
from alerts.web.access import GivenTools, ReadsAudit
from alerts.web.addresses import uuid_in
from alerts.web.audit_files import csv_line

router = APIRouter()


@router.get("/audit/disclosures/{whose}.{form}")
def take(whose: str, form: str, person: ReadsAudit, tools: GivenTools) -> Response:
    """What left about that patient. Its name tells nothing of the patient."""
    wanted = next((each for each in AccountingForm if each == form), None)
    if wanted is None:
        raise NotFound
    made = account_disclosures(uuid_in(whose), wanted, person, tools)
    headers = {"Content-Disposition": f'attachment; filename="disclosures.{wanted}"'}
    if wanted is AccountingForm.PDF:
        return Response(as_pdf(made), headers=headers, media_type="application/pdf")
    table = b"".join(map(csv_line, as_table(made)))
    return Response(table, headers=headers, media_type="text/csv; charset=utf-8; header=present")
