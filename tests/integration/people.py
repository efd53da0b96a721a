"""Patients of one or two feeds who may be one person, and what stands in the worklist of them."""

from dataclasses import replace

from sqlalchemy import Engine, text

from alerts.domain.alert import Alert
from alerts.pathway import review
from tests.integration.fhir_builders import (
    Resource,
    a_bundle,
    a_medication_order,
    a_patient,
    an_encounter,
    stamped,
)
from tests.toolbox import Bench

REGISTER = "https://register.example/person"
LOCAL = "https://hospital.example/number"


def trusting(engine: Engine, *systems: str) -> Bench:
    """A bench whose policy trusts these identifier systems."""
    bench = Bench(engine)
    trust(bench, *systems)
    return bench


def trust(bench: Bench, *systems: str) -> None:
    """From now on the policy trusts these, and no others."""
    rules = bench.tools.rules
    policy = replace(rules.policy, trusted_identifier_systems=frozenset(systems))
    bench.tools = replace(bench.tools, rules=replace(rules, policy=policy))


def known_as(patient: str, value: str, system: str = REGISTER, **other: object) -> Resource:
    """A Patient with one identifier."""
    identifier = {"system": system, "value": value, **other}
    return a_patient(patient, identifier=[identifier])


def linked(patient: str, kind: str, other: str, **more: object) -> Resource:
    """A Patient that links to another of its feed."""
    link = {"type": kind, "other": {"reference": f"Patient/{other}"}}
    return a_patient(patient, link=[link], **more)


def an_order_of(patient: str, **other: object) -> Resource:
    return a_medication_order(f"o-{patient}", patient, **other)


def a_consult_of(patient: str) -> Resource:
    return an_encounter(f"e-{patient}", patient)


def by_identifier(order: Resource, value: str, system: str = REGISTER) -> Resource:
    """The same, of a patient named by an identifier alone."""
    subject = {"type": "Patient", "identifier": {"system": system, "value": value}}
    return {**order, "subject": subject}


def say(bench: Bench, *resources: Resource, version: int = 1, feed: str = "ehr") -> None:
    """Deliver these and do all that is due."""
    bench.push(a_bundle([stamped(each, version) for each in resources]), feed=feed)
    bench.work()


def live(bench: Bench) -> list[tuple[str, tuple[str, ...]]]:
    """Whose alerts wait, and the orders of each."""
    rows = review.worklist(bench.person(), bench.tools).rows
    return sorted((row.patient.id, tuple(map(str, row.alert.orders))) for row in rows)


def alerts_of(bench: Bench) -> list[Alert]:
    """Every alert that there is, the oldest first."""
    with bench.tools.begin() as work:
        ids = [row.id for row in work.charts._connection.execute(text("select id from patients"))]
        return list(work.alerts.raised_for(ids))


def trail(engine: Engine) -> list[str]:
    """The types of the events that tell of who is who, in order."""
    asked = text(
        "select type from audit_events where type like 'charts-%' or type like 'identity-%'"
        " order by number"
    )
    with engine.connect() as connection:
        return list(connection.execute(asked).scalars())
