"""The commands about value sets: check ours, and those of a site's folder."""

from pathlib import Path
from typing import Annotated

import typer

from alerts import wiring
from alerts.errors import SettingsError
from alerts.fhir.answer_codes import code_system
from alerts.fhir.value_checks import Slip, check_file, lacking

Folder = Annotated[
    Path | None,
    typer.Option("--values", envvar="VALUES_FOLDER", exists=True, file_okay=False),
]

values = typer.Typer(name="values", no_args_is_help=True, help="The value sets that decide.")


@values.command("check")
def check(folder: Folder = None) -> None:
    """Check every value set and concept map in force; exit code 1 when one is wrong."""
    slips = [slip for name, raw in wiring.value_files(folder) for slip in check_file(name, raw)]
    slips += _together(folder)
    for slip in slips:
        typer.echo(f"{'wrong' if slip.is_wrong else 'note'}  {slip.file}: {slip.text}")
    wrong = sum(slip.is_wrong for slip in slips)
    typer.echo(f"{wrong} wrong, {len(slips) - wrong} to look at")
    raise typer.Exit(int(wrong > 0))


@values.command("answers")
def answers() -> None:
    """Print the codes of the answers to an alert, as a FHIR CodeSystem."""
    typer.echo(code_system().decode(), nl=False)


def _together(folder: Path | None) -> list[Slip]:
    """What shows only once the site's files are laid over ours."""
    try:
        rules = wiring.rules(values_folder=folder)
    except SettingsError as error:
        return [Slip(file="together", text=str(error))]
    drugs = rules.checkpoint_inhibitors
    return [Slip(file=drugs.name, text=text, is_wrong=False) for text in lacking(drugs)]
