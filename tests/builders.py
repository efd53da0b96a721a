"""Builders of the domain's nouns: a test names only what it is about."""

import datetime as dt
from uuid import UUID, uuid4

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Actor, Feed, FeedId, Person, PersonId, Role, service
from alerts.domain.alert import Alert, AlertId, AlertStatus, Move, OverrideReason, StatusChange
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    Clinician,
    Demographics,
    Fact,
    Gender,
    Order,
    OrderIntent,
    OrderStatus,
    PatientId,
    Product,
    Record,
    ResourceKey,
    Version,
)
from alerts.domain.codes import RXNORM, Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.domain.decision import (
    Answer,
    Decision,
    DecisionId,
    Evidence,
    Finding,
    Outcome,
    Priority,
    Question,
    Reason,
)
from alerts.domain.notice import Notice, NoticeId, NoticeStatus, Occasion
from alerts.domain.recipient import Channel, Recipient, RecipientKind
from alerts.domain.submission import Delivery, EntryFate, EntryReading, Interaction, Peeled

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
PEMBROLIZUMAB = Concept(
    codings=(Coding(system=RXNORM, code="1547545", display="pembrolizumab"),), text="Keytruda"
)


def after(**passed: float) -> dt.datetime:
    """A moment later than NOW: `after(minutes=5)`."""
    return NOW + dt.timedelta(**passed)


def key(text: str) -> ResourceKey:
    """`Patient/1` as a key."""
    resource_type, _, resource_id = text.partition("/")
    return ResourceKey(type=resource_type, id=resource_id)


def an_event(
    kind: AuditType = AuditType.ALERT_VIEWED,
    *,
    at: dt.datetime = NOW,
    subject: UUID | None = None,
    patient: UUID | None = None,
    detail: tuple[tuple[str, str], ...] = (("decision", "one"),),
) -> AuditEvent:
    """An audit event."""
    return AuditEvent(
        type=kind, actor=service("test"), at=at, subject=subject, patient=patient, detail=detail
    )


def a_feed(name: str = "ehr", *, is_revoked: bool = False) -> Feed:
    """A feed."""
    return Feed(id=FeedId(uuid4()), name=name, is_revoked=is_revoked)


def a_person(name: str = "ada", role: Role = Role.ONCOLOGIST) -> Person:
    """Someone who may sign in."""
    return Person(
        id=PersonId(uuid4()),
        name=name,
        display_name=name.title(),
        email=f"{name}@hospital.example",
        role=role,
        password_hash="$argon2id$none",  # noqa: S106 - no hash of anything
    )


def a_delivery(body: bytes = b"{}", target: str = "") -> Delivery:
    """A Bundle, or a single resource when it has a target."""
    interaction = Interaction.UPDATE if target else Interaction.BUNDLE
    return Delivery(interaction=interaction, target=target, body=body)


def a_peeled(*keys: str, identity: str = "") -> Peeled:
    """A delivery as seen at the door, speaking of these resources."""
    return Peeled(bundle_type="transaction", entries=(), keys=keys, identity=identity)


def an_entry(position: int = 0, fate: EntryFate = EntryFate.READ) -> EntryReading:
    """What became of an entry."""
    return EntryReading(position=position, resource_type="MedicationRequest", fate=fate)


def an_order(
    status: OrderStatus = OrderStatus.ACTIVE,
    *,
    medication: Concept = PEMBROLIZUMAB,
    product: ResourceKey | None = None,
    requesters: tuple[ResourceKey, ...] = (),
) -> Order:
    """An active order for pembrolizumab."""
    return Order(
        status=status,
        intent=OrderIntent.ORDER,
        medication=medication,
        product=product,
        authored=PartialDate(year=2026, month=11, day=20),
        requesters=requesters,
    )


def a_product(text: str = "pembrolizumab", made_of: tuple[ResourceKey, ...] = ()) -> Product:
    """A Medication."""
    return Product(concept=Concept(text=text), made_of=made_of)


