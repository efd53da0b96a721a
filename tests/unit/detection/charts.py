"""Small builders of charts and rules for the tests of the clinical rules."""

import datetime as dt

from alerts.detection.policy import Policy, Rules
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    Chart,
    Clinician,
    Demographics,
    Gender,
    Order,
    OrderIntent,
    OrderStatus,
    Product,
    ResourceKey,
)
from alerts.domain.codes import (
    ATC,
    EXACT_NAME,
    ICD_10_CM,
    NDC,
    RXNORM,
    Coding,
    Concept,
    Member,
    ValueSet,
)
from alerts.domain.dates import PartialDate, whole_day

TODAY = dt.date(2026, 11, 22)
CONSULT = Coding(system=ICD_10_CM, code="Z31.62")
PRESERVATION = Coding(system=ICD_10_CM, code="Z31.84")
NO_OVARIES = Coding(system=ICD_10_CM, code="Z90.722")
MENOPAUSE = Coding(system=ICD_10_CM, code="Z78.0")
SPECIALIST = Coding(system="http://nucc.org/provider-taxonomy", code="207VE0102X")
NIVOLUMAB = Coding(system=RXNORM, code="1597876")
RITUXIMAB = Coding(system=RXNORM, code="121191")


def a_value_set(name: str, *members: tuple[Coding, str]) -> ValueSet:
    return ValueSet(
        name=name,
        version="1",
        members={
            (coding.system, coding.code): Member(coding=coding, meaning=meaning, source="a test")
            for coding, meaning in members
        },
    )


RULES = Rules(
    policy=Policy(
        version="test",
        urgent_up_to_age=50,
        consult_counts_for=12,
        menopause_from=45,
        course_gap=180,
    ),
    checkpoint_inhibitors=a_value_set(
        "checkpoint-inhibitors",
        (NIVOLUMAB, "nivolumab"),
        (Coding(system=ATC, code="L01FF02"), "pembrolizumab"),
        (Coding(system=NDC, code="50242091701"), "atezolizumab"),
        (Coding(system=EXACT_NAME, code="nivolumab"), "nivolumab"),
        (Coding(system=EXACT_NAME, code="opdivo qvantig"), "nivolumab + hyaluronidase"),
        (Coding(system=EXACT_NAME, code="keytruda"), "pembrolizumab"),
    ),
    fertility_consult=a_value_set("fertility-consult", (CONSULT, "consult")),
    fertility_preservation=a_value_set("fertility-preservation", (PRESERVATION, "preservation")),
    fertility_services=a_value_set("fertility-services", (SPECIALIST, "fertility specialist")),
    no_reproductive_potential=a_value_set(
        "no-reproductive-potential", (NO_OVARIES, "gonads absent"), (MENOPAUSE, "menopause")
    ),
)


def key(text: str) -> ResourceKey:
    kind, _, identity = text.partition("/")
    return ResourceKey(type=kind, id=identity)


def concept(*codings: Coding, text: str = "") -> Concept:
    return Concept(codings=codings, text=text)


def day(text: str) -> PartialDate:
    parts = [int(part) for part in text.split("-")]
    return PartialDate(**dict(zip(("year", "month", "day"), parts, strict=False)))


def an_order(
    medication: Concept | None = None,
    *,
    status: OrderStatus = OrderStatus.ACTIVE,
    intent: OrderIntent = OrderIntent.ORDER,
    authored: str = "2026-11-20",
    **other: object,
) -> Order:
    return Order(
        status=status,
        intent=intent,
        medication=concept(NIVOLUMAB) if medication is None else medication,
        authored=day(authored) if authored else None,
        **other,
    )


def an_event(
    kind: CareKind = CareKind.ENCOUNTER,
    state: CareState = CareState.DONE,
    code: Coding | None = CONSULT,
    *,
    on: str = "2026-11-01",
    **other: object,
) -> CareEvent:
    return CareEvent(
        kind=kind,
        state=state,
        concepts=(concept(code),) if code else (),
        on=day(on) if on else None,
        **other,
    )


def a_chart(
    *orders: Order,
    events: dict[str, CareEvent] | None = None,
    products: dict[str, Product] | None = None,
    clinicians: dict[str, Clinician] | None = None,
    born: str = "1994-05-05",
    gender: Gender = Gender.FEMALE,
    is_deceased: bool = False,
    patient: str = "Patient/1",
) -> Chart:
    return Chart(
        patient=key(patient),
        demographics=Demographics(
            birth=day(born) if born else None, gender=gender, is_deceased=is_deceased
        ),
        orders=tuple(
            (key(f"MedicationRequest/{number}"), order) for number, order in enumerate(orders)
        ),
        events=tuple((key(name), event) for name, event in (events or {}).items()),
        products=tuple((key(name), product) for name, product in (products or {}).items()),
        clinicians=tuple((key(name), who) for name, who in (clinicians or {}).items()),
    )


def days_ago(days: int) -> str:
    return str(whole_day(TODAY - dt.timedelta(days=days)))
