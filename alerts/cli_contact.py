"""The command that shows or sets how a person is told."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from alerts.audit.entries import ADMIN
from alerts.cli_site import VAR, tools_here
from alerts.domain.contact import Contact, Hours, Way
from alerts.domain.recipient import Channel
from alerts.errors import NotFound
from alerts.pathway import contact
from alerts.pathway.tools import Tools

Name = Annotated[str, typer.Argument(help="the name by which the person signs in")]
Ways = Annotated[
    list[str] | None,
    typer.Option("--way", help="email, or sms:+41440000000 …; the first is tried first"),
]


def set_contact(
    name: Name,
    *,
    way: Ways = None,
    quiet: Annotated[
        str | None, typer.Option(help="22:00-06:00, for routine alerts; none ends it")
    ] = None,
    digest: Annotated[
        str | None, typer.Option(help="08:00: routine in one message a day; none ends it")
    ] = None,
    var: Annotated[Path, typer.Option("--var", help="the folder of the embedded service")] = VAR,
) -> None:
    """Set how a person is told, by what is named here; show how it stands now."""
    tools = tools_here(var)
    known = _known(name, tools)
    said = known
    if way is not None:
        said = replace(said, ways=tuple(map(_way, way)))
    if quiet is not None:
        said = replace(said, quiet=_hours(quiet))
    if digest is not None:
        said = replace(said, digest=_time(digest))
    if said != known:
        contact.change(said, ADMIN, tools)
    _show(said, tools)


def _known(name: str, tools: Tools) -> Contact:
    with tools.begin() as work:
        person = work.people.find(name)
        if person is None:
            raise NotFound("there is no person of that name")
        return work.contacts.of(person.id)


def _way(told: str) -> Way:
    channel, _, address = told.partition(":")
    try:
        return Way(channel=Channel(channel), address=address)
    except ValueError as error:
        raise typer.BadParameter(f"use one of {', '.join(Channel)}", param_hint="--way") from error


def _hours(told: str) -> Hours | None:
    start, _, end = (_time(each) if each != "-" else None for each in told.partition("-"))
    if (start is None) != (end is None):
        raise typer.BadParameter("write 22:00-06:00, or none", param_hint="--quiet")
    return Hours(start=start, end=end) if start is not None and end is not None else None


def _time(told: str) -> dt.time | None:
    if told in {"none", ""}:
        return None
    try:
        return dt.time.fromisoformat(told).replace(tzinfo=None)
    except ValueError as error:
        raise typer.BadParameter("write a time as 22:00, or none") from error


def _show(said: Contact, tools: Tools) -> None:
    for way in said.in_order(tools.senders):
        typer.echo(f"{way.channel}\t{way.address}")
    quiet = f"{said.quiet.start:%H:%M}-{said.quiet.end:%H:%M}" if said.quiet else "none"
    digest = f"{said.digest:%H:%M}" if said.digest else "none"
    typer.echo(f"quiet\t{quiet}\ndigest\t{digest}\nclocks\t{tools.zone}")
