"""clarify: a person tells what a drug is that no list of ours tells, for one order or for a code.

An answer to a code, or to words that repeat, settles every order of the feed that says the same.
Who answers does not wait for that: the sweep decides the waiting charts again, one by one.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace

from alerts.audit import answer_entries, entries
from alerts.audit.event import AuditType
from alerts.detection.policy import Rules
from alerts.domain.actor import Feed, FeedId, Person
from alerts.domain.chart import (
    Chart,
    DrugAnswer,
    Order,
    PatientId,
    Record,
    ResourceKey,
    Version,
)
from alerts.domain.clarification import (
    AnswerId,
    AnswerRow,
    AskedCode,
    ChartView,
    CodeAnswer,
    ToClarify,
)
from alerts.domain.codes import Coding, canonical_system
from alerts.domain.decision import Asked, Outcome
from alerts.domain.rights import Right, may, whose
from alerts.errors import MayNot, MoveRefused, NotFound, Refused
from alerts.fhir.concept_map_export import concept_map
from alerts.pathway.decide_again import decide_again
from alerts.pathway.tools import Tools, UnitOfWork

LONGEST_REASON = 500
SHOWN = 200
"""Of charts, so many are shown at once: what is due first."""
DRUG_ANSWER = "DrugAnswer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfCode:
    """What a person tells of a feed's code or words; `drug` is empty for none of ours."""

    feed: FeedId
    coding: Coding
    drug: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfOrder:
    """What a person tells of one order's drug, while the order says what it said (`says`)."""

    patient: PatientId
    order: ResourceKey
    says: str
    drug: str
    reason: str = field(repr=False)


def drugs(tools: Tools) -> tuple[str, ...]:
    """The drugs that an answer may name, in our words."""
    members = tools.rules.checkpoint_inhibitors.members.values()
    return tuple(sorted({member.meaning for member in members}))


def answer_code(told: ToldOfCode, person: Person, tools: Tools) -> CodeAnswer:
    """Put an answer to a code into force; every chart that waits for it is decided again soon.

    Raises MayNot, Refused (no reason, no drug of ours, a code that needs no answer), MoveRefused
    (somebody was first).
    """
    _check(told.drug, told.reason, person, Right.ANSWER_CODES, tools)
    if _is_known(told.coding, tools.rules):
        raise Refused("this code is known to a list already; change the list", expression="code")
    at = tools.now()
    answer = CodeAnswer(
        id=AnswerId(tools.new_id()),
        feed=told.feed,
        coding=told.coding,
        drug=told.drug,
        reason=_plain(told.reason),
        by=person.id,
        at=at,
    )
    with tools.begin() as work:
        if not _is_waited_for(answer, work, tools):
            raise NotFound("nobody waits for an answer to this code")
        work.clarifications.give(answer, audit=answer_entries.code_answered(answer, person, at))
        work.commit()
    tools.bell.ring("sweep")
    return answer


def revoke_code(answer: AnswerId, because: str, person: Person, tools: Tools) -> None:
    """Put an answer out of force; every chart that hangs on it is decided again soon.

    Raises MayNot, Refused (no reason), NotFound, MoveRefused (it is revoked already).
    """
    _check("", because, person, Right.ANSWER_CODES, tools)
    at = tools.now()
    with tools.begin() as work:
        found = work.clarifications.find(answer)
        if found is None:
            raise NotFound("there is no such answer")
        event = answer_entries.code_answer_revoked(found, person, at)
        work.clarifications.revoke(answer, person, _plain(because), at, audit=event)
        work.commit()
    tools.bell.ring("sweep")


def answer_order(told: ToldOfOrder, person: Person, tools: Tools) -> None:
    """Put an answer to one order on the chart and decide it again, at once.

    Raises MayNot, Refused, NotFound, MoveRefused (the order says something else by now).
    """
    _check(told.drug, told.reason, person, Right.ANSWER_ORDER, tools)
    at = tools.now()
    fact = DrugAnswer(
        order=told.order,
        says=told.says,
        drug=told.drug,
        reason=_plain(told.reason),
        by=str(person.id),
        at=at,
    )
    key = ResourceKey(type=DRUG_ANSWER, id=str(tools.new_id()))
    kind = AuditType.DRUG_ANSWERED
    event = answer_entries.drug_answered(kind, told.patient, told.drug, person, at)
    with tools.begin() as work:
        _put(told.patient, key, fact, work, at)
        asked = {(each.order, each.says) for each in _asked(told.patient, work)}
        if (told.order, told.says) not in asked:
            raise MoveRefused("the order says something else by now")
        work.trail.append(event)
        decide_again(told.patient, work, tools, at)
        work.commit()
    tools.bell.ring("notify")


def take_back(patient: PatientId, answer: ResourceKey, person: Person, tools: Tools) -> None:
    """Take an answer to one order off the chart and decide it again, at once.

    Raises MayNot, MoveRefused (it does not count any more).
    """
    if not may(Right.ANSWER_ORDER, person.role):
        raise MayNot("your role may not answer this")
    at = tools.now()
    with tools.begin() as work:
        _put(patient, answer, None, work, at)
        given = [each for each in _asked(patient, work) if each.by == answer]
        if not given:
            raise MoveRefused("this answer does not count any more")
        drug, kind = given[0].answer or "", AuditType.DRUG_ANSWER_REVOKED
        work.trail.append(answer_entries.drug_answered(kind, patient, drug, person, at))
        decide_again(patient, work, tools, at)
        work.commit()
    tools.bell.ring("notify")


