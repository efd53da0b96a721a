"""App: the web server's application, put together from its parts."""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from alerts.errors import MoveRefused, TooManyTries, WrongPassword
from alerts.pathway.tools import Tools
from alerts.web import (
    account,
    audit,
    broken_glass,
    charts,
    clarify,
    contact,
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
    submissions.router,
    sign_in.router,
    account.router,
    broken_glass.router,
    audit.router,
    hospital.router,
    worklist.router,
    refer.router,
    contact.router,
    clarify.router,
    charts.router,
    state.router,
    quarantine.router,
    health.router,
    metrics.router,
)
STATIC = Path(__file__).parent / "pages" / "static"


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
