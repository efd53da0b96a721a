"""Commands about deliveries that were set aside: list, show, replay. Nothing is ever removed."""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import typer

from alerts.audit.entries import ADMIN
from alerts.cli_site import VAR, Var, tools_here
from alerts.domain.condition import SetAside, Wanted, WouldBecome
from alerts.domain.submission import ReceiptId
from alerts.errors import NotFound, Refused
from alerts.pathway import replay as replaying
from alerts.pathway.tools import Tools

quarantine = typer.Typer(
    name="quarantine",
    no_args_is_help=True,
    help="Deliveries that failed too often by their content and wait for a person.",
)

OfFeed = Annotated[str, typer.Option("--feed", help="of that feed only")]
Failure = Annotated[str, typer.Option("--failure", help="whose problem contains this")]
Since = Annotated[
    dt.datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="received since (UTC)"),
]
AsJson = Annotated[bool, typer.Option("--json", help="as one JSON object a line")]
_MOST = 1000
_ALL = "all"


@quarantine.command("list")
def listed(
    feed: OfFeed = "",
    failure: Failure = "",
    since: Since = None,
    *,
    as_json: AsJson = False,
    var: Var = VAR,
) -> None:
    """Show which feed, when and why; nothing of what a delivery says."""
    wanted = Wanted(feed_name=feed, failure=failure, since=_utc(since))
    found = replaying.set_aside(tools_here(var), wanted, _MOST)
    for row in found.rows:
        typer.echo(json.dumps(_told(row)) if as_json else "\t".join(_line(row)))
    typer.echo(f"{found.how_many} wait for a person", err=True)


@quarantine.command("show")
def show(
    receipt: Annotated[str, typer.Argument(help="its receipt")],
    *,
    body: Annotated[
        bool, typer.Option("--body", help="write the body, which is patient data; it is on record")
    ] = False,
    var: Var = VAR,
) -> None:
    """Show one of them: its problems, or with --body what the feed sent."""
    tools, wanted = tools_here(var), _receipt(receipt)
    if body:
        sys.stdout.buffer.write(replaying.body(wanted, ADMIN, tools))
        return
    found = replaying.set_aside(tools, Wanted(receipts=(wanted,)), 1)
    if not found.rows:
        raise NotFound("no delivery with that receipt waits for a person")
    typer.echo(json.dumps(_told(found.rows[0]), indent=2))


@quarantine.command("replay")
def replay(
    receipts: Annotated[list[str] | None, typer.Argument(help="their receipts, or: all")] = None,
    feed: OfFeed = "",
    failure: Failure = "",
    since: Since = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="decide each and take it back; show what would follow")
    ] = False,
    var: Var = VAR,
) -> None:
    """Assess them again, each with its receipt and all its attempts before it."""
    named = receipts or []
    wanted = Wanted(
        receipts=() if named == [_ALL] else tuple(map(_receipt, named)),
        feed_name=feed,
        failure=failure,
        since=_utc(since),
    )
    if wanted == Wanted() and named != [_ALL]:
        raise typer.BadParameter("name receipts, a filter, or: all")
    tools = tools_here(var)
    if dry_run:
        raise typer.Exit(_rehearse(wanted, tools))
    released = replaying.replay(tools, wanted, ADMIN)
    for row in released:
        typer.echo(str(row.receipt))
    typer.echo(f"{len(released)} are assessed again now", err=True)


def _rehearse(wanted: Wanted, tools: Tools) -> int:
    """Show what would follow; 1 when any would fail again."""
    tried = replaying.rehearse(tools, wanted, _MOST)
    for each in tried:
        typer.echo(f"{each.receipt}\t{_would(each)}")
    failing = sum(1 for each in tried if each.failure)
    typer.echo(f"{len(tried)} tried, nothing changed; {failing} would fail again", err=True)
    return int(failing > 0)


def _would(each: WouldBecome) -> str:
    if each.failure:
        return f"would fail again ({each.failure})"
    outcomes = " ".join(outcome.value for outcome in each.outcomes) or "no chart"
    return f"would be assessed: {outcomes}; {each.notices} notices would wait"


def _line(row: SetAside) -> Iterator[str]:
    yield str(row.receipt)
    yield f"{row.received_at:%Y-%m-%d %H:%M:%S}"
    yield row.feed_name
    yield f"{row.size} bytes"
    yield row.why()


def _told(row: SetAside) -> dict[str, object]:
    return {
        "receipt": str(row.receipt),
        "feed": row.feed_name,
        "interaction": row.interaction,
        "received_at": row.received_at.isoformat(),
        "set_aside_at": row.set_aside_at.isoformat(),
        "attempts": row.attempts,
        "bytes": row.size,
        "why": row.why(),
    }


def _receipt(text: str) -> ReceiptId:
    try:
        return ReceiptId(UUID(text))
    except ValueError as error:
        raise Refused(f"{text} is no receipt") from error


def _utc(at: dt.datetime | None) -> dt.datetime | None:
    return at.replace(tzinfo=dt.UTC) if at else None
