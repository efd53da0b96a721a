"""What left about one patient: messages sent and documents taken, of six years, of nobody else."""

import csv
import datetime as dt
import io
from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from alerts.audit.reading import Asked
from alerts.domain.actor import Role
from alerts.domain.disclosure import Accounting, AccountingForm, Disclosure
from alerts.errors import NotFound
from alerts.guidance.accounting_pdf import accounting_pdf
from alerts.pathway import admit, refer
from alerts.pathway.account_disclosures import account_disclosures
from tests.integration.steps import an_order, pushed
from tests.toolbox import NOW, Bench
from tests.unit.web import people
from tests.unit.web.serving import served

PRIVATE = ("Probe", "MRN", "Patient/p1")


def taken(bench: Bench, patient, form: AccountingForm = AccountingForm.CSV) -> Accounting:
    return account_disclosures(patient, form, bench.person("auditor"), bench.tools)


def test_messages_and_documents_of_one_patient_are_accounted_for_and_the_leaflet_is_not(
    bench: Bench,
):
    view, other = pushed(bench, an_order("p1")), pushed(bench, an_order("p2", "b@hospital.example"))
    bench.clock.forward(dt.timedelta(hours=1))
    refer.letter(view.alert.id, bench.person(), bench.tools)
    refer.leaflet(view.alert.id, bench.person(), bench.tools)
    refer.bundle(view.alert.id, bench.person(), bench.tools)
    found = taken(bench, view.patient_id).disclosures
    assert [(each.what, each.address) for each in found] == [
        ("A message that an alert waits, with a link to it", "doctor@hospital.example"),
        ("The referral letter", "coordinator@hospital.example"),
        ("The referral as a FHIR file", "coordinator@hospital.example"),
    ]
    assert {each.address for each in taken(bench, other.patient_id).disclosures} == {
        "b@hospital.example"
    }
    with bench.tools.begin() as work:
        kept, *_ = work.audit.events(Asked(patient=view.patient_id), 1)
    assert kept.type == "disclosures-taken"
    assert kept.detail == (("form", "csv"), ("disclosures", "3"))


def test_six_years_are_accounted_for_and_nobody_unknown(bench: Bench):
    patient = pushed(bench, an_order("p1")).patient_id
    bench.clock.forward(dt.timedelta(days=6 * 365))
    assert len(taken(bench, patient).disclosures) == 1
    bench.clock.forward(dt.timedelta(days=3))
    assert taken(bench, patient).disclosures == ()
    with pytest.raises(NotFound):
        taken(bench, uuid4())


def test_an_auditor_takes_it_to_print_and_as_a_table(bench: Bench, engine: Engine):
    patient = pushed(bench, an_order("p1")).patient_id
    password = admit.add_person("ada", "Ada", "ada@hospital.example", Role.AUDITOR, bench.tools)
    with served(bench.tools) as url, httpx2.Client(base_url=url) as client:
        people.sign_in(client, "ada", password, "/audit")
        assert f"/audit/disclosures/{patient}.pdf" in client.get(f"/audit?patient={patient}").text
        table = client.get(f"/audit/disclosures/{patient}.csv")
        [row] = csv.DictReader(io.StringIO(table.text))
        assert row["Address"] == "doctor@hospital.example"
        printed = client.get(f"/audit/disclosures/{patient}.pdf")
        assert printed.headers["content-type"] == "application/pdf"
        assert client.get(f"/audit/disclosures/{patient}.doc").status_code == 404
    [page] = PdfReader(io.BytesIO(printed.content)).pages
    said = page.extract_text()
    assert str(patient) in said
    assert "45 CFR 164.528" in said
    for private in PRIVATE:
        assert private not in said + table.text


def test_the_paper_takes_as_many_pages_as_it_needs_and_says_when_there_is_nothing():
    one = Disclosure(
        event=1, at=NOW, to="Dr. Ada \ue000", address="a@b.example", what="x", purpose="y"
    )
    none = Accounting(patient=uuid4(), since=NOW, at=NOW, disclosures=())
    many = replace(none, disclosures=(one,) * 90)
    assert len(PdfReader(io.BytesIO(accounting_pdf(many))).pages) > 1
    [page] = PdfReader(io.BytesIO(accounting_pdf(none))).pages
    assert "There is no disclosure." in page.extract_text()
