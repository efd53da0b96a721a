"""Builders of a referral and of a site that refers, for letters and FHIR files."""

import datetime as dt

from alerts.domain.chart import ResourceKey
from alerts.domain.codes import ICD_10_CM, Coding
from alerts.domain.dates import PartialDate
from alerts.domain.demographics import Gender
from alerts.domain.first_dose import DoseBasis, DoseSource
from alerts.domain.referral import Diagnosis, FertilityService, NamedDrug, Referral, Requester
from alerts.guidance.site import load_site
from tests.unit.web.builders import PATIENT, alert, row
from tests.unit.web.fakes import NOW

SITE = load_site()
SERVICE = FertilityService(
    name="Fertility Centre, University Hospital",
    address="1 Example Street, 12345 Town",
    phone="+1 555 0100",
    fax="+1 555 0101",
    email="fertility@hospital.example",
    hours="Mon to Fri 8:00 to 17:00",
    reference="Organization/fertility",
)
MELANOMA = Diagnosis(
    resource=ResourceKey(type="Condition", id="c-1"),
    coding=Coding(system=ICD_10_CM, code="C43.9"),
    text="Melanoma of skin",
    on=PartialDate(year=2026, month=1),
)


def referral(**changes):
    values = {
        "alert": alert(),
        "patient": PATIENT,
        "feed_name": "ward",
        "demographics": row().demographics,
        "drugs": (NamedDrug(name="pembrolizumab", target="PD-1"),),
        "ordered_on": dt.date(2026, 2, 27),
        "basis": DoseBasis(source=DoseSource.TIMING),
        "dose_from": "from the timing of the order",
        "has_begun": False,
        "diagnoses": (MELANOMA,),
        "requester": Requester(
            resource=ResourceKey(type="Practitioner", id="dr-1"), name="Dr. Onko"
        ),
        "asked_by": "Dr. Ada",
        "asked_at": NOW,
        "tests": tuple(each for each in SITE.tests if Gender.FEMALE in each.sexes),
    }
    return Referral(**values | changes)