def a_clinician(
    *emails: str, name: str = "", stands_for: tuple[ResourceKey, ...] = ()
) -> Clinician:
    """A clinician who can be reached at these addresses."""
    return Clinician(name=name, emails=emails, stands_for=stands_for)


def demographics(year: int = 1996, gender: Gender = Gender.FEMALE) -> Demographics:
    """A woman born in 1996."""
    return Demographics(birth=PartialDate(year=year), gender=gender)


def a_consult(state: CareState = CareState.DONE) -> CareEvent:
    """A visit to a fertility specialist."""
    return CareEvent(
        kind=CareKind.ENCOUNTER,
        state=state,
        concepts=(Concept(text="fertility preservation counselling"),),
        on=PartialDate(year=2026, month=10),
    )


def a_record(
    resource: str = "MedicationRequest/1",
    fact: Fact | None = None,
    *,
    patient: str = "",
    links: tuple[str, ...] = (),
    said: int = 1,
    arrival: int | None = None,
) -> Record:
    """What a delivery said of a resource; `said` orders the versions. No fact is a deletion."""
    return Record(
        key=key(resource),
        patient=key(patient) if patient else None,
        links=tuple(map(key, links)),
        version=Version(said_at=after(minutes=said), arrival=said if arrival is None else arrival),
        digest=f"digest of {said}",
        fact=fact,
    )


def a_decision(
    outcome: Outcome = Outcome.ALERT,
    *,
    priority: Priority = Priority.URGENT,
    first_dose: dt.date | None = None,
    recheck_on: dt.date | None = None,
) -> Decision:
    """A decision with one finding."""
    finding = Finding(
        question=Question.CHECKPOINT_INHIBITOR,
        answer=Answer.MET,
        reasons=(Reason.CHECKPOINT_INHIBITOR_ORDERED,),
        evidence=(Evidence(resource=key("MedicationRequest/1"), on=PartialDate(year=2026)),),
        missing=("a fertility consult",),
    )
    return Decision(
        outcome=outcome,
        priority=priority,
        findings=(finding,),
        drugs=("pembrolizumab",),
        orders=(key("MedicationRequest/1"),),
        ordered_on=TODAY,
        first_dose=first_dose,
        recheck_on=recheck_on,
        policy_version="1",
        value_sets=("checkpoint-inhibitors|1",),
    )


def an_alert(
    patient: PatientId,
    decision: DecisionId,
    *,
    status: AlertStatus = AlertStatus.OPEN,
    priority: Priority = Priority.URGENT,
    drugs: tuple[str, ...] = ("pembrolizumab",),
    first_dose: dt.date | None = None,
    raised_at: dt.datetime = NOW,
) -> Alert:
    """An open, urgent alert."""
    return Alert(
        id=AlertId(uuid4()),
        patient=patient,
        status=status,
        priority=priority,
        drugs=drugs,
        orders=(key("MedicationRequest/1"),),
        first_dose=first_dose,
        decision=decision,
        raised_at=raised_at,
    )


def a_change(
    alert: Alert,
    move: Move = Move.RAISE,
    to: AlertStatus = AlertStatus.OPEN,
    *,
    actor: Actor | None = None,
    reason: OverrideReason | None = None,
    note: str = "",
) -> StatusChange:
    """A row of an alert's history."""
    by = actor or service("assess")
    return StatusChange(
        alert=alert.id, move=move, to=to, actor=by, at=NOW, reason=reason, note=note
    )


def a_notice(
    alert: AlertId,
    *,
    address: str = "ada@hospital.example",
    round: int = 1,  # noqa: A002 - the field's own name
    priority: Priority = Priority.URGENT,
    status: NoticeStatus = NoticeStatus.PENDING,
    due_at: dt.datetime = NOW,
) -> Notice:
    """A notice that waits."""
    recipient = Recipient(kind=RecipientKind.PRESCRIBER, channel=Channel.EMAIL, address=address)
    return Notice(
        id=NoticeId(uuid4()),
        alert=alert,
        occasion=Occasion.RAISED,
        round=round,
        priority=priority,
        recipient=recipient,
        status=status,
        due_at=due_at,
    )
