"""The `oncofertility` command: each command is one call into a room or a step."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from alerts import (
    cli_audit,
    cli_contact,
    cli_decide,
    cli_directory,
    cli_load,
    cli_people,
    cli_quarantine,
    cli_rehearse,
    cli_retain,
    cli_service,
    cli_site,
    cli_values,
    settings,
)
from alerts.embedded import programs
from alerts.embedded.site import DEFAULT_PORT, HOST
from alerts.errors import OncofertilityError, SettingsError
from alerts.persistence import migrate as migration
from alerts.queue import Step

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Urgent fertility referral before cancer immunotherapy: FHIR orders in, an answered "
    "alert and a provable trail out.",
)
app.command("up")(cli_service.up)
app.command("demo")(cli_service.demo)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="the address to listen on")] = HOST,
    port: Annotated[int, typer.Option(envvar="PORT", help="the port")] = DEFAULT_PORT,
    processes: Annotated[int, typer.Option("--processes", "-c", min=1, help="how many")] = 1,
) -> None:
    """Serve the FHIR door and the worklist (DATABASE_URL, REDIS_URL … from the environment)."""
    _become(programs.web(host, port, processes))


@app.command()
def worker(
    processes: Annotated[int, typer.Option("--processes", "-c", min=1, help="how many")] = 2,
    step: Annotated[list[Step] | None, typer.Option(help="only this step; may be repeated")] = None,
) -> None:
    """Run a Celery worker, for all steps or only some (settings from the environment)."""
    _become(programs.worker(processes, step or ()))


@app.command()
def beat(
    schedule: Annotated[Path | None, typer.Option(help="a file that it may write")] = None,
) -> None:
    """Run Celery's clock, which asks again for whatever waits (settings from the environment)."""
    # Beat keeps a pickle there: nobody else may be able to put one in its place.
    own = Path(tempfile.mkdtemp(prefix="oncofertility-beat-")) / "schedule"
    _become(programs.beat(schedule or own))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables, as OWNER_DATABASE_URL's role if there is one."""
    told = settings.from_process()
    migration.migrate(told.owner_database_url or told.database_url, told.database_url)


app.command("status")(cli_site.status)
app.command("decide")(cli_decide.decide)
app.command("load")(cli_load.load)
app.command("rehearse")(cli_rehearse.rehearse)
app.command("purge")(cli_retain.purge)
app.command("gap")(cli_retain.gap)
app.command("readiness")(cli_directory.readiness)
app.add_typer(cli_directory.directory)
app.add_typer(cli_site.feed)
cli_people.person.command("contact")(cli_contact.set_contact)
app.add_typer(cli_people.person)
app.add_typer(cli_audit.audit)
app.add_typer(cli_values.values)
app.add_typer(cli_quarantine.quarantine)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; whatever can go wrong is one sentence and an exit code."""
    try:
        app(arguments)
    except SettingsError as error:
        typer.echo(f"oncofertility: {error}", err=True)
        sys.exit(2)
    except OncofertilityError as error:
        typer.echo(f"oncofertility: {error}", err=True)
        sys.exit(1)


def _become(command: programs.Command) -> None:
    """Turn this process into that program, so that signals reach it; settings are checked first."""
    settings.from_process()
    os.execv(command[0], command)  # noqa: S606 - the command is ours, no shell


if __name__ == "__main__":
    main()
