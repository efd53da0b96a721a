"""Commands about who answers alerts: the directory, and whether everybody can be reached."""

from pathlib import Path
from typing import Annotated

import typer

from alerts.cli_site import VAR, Var, tools_here
from alerts.notification.directory_file import read_csv, read_toml
from alerts.pathway import readiness as ready
from alerts.pathway.directory import directory as as_it_stands
from alerts.pathway.directory import import_directory

directory = typer.Typer(
    name="directory", no_args_is_help=True, help="Who may own an alert, and who covers for whom."
)


@directory.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".toml or .csv")],
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="whoever it does not name works here no more")
    ] = False,
    var: Var = VAR,
) -> None:
    """Bring the directory in line with a file; its covers replace those there were."""
    text = file.read_text(encoding="utf-8-sig")
    written = read_csv(text) if file.suffix.casefold() == ".csv" else read_toml(text)
    after = import_directory(written, tools_here(var), is_whole=whole)
    working = sum(each.is_working for each in after.members)
    typer.echo(f"{working} members, {len(after.covers)} covers")


@directory.command("list")
def show(var: Var = VAR) -> None:
    """Show every member: name, addresses, duties, services."""
    for each in as_it_stands(tools_here(var)).members:
        stands = "" if each.is_working else "works here no more"
        said = (each.name, " ".join(each.addresses), " ".join(sorted(each.duties)))
        typer.echo("\t".join((*said, "; ".join(sorted(each.services)), stands)).rstrip())


def readiness(
    *,
    test: Annotated[bool, typer.Option("--test", help="send each contact a test message")] = False,
    var: Var = VAR,
) -> None:
    """List every rung with nobody reachable in the next 14 days; exit code 1 if there is one."""
    tools = tools_here(var)
    tested = ready.probe_contacts(tools) if test else ()
    for each in tested:
        said = f"fails: {each.failure}" if each.failure else "took the test message"
        typer.echo(f"{each.address}\t{said}")
    gaps = ready.unreached(tools)
    for gap in gaps:
        place = gap.who or gap.department or "every department"
        typer.echo(f"nobody can be reached: {gap.rung} ({place}) from {gap.since} to {gap.until}")
    if not gaps:
        typer.echo("On every rung somebody can be reached in the next 14 days.")
    raise typer.Exit(int(bool(gaps) or any(each.failure for each in tested)))
