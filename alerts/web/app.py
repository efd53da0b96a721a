"""App: the web server's application, put together from its parts."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from alerts.errors import MoveRefused, TooManyTries, Unavailable, WrongPassword
from alerts.pathway import service_life
from alerts.pathway.tools import Tools
from alerts.web import (
    account,
    audit,
    audit_door,
    audit_stories,
    broken_glass,
    charts,
    clarify,
    contact,
    directory,
    disclosures,
    errors,
    health,
    hospital,
    metrics,
    quarantine,
    refer,
    sign_in,
    state,
    submissions,
    worklist,
)
from alerts.web.door import Door
from alerts.web.envelope import Envelope
from alerts.web.exchanges import Exchanges, Tally
from alerts.web.intake import Intake
from alerts.web.known_feeds import KnownFeeds
from alerts.web.looking import Looking

ROUTERS = (
    audit_door.router,
    submissions.router,
    sign_in.router,
    account.router,
    broken_glass.router,
    audit.router,
    audit_stories.router,
    disclosures.router,
    hospital.router,
    worklist.router,
    refer.router,
    contact.router,
    directory.router,
    clarify.router,
    charts.router,
    state.router,
    quarantine.router,
    health.router,
    metrics.router,
)
_log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "pages" / "static"


@asynccontextmanager
async def _living(app: FastAPI, tools: Tools) -> AsyncIterator[None]:
    """The start and the end in order are on the trail; a database that is away stops neither."""
    del app
    await run_in_threadpool(_noted, service_life.started, tools)
    yield
    await run_in_threadpool(_noted, service_life.stopped, tools)


def _noted(note: Callable[[str, Tools], None], tools: Tools) -> None:
    try:
        note("web", tools)
    except Unavailable:
        _log.warning("the start or end of the service could not be noted on the trail")


def create_app(tools: Tools) -> ASGIApp:
    """The application over these tools; it opens nothing before the first request.

    Our own layers stand before the framework's, so that a delivery passes through few.
    """
    app = FastAPI(
        title="oncofertility-alerts",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=partial(_living, tools=tools),
    )
    app.state.tools = tools
    app.state.intake = Intake(tools)
    app.state.known_feeds = KnownFeeds(tools)
    app.state.looking = Looking(tools)
    tally = app.state.tally = Tally()
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.add_to(app)
    app.add_exception_handler(WrongPassword, sign_in.show_again)
    app.add_exception_handler(TooManyTries, sign_in.show_again)
    app.add_exception_handler(MoveRefused, worklist.show_again)
    return Exchanges(Envelope(Door(app, tools, ROUTERS), tools), tally)
