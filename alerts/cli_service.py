"""The commands that run the whole service on one machine: up and demo."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from alerts import clock, settings, wiring
from alerts.demo import show
from alerts.demo.engine import Engine
from alerts.demo.mailbox import Mailbox
from alerts.demo.show import Programme
from alerts.domain.actor import Role
from alerts.embedded import ending
from alerts.embedded.service import Service
from alerts.embedded.site import DEFAULT_PORT, Site
from alerts.pathway import admit
from alerts.pathway.tools import Tools
from alerts.persistence.migrate import migrate
from alerts.settings import Settings

PERSON = "coordinator"
OUTSIDE = settings.NAMES
"""What the demo never takes from the environment: invented patients stay on this machine."""

Port = Annotated[int, typer.Option(envvar="PORT", help="the web server's port; 0 takes any")]
Var = Annotated[Path, typer.Option("--var", help="where data, logs and caught mail are kept")]
Also = Annotated[list[Path] | None, typer.Option(help="push this folder of FHIR JSON as well")]
Stories = Annotated[Path, typer.Option(help="the folder of stories")]

_ROOT = Path(__file__).parents[1]
_FOREVER = 3600.0
_DAY = "DEMO_DAY"
_FRESH = dt.timedelta(days=2)
_PASSWORD = "SIGN_IN_PASSWORD"  # noqa: S105 - the name under which it is kept


def up(port: Port = DEFAULT_PORT, var: Var = Path("var")) -> None:
    """Run the whole service on this machine, until Ctrl-C."""
    is_known = bool(Site(var).recall(_PASSWORD))
    with ending.interruptible():
        try:
            with Service(var, port, settings.environment(), _say) as service:
                service.start(partial(_prepare, service.site))
                _tell_where(service, is_password_shown=not is_known)
                _serve(service)
        except KeyboardInterrupt:
            _say("stopped")


def demo(
    also: Also = None,
    *,
    leave: Annotated[bool, typer.Option("--exit", help="leave when all is shown")] = False,
    port: Port = DEFAULT_PORT,
    var: Var = Path("var"),
    stories: Stories = _ROOT / "fhir_fixtures" / "stories",
) -> None:
    """Run the service, push every story into it, show what became of each, keep serving."""
    day = _day_of(Site(var))
    programme = show.load(stories, also or [], day)
    outer = {k: v for k, v in settings.environment().items() if k not in OUTSIDE}
    is_as_expected = True
    with ending.interruptible():
        try:
            with Service(var, port, outer, _say) as service:
                is_as_expected = _perform(programme, service, day)
                _tell_where(service, is_password_shown=True)
                if is_as_expected and not leave:
                    _serve(service)
        except KeyboardInterrupt:
            _say("stopped")
    raise typer.Exit(int(not is_as_expected))


def _day_of(site: Site) -> dt.date:
    """The day on which the stories play: today, or that of the last run while it is fresh.

    The same day gives the same bytes, and so nothing is raised twice; stories of an old day would
    have lived on (a referral is overdue, a first dose was given).
    """
    today, kept = clock.now().date(), site.recall(_DAY)
    is_fresh = bool(kept) and today - dt.date.fromisoformat(kept) <= _FRESH
    return dt.date.fromisoformat(kept) if is_fresh else today


def _perform(programme: Programme, service: Service, day: dt.date) -> bool:
    """Start the service and push all of it; whether every story was decided as expected."""
    keys: dict[str, str] = {}

    def prepare(environ: Mapping[str, str]) -> None:
        tools = _prepare(service.site, environ)
        keys.update({name: _key(service.site, name, tools) for name in programme.feeds()})
        service.site.remember({_DAY: day.isoformat()})

    def engine(name: str) -> Engine:
        return Engine(service.url, keys[name], service.tend, clock.now)

    service.start(prepare)
    return show.show(programme, engine, Mailbox(service.site.mail))


def _serve(service: Service) -> None:
    _say("press Ctrl-C to stop")
    while True:
        service.tend(_FOREVER)


def _prepare(site: Site, environ: Mapping[str, str]) -> Tools:
    """Migrate, and make the first person who may sign in."""
    told = Settings.from_environment(environ)
    migrate(told.owner_database_url or told.database_url, told.database_url)
    tools = wiring.build(told)
    if not site.recall(_PASSWORD):
        name = "Fertility coordinator"
        password = admit.add_person(PERSON, name, told.fallback_email, Role.COORDINATOR, tools)
        site.remember({_PASSWORD: password})
    return tools


def _key(site: Site, name: str, tools: Tools) -> str:
    """The key of a feed of the demo, made when it is first needed."""
    kept = f"FEED_KEY_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    if not site.recall(kept):
        site.remember({kept: admit.add_feed(name, tools)})
    return site.recall(kept)


def _tell_where(service: Service, *, is_password_shown: bool) -> None:
    site = service.site
    password = site.recall(_PASSWORD) if is_password_shown else f"(see {site.var / 'site.env'})"
    typer.echo(f"\nWorklist  {service.url}")
    typer.echo(f"Sign in   {PERSON}  {password}")
    typer.echo(f"Mail      {site.mail}\n")


def _say(sentence: str) -> None:
    typer.echo(f"oncofertility: {sentence}", err=True)
