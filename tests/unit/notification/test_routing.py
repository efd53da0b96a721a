"""Routing: the prescriber when reachable on an allowed domain, else the fallback; never nobody."""

import pytest

from alerts.domain.chart import Clinician
from alerts.domain.directory import Directory
from alerts.domain.recipient import Detour, RecipientKind
from alerts.notification.routing import Ladder, MailPolicy, Routing, ladder
from alerts.wiring import responsibility
from tests.builders import NOW
from tests.unit.detection.charts import a_chart, an_order, key

POLICY = MailPolicy(fallback="oncofertility@hospital.example", domains=("hospital.example",))
DOCTOR = Clinician(emails=("doctor@Hospital.example",))
ROLE = Clinician(stands_for=(key("Practitioner/1"),))
TEAM = Clinician(stands_for=(key("PractitionerRole/1"),))
ABROAD = Clinician(emails=("doctor@elsewhere.example",))
ORDERS = (key("MedicationRequest/0"), key("MedicationRequest/1"))


ROUTING = Routing(
    mail=POLICY,
    policy=responsibility(),
    directory=Directory(),
    organisation="",
    at=NOW,
)


def asked(chart) -> tuple[RecipientKind, str, Detour]:
    """Who is asked first, where, and why it is not the prescriber."""
    found: Ladder = ladder(chart, ORDERS, ROUTING)
    return found.candidates[0].rung, found.candidates[0].address, found.detour


def told(*requesters: str, **clinicians: Clinician):
    keyed = {name.replace("_", "/"): who for name, who in clinicians.items()}
    order = an_order(requesters=tuple(key(each) for each in requesters))
    return asked(a_chart(order, clinicians=keyed))


@pytest.mark.parametrize(
    ("requester", "clinicians"),
    [
        ("Practitioner/1", {"Practitioner_1": DOCTOR}),
        ("PractitionerRole/1", {"PractitionerRole_1": ROLE, "Practitioner_1": DOCTOR}),
        (
            "CareTeam/1",
            {"CareTeam_1": TEAM, "PractitionerRole_1": ROLE, "Practitioner_1": DOCTOR},
        ),
        (
            "PractitionerRole/1",
            {
                "PractitionerRole_1": Clinician(
                    emails=("private@elsewhere.example",), stands_for=(key("Practitioner/1"),)
                ),
                "Practitioner_1": DOCTOR,
            },
        ),
    ],
)
def test_the_prescriber_is_told(requester, clinicians):
    found = told(requester, **clinicians)
    assert found == (RecipientKind.PRESCRIBER, "doctor@Hospital.example", Detour.NONE)


@pytest.mark.parametrize(
    ("requesters", "clinicians", "detour"),
    [
        ((), {}, Detour.NO_PRESCRIBER),
        (("Practitioner/1",), {}, Detour.NO_ADDRESS),
        (("Practitioner/1",), {"Practitioner_1": Clinician()}, Detour.NO_ADDRESS),
        (("Practitioner/1",), {"Practitioner_1": ABROAD}, Detour.DOMAIN_NOT_ALLOWED),
        (
            ("Practitioner/1",),
            {"Practitioner_1": Clinician(emails=("x@hospital.example\nBcc: y@evil.example",))},
            Detour.DOMAIN_NOT_ALLOWED,
        ),
        (
            ("Practitioner/1",),
            {"Practitioner_1": Clinician(emails=("@hospital.example",))},
            Detour.DOMAIN_NOT_ALLOWED,
        ),
        (
            ("Practitioner/1",),
            {"Practitioner_1": Clinician(emails=("a<b@hospital.example", "x:;@hospital.example"))},
            Detour.DOMAIN_NOT_ALLOWED,
        ),
    ],
)
def test_otherwise_the_fallback_is_told_and_why(requesters, clinicians, detour):
    found = told(*requesters, **clinicians)
    assert found == (RecipientKind.FALLBACK, POLICY.fallback, detour)


def test_roles_that_stand_for_each_other_end():
    one = Clinician(stands_for=(key("PractitionerRole/2"),))
    two = Clinician(stands_for=(key("PractitionerRole/1"),))
    found = told("PractitionerRole/1", PractitionerRole_1=one, PractitionerRole_2=two)
    assert found[0] is RecipientKind.FALLBACK


def test_the_newest_order_names_the_prescriber():
    chart = a_chart(
        an_order(authored="2026-01-01", requesters=(key("Practitioner/1"),)),
        an_order(authored="2026-11-01", requesters=(key("Practitioner/2"),)),
        clinicians={
            "Practitioner/1": Clinician(emails=("old@hospital.example",)),
            "Practitioner/2": Clinician(emails=("new@hospital.example",)),
        },
    )
    assert asked(chart)[1] == "new@hospital.example"
