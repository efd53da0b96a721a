"""Door: deliveries pass the framework by, and meet the same rules as everywhere."""

import pytest
from fastapi import FastAPI

from alerts.web import access
from alerts.web.app import ROUTERS
from alerts.web.door import Door
from tests.unit.web import fakes

SENDING = [
    route
    for router in ROUTERS
    for route in router.routes
    if access.feed_in_force in {each.call for each in route.dependant.dependencies}
]


@pytest.mark.parametrize(
    "route", SENDING, ids=lambda route: f"{sorted(route.methods)} {route.path}"
)
def test_every_route_that_takes_deliveries_is_reached_without_the_framework(route):
    door = Door(FastAPI(), fakes.tools(fakes.Memory()), ROUTERS)
    scope = {"path": route.path.format(kind="Patient", id_="p1"), "method": min(route.methods)}
    assert door.finds(scope)
    assert scope["route"] is route


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/fhir/metadata"), ("PATCH", "/fhir/Patient/p1"), ("POST", "/sign-in")],
)
def test_everything_else_goes_to_the_framework(method, path):
    door = Door(FastAPI(), fakes.tools(fakes.Memory()), ROUTERS)
    assert not door.finds({"path": path, "method": method})


def test_a_delivery_without_a_key_is_refused_as_everywhere(browser):
    answer = browser.post("/fhir", content=b"{}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="feeds"'
    assert answer.headers["cache-control"] == "no-store"
