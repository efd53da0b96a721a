"""Pages: what a person reads on the worklist and on an alert, and how answers are taken."""

import datetime as dt
from dataclasses import replace

import pytest

from alerts.domain.actor import ActorKind
from alerts.domain.alert import AlertStatus, Move, OverrideReason
from alerts.domain.chart import Demographics
from alerts.domain.decision import Question, Reason
from alerts.domain.withholding import Withholding
from alerts.domain.worklist import Worklist
from tests.unit.web import fakes
from tests.unit.web.builders import alert, decision, finding, row, view
from tests.unit.web.people import answer, proof_on, sign_in, words_on

SAFE = (
    "This patient is starting an immune checkpoint inhibitor and has no fertility consult on "
    "record. The effect of these drugs on fertility is not well known. ASCO advises offering "
    "referral before treatment to patients who may want children, or who are unsure."
)


@pytest.fixture
def client(signed_in):
    return signed_in


@pytest.fixture
def shown(memory):
    """An open alert that the service knows."""
    its_view = view(alert())
    memory.alerts[its_view.row.alert.id] = its_view
    return its_view


def status_of(memory, shown):
    return memory.alerts[shown.row.alert.id].row.alert.status


def test_the_way_in_leads_to_the_worklist(client):
    assert client.get("/").headers["location"] == "/worklist"


def test_no_title_names_a_patient(client, shown):
    for path in ("/worklist", f"/alerts/{shown.row.alert.id}"):
        title = client.get(path).text.split("<title>")[1].split("</title>")[0]
        assert not [each for each in ("Ada", "17") if each in title]


def test_an_empty_worklist_says_so_in_words(client):
    words = words_on(client.get("/worklist"))
    assert "Nothing waits." in words
    assert "No chart leaves doubt." in words


def test_the_worklist_shows_each_alert_in_the_order_given(client, memory):
    soon = row(alert(), days_left=1)
    no_date = alert(first_dose=None, drugs=("ipilimumab", "nivolumab"))
    unknown = row(no_date, demographics=None, days_left=None)
    memory.worklist = Worklist(rows=(unknown, soon), undecided=7)
    page = client.get("/worklist")
    words = words_on(page)
    assert words.index("unknown Patient/p-17") < words.index("tomorrow 5 March 2026 Ada Probe")
    assert "Ada Probe Record MRN-17 Patient/p-17, ward" in words
    assert "31 years, female" in words
    assert "ipilimumab, nivolumab" in words
    assert f'href="/alerts/{soon.alert.id}"' in page.text
    assert "To be clarified 7 Of so many patients it cannot be told" in words
    assert 'href="/clarify"' in page.text


def test_the_worklist_and_the_alert_say_why_nobody_is_told_on_purpose(client, memory):
    its_row = row(alert(), withheld=Withholding.HISTORY)
    memory.worklist = Worklist(rows=(its_row,), undecided=0)
    memory.alerts[its_row.alert.id] = view(row=its_row, notices=())
    for path in ("/worklist", f"/alerts/{its_row.alert.id}"):
        assert "Nobody is told of it: it came of loaded history" in words_on(client.get(path))


def test_of_a_child_the_page_speaks_of_the_parents_and_of_an_own_pathway(client, memory):
    child = (Reason.NOTHING_EXCLUDES_FERTILITY, Reason.CHILD_OR_TEEN)
    found = finding(Question.REPRODUCTIVE_POTENTIAL, reasons=child)
    told = view(decision=decision(findings=(finding(), found)))
    memory.alerts[told.row.alert.id] = told
    words = words_on(client.get(f"/alerts/{told.row.alert.id}"))
    assert "speak of it with the parents of children too" in words
    assert "a pathway of its own" in words


def test_an_alert_names_the_versions_that_it_was_decided_by(client, shown):
    words = words_on(client.get(f"/alerts/{shown.row.alert.id}"))
    assert "under policy 2026-01." in words
    assert "checkpoint-inhibitors, version 2026-01" in words


def test_an_alert_says_what_why_and_what_not_in_safe_words(client, shown):
    words = words_on(client.get(f"/alerts/{shown.row.alert.id}"))
    assert SAFE in words
    assert "Fertility care must not delay treatment by itself; the oncologist decides." in words
    for told in (
        "in 3 days 5 March 2026",
        "Ada Probe Record MRN-17 Patient/p-17, ward",
        "MedicationRequest/order-1",
        "Ordered on 27 February 2026",
        "Is the treatment still to come? Yes.",
        "A finished fertility consult",
        "A referral is on record, but no consult.",
        "RxNorm 1547545",
        "2026-02-27",
        "Fallback recipient , e-mail: duty@hospital.example",
        "Not the prescriber: no mail address of the prescriber is known.",
        "Accepted by the recipient's system, 2 March 2026, 09:30 UTC, after 2 attempts.",
        "Alert raised by the service, 2 March 2026, 09:30 UTC",
    ):
        assert told in words


def test_opening_an_alert_changes_nothing(client, memory, shown):
    before = memory.alerts[shown.row.alert.id]
    client.get(f"/alerts/{shown.row.alert.id}?answered=refer")
    assert client.head(f"/alerts/{shown.row.alert.id}").status_code == 200
    assert memory.alerts[shown.row.alert.id] == before


