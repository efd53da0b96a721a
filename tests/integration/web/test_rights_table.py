"""Every page × every role × an own, a foreign and an absent object, asked over HTTP.

The expectation is written down here by hand, not taken from the table that decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from alerts.credentials import new_key
from alerts.domain.actor import Person, Role
from alerts.pathway import admit, review
from alerts.pathway.sign_in import enter
from alerts.web import sessions
from alerts.web.access import Needs
from alerts.web.app import ROUTERS
from tests.integration.steps import an_order
from tests.integration.web.conftest import Service

OWN = "own@hospital.example"
YES, FORBIDDEN, ABSENT = "yes", 403, 404
ONCOLOGIST, COORDINATOR, ADMINISTRATOR, AUDITOR = Role

ALL = dict.fromkeys(Role, YES)
NOT_AUDITORS = ALL | {AUDITOR: FORBIDDEN}
BY_COORDINATORS = dict.fromkeys(Role, FORBIDDEN) | {COORDINATOR: YES}
BY_ADMINISTRATORS = dict.fromkeys(Role, FORBIDDEN) | {ADMINISTRATOR: YES}
ON_LISTS = BY_COORDINATORS | BY_ADMINISTRATORS | {COORDINATOR: YES}
BY_ONCOLOGISTS_AND_ADMINISTRATORS = BY_ADMINISTRATORS | {ONCOLOGIST: YES}
"""Of pages that are about no single patient."""
PAGES = {
    "GET /worklist": NOT_AUDITORS,
    "GET /clarify": NOT_AUDITORS,
    "GET /clarify/code": NOT_AUDITORS,
    "POST /clarify/code": ON_LISTS,
    "GET /answers": NOT_AUDITORS,
    "POST /answers/{answer}/revocation": ON_LISTS,
    "GET /answers/{feed}/concept-map": ON_LISTS,
    "GET /charts": NOT_AUDITORS,
    "GET /status": ALL,
    "GET /quarantine": BY_ADMINISTRATORS,
    "POST /quarantine/rehearsals": BY_ADMINISTRATORS,
    "POST /quarantine/replays": BY_ADMINISTRATORS,
    "GET /broken-glass/new": BY_ONCOLOGISTS_AND_ADMINISTRATORS,
    "POST /broken-glass": BY_ONCOLOGISTS_AND_ADMINISTRATORS,
    "GET /broken-glass": BY_ADMINISTRATORS | {AUDITOR: YES},
    "POST /broken-glass/{glass}/review": BY_ADMINISTRATORS,
    "GET /audit": BY_ADMINISTRATORS | {AUDITOR: YES},
    "GET /audit/list.{form}": BY_ADMINISTRATORS | {AUDITOR: YES},
    "GET /audit/stories/{its}": BY_ADMINISTRATORS | {AUDITOR: YES},
    "GET /audit/disclosures/{whose}.{form}": BY_ADMINISTRATORS | {AUDITOR: YES},
    "GET /audit/why": BY_ADMINISTRATORS | {AUDITOR: YES},
    "GET /directory": ON_LISTS,
    "GET /readiness": ON_LISTS,
    "POST /directory/covers": BY_ADMINISTRATORS,
    "POST /directory/covers/{cover}/end": BY_ADMINISTRATORS,
    "POST /sign-out": ALL,
    "GET /inbox": ALL,
    "GET /settings": ALL,
    "POST /settings": ALL,
    "GET /account": ALL,
    "POST /account/password": ALL,
    "POST /account/second-step": ALL,
    "POST /account/second-step/confirmation": ALL,
    "POST /account/second-step/end": ALL,
}
SEEN = {
    ONCOLOGIST: (YES, ABSENT, ABSENT),
    COORDINATOR: (YES, YES, ABSENT),
    ADMINISTRATOR: (YES, ABSENT, ABSENT),
    AUDITOR: (FORBIDDEN,) * 3,
}
ANSWERED = SEEN | {ADMINISTRATOR: (FORBIDDEN,) * 3}
"""(own, foreign, absent) of pages about one patient."""
THINGS = {
    "GET /alerts/{alert}": SEEN,
    "POST /alerts/{alert}/answers": ANSWERED,
    "POST /alerts/{alert}/referral": ANSWERED,
    "GET /alerts/{alert}/letter": ANSWERED,
    "GET /alerts/{alert}/referral.json": ANSWERED,
    "GET /alerts/{alert}/leaflet": SEEN,
    "GET /alerts/{alert}/leaflet.pdf": SEEN,
    "POST /alerts/{alert}/attestations": ANSWERED | {ONCOLOGIST: (FORBIDDEN,) * 3},
    "GET /charts/{patient}": SEEN,
    "POST /charts/{patient}/answers": ANSWERED,
    "POST /charts/{patient}/answers/{answer}/taken-back": ANSWERED,
}
ROUTES = {
    f"{method} {route.path}"
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    and any(isinstance(each.call, Needs) for each in route.dependant.dependencies)
    for method in route.methods - {"HEAD"}
}


@dataclass
class Site:
    """Two patients with an alert each, one of them told to whoever has the address `OWN`."""

    service: Service
    people: dict[Role, Person] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)

    @property
    def absent(self) -> dict[str, str]:
        return {name: str(uuid4()) for name in self.own}

    def asked(self, role: Role, page: str, names: dict[str, str]) -> httpx2.Response:
        """The answer to someone of that role, signed in anew."""
        token = new_key()
        tools = self.service.bench.tools
        with tools.begin() as work:
            enter(self.people[role], token, work, tools.now())
            work.commit()
        method, path = page.split()
        path = re.sub(r"{(\w+)}", lambda found: names.get(found[1], str(uuid4())), path)
        form = {"proof": sessions.proof(token)} if method == "POST" else None
        return httpx2.request(
            method, self.service.url + path, data=form, cookies={"session": token}
        )


@pytest.fixture
def site(service: Service) -> Iterator[Site]:
    bench, made = service.bench, Site(service)
    for patient, email in (("p-own", OWN), ("p-foreign", "other@hospital.example")):
        bench.push(an_order(patient, email))
    bench.work()
    for row in review.worklist(bench.person(), bench.tools).rows:
        names = made.own if row.patient.id == "p-own" else made.foreign
        names |= {"alert": str(row.alert.id), "patient": str(row.alert.patient)}
    for role in Role:
        admit.add_person(f"the-{role}", f"Some {role}", OWN.upper(), role, bench.tools)
        made.people[role] = bench.person(f"the-{role}")
    assert made.own
    assert made.foreign
    return made


def outcome(answer: httpx2.Response) -> str | int:
    assert answer.status_code < 500, answer.text
    assert "/sign-in?" not in answer.headers.get("location", "")
    is_refused = "Your role does not include this" in answer.text
    assert (answer.status_code == FORBIDDEN) == is_refused
    is_absent = answer.status_code == ABSENT and "is not yours" in answer.text
    return answer.status_code if is_refused or is_absent else YES


def test_the_two_tables_name_every_page():
    assert set(PAGES) | set(THINGS) == ROUTES


def test_every_page_admits_exactly_whom_it_should(site: Site):
    found = {
        page: {role: outcome(site.asked(role, page, site.own)) for role in Role} for page in PAGES
    }
    assert found == PAGES


def test_every_object_is_shown_to_whom_it_belongs_and_is_absent_for_others(site: Site):
    found = {}
    for page in THINGS:
        found[page] = {
            role: tuple(
                outcome(site.asked(role, page, names))
                for names in (site.own, site.foreign, site.absent)
            )
            for role in Role
        }
    assert found == THINGS


def test_what_is_anothers_looks_like_what_is_not_there(site: Site):
    for page in ("GET /alerts/{alert}", "GET /charts/{patient}"):
        foreign = site.asked(ONCOLOGIST, page, site.foreign)
        absent = site.asked(ONCOLOGIST, page, site.absent)
        assert foreign.status_code == absent.status_code == ABSENT
        assert _without_ids(foreign) == _without_ids(absent)


@pytest.mark.parametrize("path", ["/worklist", "/charts", "/charts?patient=p-foreign"])
def test_lists_and_searches_hold_ones_own_patients_only(site: Site, path: str):
    seen = site.asked(ONCOLOGIST, f"GET {path}", {}).text
    assert site.foreign["patient"] not in seen
    assert site.foreign["alert"] not in seen
    assert "Patient/p-foreign" not in seen
    if "?" not in path:
        assert "Patient/p-own" in seen
    assert "Patient/p-foreign" in site.asked(COORDINATOR, f"GET {path}", {}).text


def test_a_refusal_is_on_the_trail_with_the_right_and_the_object(site: Site, owner):
    site.asked(ONCOLOGIST, "GET /alerts/{alert}", site.foreign)
    site.asked(AUDITOR, "GET /worklist", {})
    asked = text(
        "select actor_id, subject, detail::text from audit_events where type = 'access-refused'"
        " order by number"
    )
    with owner.connect() as connection:
        found = [tuple(map(str, row)) for row in connection.execute(asked)]
    assert found == [
        (str(site.people[ONCOLOGIST].id), site.foreign["alert"], '[["right", "see-alert"]]'),
        (str(site.people[AUDITOR].id), "None", '[["right", "see-worklist"]]'),
    ]


def _without_ids(answer: httpx2.Response) -> str:
    return re.sub(r"[0-9a-f-]{36}", "ID", answer.text)