def waiting(person: Person, tools: Tools) -> ToClarify:
    """What cannot be told, what is due first before."""
    at = tools.now()
    theirs = whose(Right.SEE_CHARTS, person, at)
    with tools.begin() as work:
        found = work.clarifications.waiting(_within(tools), SHOWN, theirs)
        work.trail.append(entries.by_person(AuditType.CLARIFICATION_VIEWED, person, at))
        work.commit()
    return found


def asked(feed: FeedId, coding: Coding, person: Person, tools: Tools) -> AskedCode:
    """One code of a feed for which charts wait. Raises NotFound when none does."""
    with tools.begin() as work:
        found = work.clarifications.asked(feed, coding.system, coding.code, _within(tools))
        work.trail.append(entries.by_person(AuditType.CLARIFICATION_VIEWED, person, tools.now()))
        work.commit()
    if found is None:
        raise NotFound("Nobody waits for this code any more.")
    return found


def chart(patient: PatientId, person: Person, tools: Tools) -> ChartView:
    """One patient's decision in force, explained. Raises NotFound."""
    with tools.begin() as work:
        view = work.clarifications.chart(patient)
        if view is None:
            raise NotFound("there is no decision of that patient")
        _, known = work.charts.chart(patient)
        work.trail.append(entries.chart_viewed(patient, person, tools.now()))
        work.commit()
    orders = tuple((key, _words(known, order)) for key, order in known.orders[-SHOWN:])
    return replace(view, orders=orders)


def decided(
    outcome: Outcome | None, words: str, person: Person, tools: Tools
) -> tuple[ChartView, ...]:
    """Decisions in force, the newest first; `words` are a patient's id or record number."""
    at = tools.now()
    theirs = whose(Right.SEE_CHARTS, person, at)
    with tools.begin() as work:
        found = work.clarifications.decided(outcome, words.strip(), SHOWN, theirs)
        kind = AuditType.CHARTS_SEARCHED if words.strip() else AuditType.CHARTS_LISTED
        work.trail.append(entries.by_person(kind, person, at))
        work.commit()
    return found


def answers(tools: Tools) -> tuple[AnswerRow, ...]:
    """Every answer to a code, those in force first. No patient's data."""
    with tools.begin() as work:
        return work.clarifications.all()


def export(feed: FeedId, person: Person, tools: Tools) -> tuple[Feed, bytes]:
    """A feed's answers in force as a FHIR ConceptMap, for the site's folder of values.

    Raises MayNot, NotFound.
    """
    if not may(Right.ANSWER_CODES, person.role):
        raise MayNot("your role may not take the answers with it")
    at = tools.now()
    with tools.begin() as work:
        known = next((each for each in work.feeds.all() if each.id == feed), None)
        if known is None:
            raise NotFound("there is no such feed")
        told = [it.answer for it in work.clarifications.all() if it.answer.feed == feed]
        version = work.clarifications.of_feed(feed).version
        work.trail.append(entries.by_person(AuditType.CODE_ANSWERS_EXPORTED, person, at))
        work.commit()
    in_force = [each for each in told if each.revoked_at is None]
    return known, concept_map(in_force, version, at)


def _words(chart: Chart, order: Order) -> str:
    """What an order says of its drug, as it says it."""
    product = chart.product(order.product)
    concepts = [order.medication, *order.ingredients]
    concepts += [product.concept, *product.ingredients] if product else []
    said = [each.text for each in concepts]
    said += [it.display or it.code for each in concepts for it in each.codings]
    return ", ".join(dict.fromkeys(text.strip() for text in said if text.strip()))


def _check(drug: str, reason: str, person: Person, right: Right, tools: Tools) -> None:
    if not may(right, person.role):
        raise MayNot("your role may not answer this")
    if not reason.strip():
        raise Refused("the reason is missing", expression="reason")
    if drug and drug not in drugs(tools):
        raise Refused("that is no drug of our list", expression="drug")


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST_REASON]


def _is_known(coding: Coding, rules: Rules) -> bool:
    """Our lists and the site's file come first: an answer would be kept and never used."""
    by_list = rules.checkpoint_inhibitors.find(coding)
    return by_list is not None or rules.local_codes.find(coding) is not None


def _is_waited_for(answer: CodeAnswer, work: UnitOfWork, tools: Tools) -> bool:
    system, code = canonical_system(answer.coding.system), answer.coding.code.strip()
    return work.clarifications.asked(answer.feed, system, code, _within(tools)) is not None


def _within(tools: Tools) -> dt.timedelta:
    """How long it may take to clear something up."""
    return dt.timedelta(hours=tools.rules.policy.clarified_within)


def _asked(patient: PatientId, work: UnitOfWork) -> tuple[Asked, ...]:
    current = work.decisions.current(patient)
    return current[1].asked if current else ()


def _put(
    patient: PatientId, key: ResourceKey, fact: DrugAnswer | None, work: UnitOfWork, at: dt.datetime
) -> None:
    """The record on the chart, which is held from now on; nothing stands there any more if None."""
    feed, known = work.charts.chart(patient)
    record = Record(
        key=key,
        patient=known.patient,
        links=(),
        version=Version(said_at=at),
        digest=hashlib.sha256(repr(fact).encode()).hexdigest(),
        fact=fact,
    )
    work.charts.lock(feed, (record,))
    work.charts.merge(feed, (record,))
