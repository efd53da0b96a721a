"""Access: every route names exactly one rule, and the rules hold."""

import pytest
from fastapi.routing import APIRoute

from alerts.web import access
from alerts.web.app import ROUTERS
from alerts.web.forms import of_session, of_visit

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
OPEN = {"/", "/sign-in", "/fhir/metadata", "/health", "/ready", "/live"}
PEOPLE = (access.person_signed_in, access.administrator)


def rules_of(route):
    return [each.call for each in route.dependant.dependencies]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}")
def test_a_route_has_exactly_one_access_rule(route):
    rules = [each for each in rules_of(route) if each in access.RULES]
    assert len(rules) == 1
    assert (rules == [access.anyone]) == (route.path in OPEN)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}")
def test_a_page_that_changes_something_asks_for_the_proof_after_the_person(route):
    rules = rules_of(route)
    if "POST" not in route.methods or access.feed_in_force in rules:
        return
    proof = of_visit if route.path in OPEN else of_session
    people = (access.anyone,) if route.path in OPEN else PEOPLE
    who = next(rules.index(each) for each in people if each in rules)
    assert who < rules.index(proof)


@pytest.mark.parametrize(
    "path", ["/worklist", "/status", "/quarantine", "/alerts/00000000-0000-0000-0000-000000000001"]
)
@pytest.mark.parametrize("cookie", ["", "session=guessed"])
def test_nobody_sees_a_patient_without_signing_in(browser, path, cookie):
    answer = browser.get(path, headers={"Cookie": cookie})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    assert answer.text == ""
