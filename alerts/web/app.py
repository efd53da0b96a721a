"""App: the web server's application, put together from its parts."""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from alerts.errors import MoveRefused, WrongPassword
from alerts.pathway.tools import Tools
from alerts.web import (
    charts,
    clarify,
    errors,
    health,
    metrics,
    quarantine,
    sign_in,
    state,
    submissions,
    worklist,
)
from alerts.web.envelope import Envelope
from alerts.web.exchanges import Exchanges, Tally
from alerts.web.intake import Intake
from alerts.web.known_feeds import KnownFeeds
from alerts.web.looking import Looking

ROUTERS = (
    submissions.router,
    sign_in.router,
    worklist.router,
    clarify.router,
    charts.router,
    state.router,
    quarantine.router,
    health.router,
    metrics.router,
)
STATIC = Path(__file__).parent / "pages" / "static"


def create_app(tools: Tools) -> FastAPI:
    """The application over these tools; it opens nothing before the first request."""
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
    app.state.tally = Tally()
    app.add_middleware(Envelope, tools=tools)
    app.add_middleware(Exchanges, tally=app.state.tally)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.add_to(app)
    app.add_exception_handler(WrongPassword, sign_in.show_again)
    app.add_exception_handler(MoveRefused, worklist.show_again)
    return app
