"""The CodeSystem of answers: valid FHIR, and every reason that an answer may give stands in it."""

import json

from fhir.resources.R4B.codesystem import CodeSystem

from alerts.domain.alert import MAY_SAY, REASONS, Move, OverrideReason
from alerts.fhir.answer_codes import code_system, override_reasons
from alerts.web.words import said

DOCUMENT = json.loads(code_system())
MOVES = {
    each["code"]: each["property"][0]["valueCode"]
    for each in DOCUMENT["concept"]
    if each["code"] in set(OverrideReason)
}


def test_it_is_a_valid_code_system_that_counts_its_codes():
    valid = CodeSystem.model_validate_json(code_system())
    assert valid.count == len(valid.concept)


def test_every_reason_stands_in_it_with_its_move():
    known = {
        reason: move
        for moves in (REASONS, MAY_SAY)
        for move, some in moves.items()
        for reason in some
    }
    assert {reason.value: move.value for reason, move in known.items()} == MOVES


def test_each_move_without_a_reason_is_one_of_ours_and_each_reason_is_said_as_on_the_page():
    plain = [each["code"] for each in DOCUMENT["concept"] if each["code"] not in MOVES]
    assert {Move(each) for each in plain} == {Move.ACKNOWLEDGE, Move.REFER, Move.CONTACT}
    for each in DOCUMENT["concept"]:
        if each["code"] in MOVES:
            assert each["display"] == said(OverrideReason(each["code"]))


def test_a_card_gets_codings_of_our_system():
    first = override_reasons()[0]
    assert first == {
        "code": "acknowledge",
        "system": "urn:oncofertility-alerts:CodeSystem:alert-answers",
        "display": "Acknowledged",
    }
