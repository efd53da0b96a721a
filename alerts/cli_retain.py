"""Commands about what is kept and what was lost: purge and gap."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from alerts import clock
from alerts.cli_site import VAR, Var, tools_here
from alerts.journal import Journal
from alerts.pathway import purge as purging
from alerts.pathway.gap import find_gaps

SHORTEST = 30


def purge(
    older_than: Annotated[
        int, typer.Option(metavar="DAYS", min=SHORTEST, help="since they were assessed")
    ],
    *,
    really: Annotated[bool, typer.Option("--really", help="remove them, for good")] = False,
    var: Var = VAR,
) -> None:
    """Tell how many bodies of old deliveries may go, and with --really remove them.

    Charts, decisions, alerts and the audit trail stay, and so do deliveries that wait, that were
    set aside, or whose patient has an alert or a question open.
    """
    tools = tools_here(var)
    before = clock.now() - dt.timedelta(days=older_than)
    what = purging.purge(before, tools) if really else purging.removable(before, tools)
    said = "removed" if really else "would be removed; say --really to remove them"
    typer.echo(f"{what.bodies} bodies of {what.held / 1e6:.1f} MB {said}")


def gap(
    journal: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="the folder of RECEIPT_JOURNAL")
    ],
    *,
    as_list: Annotated[bool, typer.Option("--list", help="each receipt, tab-separated")] = False,
    var: Var = VAR,
) -> None:
    """After a restore: what each feed has to send again; exit code 1 when there is anything.

    These deliveries were taken after the backup, and the database does not know them any more.
    """
    gaps = find_gaps(Journal(journal).read(), tools_here(var))
    for each in gaps:
        span = f"{each.first:%Y-%m-%d %H:%M:%S} to {each.last:%Y-%m-%d %H:%M:%S} UTC"
        typer.echo(f"{each.feed}: {len(each.missing)} deliveries to send again, taken {span}")
        if as_list:
            for given in each.missing:
                typer.echo(given.line(), nl=False)
    raise typer.Exit(int(bool(gaps)))
