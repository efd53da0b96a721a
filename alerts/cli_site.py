"""Commands about a site's state: status and feeds."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from alerts import settings, wiring
from alerts.domain.account import SENTENCES, Acknowledged
from alerts.domain.actor import Feed
from alerts.domain.condition import Condition, Health
from alerts.embedded.site import Site
from alerts.pathway import admit, review
from alerts.pathway.account import condition
from alerts.pathway.shadow import go_live
from alerts.pathway.tools import Tools
from alerts.settings import Settings
from alerts.web.advice import ADVICE

feed = typer.Typer(name="feed", no_args_is_help=True, help="The systems that may submit.")

Var = Annotated[Path, typer.Option("--var", help="the folder of the embedded service")]
Name = Annotated[str, typer.Argument(help="a name of its own")]
VAR = Path("var")

_RED = ("submissions_quarantined", "alerts_nobody_told")
_DIGEST = re.compile("[0-9a-fA-F]{64}")
_MARKS = {
    "swept_at": "a worker last swept",
    "sealed_at": "the newest sealed event is of",
    "witnessed_at": "a witness last took a checkpoint",
    "pinged_at": "the dead man last took a ping",
}
_ROWS = {
    "submissions_waiting": "deliveries that wait to be assessed",
    "oldest_submission": "… the oldest of them since",
    "submissions_quarantined": "deliveries set aside for a person",
    "notices_waiting": "notices that wait to be sent",
    "oldest_notice": "… the oldest of them since",
    "notices_undeliverable": "notices that could not be delivered",
    "alerts_live": "alerts that somebody must answer",
    "alerts_nobody_told": "… of which nobody was told",
    "alerts_withheld": "… of which nobody is told on purpose (history, shadow mode)",
    "undecided": "patients of whom it cannot tell",
    "events_unsealed": "audit events without a seal yet",
}


def here(var: Path) -> Settings:
    """The settings: DATABASE_URL's site, else the embedded one whose folder stands."""
    environ = settings.environment()
    site = Site(var)
    if not environ.get("DATABASE_URL") and site.stands():
        environ = site.environment(environ)
    return Settings.from_environment(environ)


def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="as one JSON object")] = False,
    acknowledged: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="a sender's list: a receipt or a body's SHA-256 a line",
        ),
    ] = None,
    var: Var = VAR,
) -> None:
    """Show how the service is; exit code 1 when a promise is broken or a person must look."""
    tools = tools_here(var)
    look = tools.operations.look_at_broker
    now = condition(tools, look() if look else None, _read(acknowledged))
    if as_json:
        typer.echo(json.dumps(_as_json(now), default=str))
    else:
        console = Console()
        console.print(_table(now))
        for sentence in _sentences(now):
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(int(now.health() is not Health.WELL))


@feed.command("add")
def add_feed(
    name: Name,
    *,
    shadow: Annotated[bool, typer.Option("--shadow", help="tell nobody until it is live")] = False,
    var: Var = VAR,
) -> None:
    """Let a system submit; its key is printed, this once."""
    key = admit.add_feed(name, tools_here(var), is_shadow=shadow)
    typer.echo("The key is kept by nobody else; send it as Authorization: Bearer …", err=True)
    typer.echo(key)


@feed.command("list")
def list_feeds(var: Var = VAR) -> None:
    """Show every feed."""
    for each in admit.feeds(tools_here(var)):
        typer.echo(f"{each.name}\t{_stands(each)}")


@feed.command("live")
def live(
    name: Name,
    *,
    is_told: Annotated[
        bool,
        typer.Option("--tell/--quietly", help="tell of what stands open too, or leave it alone"),
    ] = False,
    var: Var = VAR,
) -> None:
    """End a feed's shadow mode; what stands open from it waits in the worklist, unless you tell."""
    tools = tools_here(var)
    told = go_live(name, tools, is_told=is_told)
    left = review.state(tools).alerts_withheld
    typer.echo(f"{name} is live; {told} open alerts are told now, {left} stand untold in all")


@feed.command("revoke")
def revoke_feed(name: Name, var: Var = VAR) -> None:
    """Put a feed's key out of force."""
    admit.revoke_feed(name, tools_here(var))


def _stands(feed: Feed) -> str:
    if feed.is_revoked:
        return "revoked"
    return "in shadow mode" if feed.is_shadow else "in force"


def tools_here(var: Path) -> Tools:
    """The tools of that site, or of the one that the environment names."""
    return wiring.build(here(var))


def _table(now: Condition) -> Table:
    table = Table(show_header=False)
    for name, label in _ROWS.items():
        value = getattr(now.counts, name)
        style = "bold red" if name in _RED and value else ""
        table.add_row(label, _shown(value), style=style)
    for name, label in _MARKS.items():
        table.add_row(label, _shown(getattr(now.pulse, name)))
    if now.broker:
        table.add_row("Redis", now.broker.said(), style="bold red" if now.broker.drops() else "")
    if now.disk:
        table.add_row("disk", now.disk.said(), style="bold red" if now.disk.is_full() else "")
    for voice in now.voices:
        style = "bold red" if voice.is_silent else ""
        table.add_row(f"feed {voice.name} was last heard", _shown(voice.heard_at), style=style)
    return table


def _sentences(now: Condition) -> Iterator[str]:
    """What is broken and what to do, then what should be looked at."""
    for each in now.account.broken:
        yield f"BROKEN ({each.how_many}): not so, that {SENTENCES[each.promise]}"
        yield f"  {ADVICE[each.promise]}"
        yield f"  {' '.join(each.ids)}"
    for concern in now.concerns():
        yield f"LOOK: {concern}"
    if now.health() is Health.WELL:
        yield "Every promise holds."


def _read(acknowledged: Path | None) -> Acknowledged:
    """A sender's list: what looks like a SHA-256 is one, anything else is a receipt."""
    lines = acknowledged.read_text().split() if acknowledged else []
    digests = tuple(each.lower() for each in lines if _DIGEST.fullmatch(each))
    receipts = tuple(each for each in lines if not _DIGEST.fullmatch(each))
    return Acknowledged(receipts=receipts, digests=digests)


def _as_json(now: Condition) -> dict[str, object]:
    told = asdict(now)
    return {**told.pop("counts"), "health": now.health(), "concerns": now.concerns(), **told}


def _shown(value: int | dt.datetime | None) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return "—" if value is None else str(value)
