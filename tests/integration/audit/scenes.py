"""Scenes: for every type of event what brings it about. A type without a scene fails a test.

To add one: write a scene, or find one that brings it about already, and name the type there.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from alerts.audit.event import AuditType
from alerts.domain.actor import service
from alerts.domain.alert import Move
from alerts.domain.condition import Wanted
from alerts.domain.contact import Hours
from alerts.errors import NotSignedIn, PermanentFailure
from alerts.notification.directory_file import read_toml
from alerts.pathway import (
    admit,
    assess,
    clarify,
    contact,
    refer,
    replay,
    review,
    service_life,
    set_aside,
)
from alerts.pathway.attest import Attested, attest
from alerts.pathway.audit_export import export
from alerts.pathway.clarify import ToldOfCode, ToldOfOrder
from alerts.pathway.directory import import_directory
from alerts.pathway.purge import purge
from alerts.pathway.readiness import probe_contacts
from alerts.pathway.respond import Answered, respond
from alerts.pathway.rotate import rotate_key
from alerts.pathway.shadow import go_live
from alerts.pathway.sweep import sweep
from alerts.pathway.verify import verify
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient, an_encounter
from tests.integration.people import an_order_of, known_as, linked, say, trust
from tests.integration.steps import a_routine_order, an_order, answer, pushed
from tests.toolbox import Bench

Scene = Callable[[Bench], None]
SCENES: dict[Scene, frozenset[AuditType]] = {}
LOCAL = {"coding": [{"system": "urn:pharmacy", "code": "IO-17"}]}


def brings(*types: AuditType) -> Callable[[Scene], Scene]:
    """Says which types of event a scene brings about."""

    def note(scene: Scene) -> Scene:
        SCENES[scene] = frozenset(types)
        return scene

    return note


def provoked() -> Mapping[AuditType, Scene]:
    """A scene for every type that has one."""
    return {kind: scene for scene, kinds in SCENES.items() for kind in kinds}


@brings(
    AuditType.FEED_ADDED,
    AuditType.SUBMISSION_RECEIVED,
    AuditType.SUBMISSION_REPEATED,
    AuditType.SUBMISSION_ASSESSED,
    AuditType.DECISION_MADE,
    AuditType.ALERT_RAISED,
    AuditType.NOTICE_QUEUED,
    AuditType.NOTICE_ATTEMPTED,
    AuditType.NOTICE_SENT,
    AuditType.WORKLIST_VIEWED,
    AuditType.PERSON_ADDED,
    AuditType.ALERT_MOVED,
    AuditType.OWNER_SET,
    AuditType.CLOCK_SET,
)
def an_order_is_told_and_answered(bench: Bench) -> None:
    pushed(bench, an_order("p1"))
    bench.push(an_order("p1"))
    answer(bench, Move.REFER)


@brings(AuditType.ALERT_UPDATED, AuditType.ALERT_VIEWED, AuditType.CHART_VIEWED)
def a_second_order_joins_the_alert(bench: Bench) -> None:
    pushed(bench, an_order("p1"))
    pushed(bench, a_bundle([a_medication_order("o2", "p1")]))
    person = bench.person()
    [row] = review.worklist(person, bench.tools).rows
    review.alert(row.alert.id, person, bench.tools)
    clarify.chart(row.alert.patient, person, bench.tools)


@brings(AuditType.NOTICE_CANCELLED)
def a_consult_is_seen_before_the_mail_leaves(bench: Bench) -> None:
    bench.push(an_order("p1"))
    assess.assess_due(bench.tools)
    bench.push(a_bundle([an_encounter("e1", "p1")]))
    assess.assess_due(bench.tools)


@brings(AuditType.DOCUMENT_TAKEN)
def a_letter_is_printed(bench: Bench) -> None:
    pushed(bench, an_order("p1"))
    person = bench.person()
    [row] = review.worklist(person, bench.tools).rows
    refer.letter(row.alert.id, person, bench.tools)


@brings(AuditType.CONSULT_ATTESTED, AuditType.OWNERSHIP_ENDED)
def a_consult_is_attested(bench: Bench) -> None:
    pushed(bench, an_order("p1"))
    person = bench.person()
    [row] = review.worklist(person, bench.tools).rows
    told = Attested(
        alert=row.alert.id, on=bench.clock().date(), clinic="elsewhere", source="by phone"
    )
    attest(told, person, bench.tools)


@brings(AuditType.NOTICE_FAILED, AuditType.ADDRESS_FAILED, AuditType.ADDRESS_MENDED)
def a_mailbox_is_not_there_and_then_is_again(bench: Bench) -> None:
    bench.pigeon.failures = [PermanentFailure()]
    pushed(bench, an_order("p1"))
    bench.clock.forward(dt.timedelta(days=2))
    pushed(bench, an_order("p2"))


@brings(AuditType.DIRECTORY_CHANGED, AuditType.HAND_OFF_OFFERED, AuditType.HAND_OFF_ENDED)
def an_owner_offers_an_alert_to_a_colleague(bench: Bench) -> None:
    ben = '[[member]]\nname = "Ben"\naddresses = ["ben@hospital.example"]'
    [member] = import_directory(read_toml(ben), bench.tools).members
    alert = pushed(bench, an_order("p1")).alert
    assert alert
    offer = Answered(alert=alert.id, move=Move.HAND_OVER, to=member.id)
    respond(offer, bench.person(), bench.tools)
    respond(Answered(alert=alert.id, move=Move.REFUSE), bench.person("ben"), bench.tools)


@brings(AuditType.CONTACTS_TESTED)
def the_contacts_are_tested(bench: Bench) -> None:
    probe_contacts(bench.tools)


@brings(AuditType.STEP_TAKEN)
def an_owner_lets_the_deadline_pass(bench: Bench) -> None:
    pushed(bench, an_order("p1"))
    bench.clock.forward(dt.timedelta(days=2))
    sweep(bench.tools)


@brings(AuditType.CONTACT_CHANGED, AuditType.NOTICE_HURRIED, AuditType.NOTICE_SEEN)
def a_routine_notice_is_held_becomes_urgent_and_is_seen(bench: Bench) -> None:
    doctor = bench.person("doctor")
    quiet = Hours(start=dt.time(0), end=dt.time(23))
    said = replace(contact.of(doctor, bench.tools), quiet=quiet)
    contact.change(said, doctor.actor(), bench.tools)
    decision = pushed(bench, a_routine_order())
    pushed(bench, an_order("p1"))
    assert decision.alert
    view = review.alert(decision.alert.id, doctor, bench.tools)
    contact.see(view, doctor, "", bench.tools)


@brings(AuditType.NOTICE_WITHHELD, AuditType.FEED_LIVE)
def a_feed_is_watched_in_shadow_mode_and_goes_live(bench: Bench) -> None:
    admit.add_feed("quiet", bench.tools, is_shadow=True)
    bench.push(an_order("p1"), feed="quiet")
    bench.work()
    go_live("quiet", bench.tools)


def _breaks(*_: object) -> NoReturn:
    raise KeyError


def _put_aside(bench: Bench) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assess, "read", _breaks)
        bench.push(an_order("p1"))
        for _ in range(set_aside.PATIENCE):
            bench.work()
            bench.clock.forward(dt.timedelta(minutes=6))


@brings(
    AuditType.SUBMISSION_DELAYED,
    AuditType.SUBMISSION_QUARANTINED,
    AuditType.SUBMISSION_VIEWED,
    AuditType.SUBMISSION_REPLAYED,
)
def a_delivery_is_set_aside_looked_at_and_replayed(bench: Bench) -> None:
    _put_aside(bench)
    [row] = replay.set_aside(bench.tools, Wanted()).rows
    replay.body(row.receipt, service("test"), bench.tools)
    replay.replay(bench.tools, Wanted(), service("test"))


@brings(AuditType.CHARTS_JOINED, AuditType.CHARTS_PARTED)
def two_records_are_merged_and_parted_again(bench: Bench) -> None:
    say(bench, a_patient("old"), an_order_of("old"))
    say(bench, a_patient("new"), an_order_of("new"))
    say(bench, linked("old", "replaced-by", "new"), version=2)
    say(bench, a_patient("old"), version=3)


@brings(AuditType.IDENTITY_DOUBTED)
def two_patients_of_a_feed_bear_one_number(bench: Bench) -> None:
    trust(bench, "https://register.example/person")
    say(bench, known_as("one", "7"))
    say(bench, known_as("two", "7"))
    say(bench, known_as("three", "7"), feed="clinic")


def _ask(bench: Bench, patient: str) -> None:
    order = a_medication_order(f"o-{patient}", patient, medicationCodeableConcept=LOCAL)
    pushed(bench, a_bundle([a_patient(patient), order]))


@brings(
    AuditType.CODE_ANSWERED,
    AuditType.CODE_ANSWER_REVOKED,
    AuditType.CODE_ANSWERS_EXPORTED,
    AuditType.CLARIFICATION_VIEWED,
)
def a_local_code_is_answered_taken_along_and_revoked(bench: Bench) -> None:
    _ask(bench, "p1")
    person = bench.person()
    [asked] = clarify.waiting(person, bench.tools).codes
    told = ToldOfCode(feed=asked.feed, coding=asked.coding, drug="cemiplimab", reason="the list")
    given = clarify.answer_code(told, person, bench.tools)
    clarify.export(asked.feed, person, bench.tools)
    clarify.revoke_code(given.id, "a mistake", person, bench.tools)


@brings(AuditType.DRUG_ANSWERED, AuditType.DRUG_ANSWER_REVOKED)
def the_drug_of_one_order_is_answered_and_taken_back(bench: Bench) -> None:
    order = a_medication_order("o1", "p1", medicationCodeableConcept={"text": "HOLD pembro"})
    before = pushed(bench, a_bundle([a_patient("p1"), order]))
    [asked] = before.decision.asked
    told = ToldOfOrder(
        patient=before.patient_id,
        order=asked.order,
        says=asked.says,
        drug="pembrolizumab",
        reason="it goes on",
    )
    person = bench.person()
    clarify.answer_order(told, person, bench.tools)
    [asked] = clarify.chart(before.patient_id, person, bench.tools).decision.asked
    bench.clock.forward(dt.timedelta(minutes=1))
    clarify.take_back(before.patient_id, asked.by, person, bench.tools)


@brings(AuditType.FEED_REVOKED, AuditType.FEED_REFUSED)
def a_revoked_key_is_presented(bench: Bench) -> None:
    key = admit.add_feed("gone", bench.tools)
    admit.revoke_feed("gone", bench.tools)
    with pytest.raises(NotSignedIn):
        admit.feed_of(key, bench.tools)


@brings(AuditType.AUDIT_VERIFIED, AuditType.AUDIT_EXPORTED, AuditType.AUDIT_KEY_ROTATED)
def the_trail_is_verified_exported_and_signed_by_another_key(bench: Bench) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench.sign_trail(Path(folder))
        bench.feed()
        bench.seal()
        verify(bench.tools)
        assert list(export(bench.tools))
        rotate_key(bench.tools)


@brings(
    AuditType.SERVICE_STARTED,
    AuditType.SERVICE_STOPPED,
    AuditType.POLICY_CHANGED,
    AuditType.VALUE_SETS_CHANGED,
)
def the_service_starts_with_other_rules_and_ends(bench: Bench) -> None:
    service_life.started("web", bench.tools)
    service_life.stopped("web", bench.tools)


@brings(AuditType.PAYLOADS_PURGED)
def an_old_body_is_purged(bench: Bench) -> None:
    bench.push(a_bundle([a_patient("p0"), an_encounter("e0", "p0")]))
    bench.work()
    bench.clock.forward(dt.timedelta(days=800))
    purge(bench.clock() - dt.timedelta(days=365), bench.tools)
