"""Who ordered a drug, as far as a chart tells, and what its cancers are."""

import pytest

from alerts.detection.indication import indications
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    Chart,
    Clinician,
    Order,
    OrderIntent,
    OrderStatus,
    ResourceKey,
)
from alerts.domain.codes import ICD_10_CM, Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.domain.referral import Requester, requester_of
from alerts.wiring import rules

RULES = rules()


def key(kind, name):
    return ResourceKey(type=kind, id=name)


def chart(**changes):
    parts = dict.fromkeys(("orders", "events", "products", "clinicians"), ())
    values = {"patient": key("Patient", "p"), "demographics": None, **parts}
    return Chart(**values | changes)


def order(authored, *requesters):
    return Order(
        status=OrderStatus.ACTIVE,
        intent=OrderIntent.ORDER,
        authored=PartialDate(year=2026, month=authored) if authored else None,
        requesters=requesters,
    )


DOCTOR, ROLE, TEAM = key("Practitioner", "d"), key("PractitionerRole", "r"), key("CareTeam", "t")
OLD, NEW = key("MedicationRequest", "old"), key("MedicationRequest", "new")
NAMED = (DOCTOR, Clinician(name=" Dr. Onko "))


@pytest.mark.parametrize(
    ("orders", "clinicians", "found"),
    [
        ((), (), None),
        (((NEW, order(2)),), (), None),
        (((NEW, order(2, DOCTOR)),), (NAMED,), Requester(resource=DOCTOR, name="Dr. Onko")),
        (((NEW, order(2, DOCTOR)),), (), Requester(resource=DOCTOR)),
        (
            ((NEW, order(2, ROLE)),),
            ((ROLE, Clinician(stands_for=(DOCTOR,))), NAMED),
            Requester(resource=ROLE, name="Dr. Onko"),
        ),
        (
            ((OLD, order(1, TEAM)), (NEW, order(2, DOCTOR))),
            (NAMED, (TEAM, Clinician(name="Team"))),
            Requester(resource=DOCTOR, name="Dr. Onko"),
        ),
        (
            ((OLD, order(1, DOCTOR)), (NEW, order(2, TEAM))),
            (NAMED,),
            Requester(resource=DOCTOR, name="Dr. Onko"),
        ),
    ],
)
def test_the_newest_order_tells_who_asked_and_a_name_is_better_than_none(orders, clinicians, found):
    assert requester_of(chart(orders=orders, clinicians=clinicians), (OLD, NEW)) == found


def test_a_circle_of_roles_ends():
    circle = ((ROLE, Clinician(stands_for=(TEAM,))), (TEAM, Clinician(stands_for=(ROLE,))))
    asked = chart(orders=((NEW, order(2, ROLE)),), clinicians=circle)
    assert requester_of(asked, (NEW,)) == Requester(resource=ROLE)


def condition(code, *, kind=CareKind.CONDITION, state=CareState.DONE, year=2026, text=""):
    coding = Coding(system=ICD_10_CM, code=code, display="as coded")
    on = PartialDate(year=year) if year else None
    return CareEvent(
        kind=kind, state=state, concepts=(Concept(codings=(coding,), text=text),), on=on
    )


def found(*events):
    numbered = tuple((key("Condition", str(at)), each) for at, each in enumerate(events))
    return [(each.coding.code, each.text) for each in indications(chart(events=numbered), RULES)]


def test_the_newest_confirmed_cancers_are_named_in_the_words_of_the_feed():
    told = found(
        condition("C43.9", year=2024, text="Melanoma"),
        condition("C79.31", year=2025),
        condition("I10", year=2026),
        condition("C34.90", state=CareState.NOT_DONE),
        condition("C50.911", kind=CareKind.ENCOUNTER),
        condition("C43.9", year=2020, text="older word"),
    )
    assert told == [("C79.31", "as coded"), ("C43.9", "Melanoma")]


def test_of_many_cancers_three_are_named():
    many = [condition(f"C{number}.9", year=2000 + number) for number in (16, 34, 43, 73)]
    assert [code for code, _ in found(*many)] == ["C73.9", "C43.9", "C34.9"]