def test_a_referral_is_placed_by_one_click_and_confirmed(client, memory, shown):
    done = answer(client, shown.row.alert.id, move="refer")
    assert done.status_code == 303
    change = memory.alerts[shown.row.alert.id].history[-1]
    assert (change.move, change.to) == (Move.REFER, AlertStatus.REFERRED)
    assert (change.actor.kind, change.actor.id) == (ActorKind.PERSON, str(fakes.PERSON.id))
    page = client.get(done.headers["location"])
    assert 'role="status"' in page.text
    assert "Recorded: referral placed." in words_on(page)
    assert 'value="refer"' not in page.text


@pytest.mark.parametrize(
    ("move", "reason"),
    [("decline", "patient-declined"), ("mark-not-applicable", "no-reproductive-potential")],
)
def test_an_alert_is_declined_with_a_coded_reason_and_a_note(client, memory, shown, move, reason):
    note = "Spoke to her.\r\n<script>alert(1)</script>"
    done = answer(client, shown.row.alert.id, move=move, reason=reason, note=note)
    change = memory.alerts[shown.row.alert.id].history[-1]
    assert (change.move, change.reason, change.note) == (Move(move), OverrideReason(reason), note)
    page = client.get(done.headers["location"])
    assert "<script>" not in page.text
    assert "No answer is needed." in words_on(page)
    assert SAFE not in words_on(page)


@pytest.mark.parametrize(
    "form",
    [
        {"move": "decline"},
        {"move": "decline", "reason": "no-such-reason"},
        {"move": "decline", "reason": "wrong-patient-or-order"},
        {"move": "no-such-move"},
        {},
    ],
)
def test_an_answer_that_lacks_something_shows_the_page_again(client, memory, shown, form):
    again = answer(client, shown.row.alert.id, **form)
    assert again.status_code == 409
    words = words_on(again)
    assert "Your answer was not recorded. Choose one of the answers" in words
    assert "Your answer Referral placed" in words
    assert status_of(memory, shown) is AlertStatus.OPEN


def test_an_answer_that_comes_too_late_shows_how_the_alert_now_stands(client, memory, shown):
    proof = proof_on(client.get(f"/alerts/{shown.row.alert.id}"))
    closed = replace(shown.row.alert, status=AlertStatus.CLOSED)
    memory.alerts[closed.id] = replace(shown, row=replace(shown.row, alert=closed))
    late = client.post(f"/alerts/{closed.id}/answers", data={"proof": proof, "move": "refer"})
    assert late.status_code == 409
    assert "changed meanwhile" in words_on(late)
    assert "Closed: a fertility consult is on record" in words_on(late)
    assert status_of(memory, shown) is AlertStatus.CLOSED


@pytest.mark.parametrize("move", ["close", "withdraw", "reopen", "raise"])
def test_what_only_evidence_may_do_no_person_can(client, memory, shown, move):
    assert answer(client, shown.row.alert.id, move=move).status_code == 403
    assert status_of(memory, shown) is AlertStatus.OPEN


@pytest.mark.parametrize("proof", ["", "0" * 64])
def test_an_answer_without_the_proof_is_refused(client, memory, shown, proof):
    path = f"/alerts/{shown.row.alert.id}/answers"
    assert client.post(path, data={"proof": proof, "move": "refer"}).status_code == 403
    assert client.get(path).status_code == 405
    assert status_of(memory, shown) is AlertStatus.OPEN


def test_the_proof_of_one_session_does_not_serve_another(client, memory, shown):
    proof = proof_on(client.get(f"/alerts/{shown.row.alert.id}"))
    client.cookies.clear()
    sign_in(client)
    path = f"/alerts/{shown.row.alert.id}/answers"
    assert client.post(path, data={"proof": proof, "move": "refer"}).status_code == 403
    assert status_of(memory, shown) is AlertStatus.OPEN


@pytest.mark.parametrize("alert_id", ["x", "00000000-0000-0000-0000-00000000000f", "%00"])
def test_an_alert_that_is_not_there_is_a_page_that_says_so(client, alert_id):
    missing = client.get(f"/alerts/{alert_id}")
    assert missing.status_code == 404
    assert missing.headers["content-type"].startswith("text/html")


def test_a_bare_alert_still_makes_a_whole_page(client, memory):
    bare = view(
        row=row(alert(first_dose=None, drugs=(), orders=()), demographics=None, days_left=None),
        decision=decision(findings=(finding(),), ordered_on=None, first_dose=None),
        notices=(),
        history=(),
    )
    memory.alerts[bare.row.alert.id] = bare
    words = words_on(client.get(f"/alerts/{bare.row.alert.id}"))
    assert "Nobody has been told yet." in words
    assert "Nothing was missing." in words
    assert "Nothing on record says when the first dose is given." in words


def test_what_a_feed_or_a_person_wrote_is_never_markup(client, memory):
    hostile = '<img src=x onerror="alert(1)">'
    who = Demographics(name=hostile, record_number=hostile)
    its_row = row(alert(drugs=(hostile,)), feed_name=hostile, days_left=-3, demographics=who)
    memory.alerts[its_row.alert.id] = view(
        row=its_row, decision=decision(ordered_on=dt.date(2026, 2, 1), policy_version=hostile)
    )
    memory.worklist = Worklist(rows=(its_row,), undecided=0)
    for path in ("/worklist", f"/alerts/{its_row.alert.id}"):
        page = client.get(path).text
        assert "<img" not in page
        assert "treatment may have begun" in page
