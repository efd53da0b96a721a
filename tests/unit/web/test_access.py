"""Access: every route names exactly one right or rule, and no route about a patient forgets it."""

import re

import pytest
from fastapi.routing import APIRoute

from alerts.domain.rights import ABOUT, Right, Thing
from alerts.web import access
from alerts.web.access import Needs
from alerts.web.app import ROUTERS
from alerts.web.forms import of_session, of_visit

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
OPEN = {
    "/",
    "/sign-in",
    "/sign-in/hospital",
    "/sign-in/hospital/return",
    "/signed-out",
    "/fhir/metadata",
    "/health",
    "/ready",
    "/live",
}
THINGS = {thing.value: thing for thing in Thing}

each_route = pytest.mark.parametrize(
    "route", ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}"
)


def calls_of(route):
    return [each.call for each in route.dependant.dependencies]


def rights_of(route):
    return [each.right for each in calls_of(route) if isinstance(each, Needs)]


@each_route
def test_a_route_names_exactly_one_right_or_rule(route):
    rules = [each for each in calls_of(route) if each in access.RULES]
    assert len(rules) + len(rights_of(route)) == 1
    assert (rules == [access.anyone]) == (route.path in OPEN)


@each_route
def test_a_route_about_a_patient_names_a_right_about_that_thing(route):
    """Whoever writes `{alert}` or `{patient}` into an address cannot forget whose it is."""
    named = {THINGS[each] for each in re.findall(r"{(\w+)}", route.path) if each in THINGS}
    asked = {ABOUT[right] for right in rights_of(route) if right in ABOUT}
    assert named == asked


@each_route
def test_a_page_that_changes_something_asks_for_the_proof_after_the_right(route):
    calls = calls_of(route)
    if "POST" not in route.methods or access.feed_in_force in calls:
        return
    proof = of_visit if route.path in OPEN else of_session
    who = next(
        at for at, each in enumerate(calls) if isinstance(each, Needs) or each in (access.anyone,)
    )
    assert who < calls.index(proof)


def test_every_right_is_used_by_a_page():
    assert {right for route in ROUTES for right in rights_of(route)} == set(Right)


@pytest.mark.parametrize(
    "path", ["/worklist", "/status", "/quarantine", "/alerts/00000000-0000-0000-0000-000000000001"]
)
@pytest.mark.parametrize("cookie", ["", "session=guessed"])
def test_nobody_sees_a_patient_without_signing_in(browser, path, cookie):
    answer = browser.get(path, headers={"Cookie": cookie})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    assert answer.text == ""
