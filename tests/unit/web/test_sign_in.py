"""Sign-in: cookies, the proof in every form, and where a person lands."""

import pytest

from alerts.credentials import digest
from tests.unit.web import fakes
from tests.unit.web.people import proof_on, sign_in, words_on
from tests.unit.web.serving import asked

ALERT = "/alerts/00000000-0000-0000-0000-000000000001"


@pytest.fixture
def client(browser):
    return browser


def test_name_and_password_open_a_session_that_is_kept_as_a_digest(client, memory):
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/worklist")
    token = client.cookies["session"]
    assert len(token) >= 43
    assert set(memory.sessions) == {digest(token)}
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Max-Age" not in cookie
    assert client.get("/worklist").status_code == 200


def test_over_https_the_cookies_are_bound_to_this_host():
    tools = fakes.tools(fakes.Memory(), public_url="https://alerts.hospital.example")
    with asked(tools) as client:
        (visit,) = client.get("/sign-in").headers.get_list("set-cookie")
        assert visit.startswith("__Host-visit=")
        assert "Secure" in visit
        assert "Domain" not in visit


@pytest.mark.parametrize(
    ("name", "password"),
    [(fakes.NAME, "no such key"), ("nobody", fakes.PASSWORD), ("", ""), (fakes.NAME, "x" * 5000)],
)
def test_a_wrong_name_or_password_shows_the_form_again(client, memory, name, password):
    answer = sign_in(client, name, password, to=ALERT)
    assert answer.status_code == 403
    assert "The name, the password or the code is wrong" in words_on(answer)
    assert f'action="/sign-in?next={ALERT}"' in answer.text
    assert memory.sessions == {}
    assert password == "" or password not in answer.text


def test_each_sign_in_makes_a_new_session_whatever_the_browser_brought(client, memory):
    client.cookies.set("session", "chosen-by-someone-else", domain="127.0.0.1", path="/")
    sign_in(client)
    tokens = {cookie.value for cookie in client.cookies.jar if cookie.name == "session"}
    assert digest("chosen-by-someone-else") not in memory.sessions
    assert len(memory.sessions) == 1
    assert "chosen-by-someone-else" not in tokens


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        (ALERT, ALERT),
        ("/worklist", "/worklist"),
        ("", "/worklist"),
        ("https://elsewhere.example/", "/worklist"),
        ("//elsewhere.example/worklist", "/worklist"),
        ("/\\elsewhere.example", "/worklist"),
        ("/worklist\r\nSet-Cookie: a=b", "/worklist"),
        ("/alerts/../sign-out", "/worklist"),
    ],
)
def test_after_signing_in_a_person_lands_only_on_our_own_pages(client, wanted, lands):
    assert sign_in(client, to=wanted).headers["location"] == lands


def test_a_page_leads_to_the_sign_in_and_back(client):
    led = client.get(ALERT)
    assert led.status_code == 303
    page = client.get(led.headers["location"])
    form = {"name": fakes.NAME, "password": fakes.PASSWORD, "proof": proof_on(page)}
    answer = client.post(led.headers["location"], data=form)
    assert answer.headers["location"] == ALERT


@pytest.mark.parametrize("proof", ["", "0" * 64, "é"])
def test_a_sign_in_that_no_page_of_ours_asked_for_is_refused(client, memory, proof):
    client.get("/sign-in")
    form = {"name": fakes.NAME, "password": fakes.PASSWORD, "proof": proof}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert "out of date" in words_on(answer)
    assert memory.sessions == {}


def test_a_sign_in_without_the_browsers_mark_is_refused(client, memory):
    proof = proof_on(client.get("/sign-in"))
    client.cookies.clear()
    form = {"name": fakes.NAME, "password": fakes.PASSWORD, "proof": proof}
    assert client.post("/sign-in", data=form).status_code == 403
    assert memory.sessions == {}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_from_another_site_is_refused(client, memory, site):
    proof = proof_on(client.get("/sign-in"))
    form = {"name": fakes.NAME, "password": fakes.PASSWORD, "proof": proof}
    answer = client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert memory.sessions == {}


def test_signing_out_ends_the_session_here_and_there(client, memory):
    sign_in(client)
    proof = proof_on(client.get("/worklist"))
    answer = client.post("/sign-out", data={"proof": proof})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert memory.sessions == {}
    assert "session" not in client.cookies
    assert [event.type.value for event in memory.events][-1] == "signed-out"


def test_signing_out_needs_the_proof_and_no_link_can_do_it(client, memory):
    sign_in(client)
    assert client.post("/sign-out", data={"proof": "no"}).status_code == 403
    assert client.get("/sign-out").status_code == 405
    assert len(memory.sessions) == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"\xff", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=1&" * 30, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a" * 70_000, 413),
    ],
)
def test_what_is_no_form_of_ours_is_refused(client, headers, body, status):
    client.get("/sign-in")
    assert client.post("/sign-in", headers=headers, content=body).status_code == status
