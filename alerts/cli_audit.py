"""Commands about the audit trail: verify, export, checkpoint, keys."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from alerts.audit.verification import Answer, Verdict
from alerts.cli_site import VAR, Var, tools_here
from alerts.errors import Refused
from alerts.pathway import audit_export, rotate, seal
from alerts.pathway import verify as verifying
from alerts.pathway.audit_export import read_export
from alerts.pathway.tools import Tools

audit = typer.Typer(name="audit", no_args_is_help=True, help="The audit trail.")

CODES: Mapping[Answer, int] = {
    Answer.PROVEN: 0,
    Answer.TAMPERED: 1,
    Answer.NOT_PROVABLE: 3,
    Answer.UNVERIFIABLE: 4,
    Answer.WRONG_KEY: 5,
}
Notes = Annotated[
    list[Path] | None,
    typer.Option(
        "--checkpoint", exists=True, dir_okay=False, help="a checkpoint that was saved; repeatable"
    ),
]


@audit.command("verify")
def verify(
    checkpoint: Notes = None,
    export: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="check this export instead")
    ] = None,
    var: Var = VAR,
) -> None:
    """Recompute the whole trail and hold it against what the witnesses keep.

    The exit code is 0 for proven, 1 for tampered, 3 for not provable (nothing was witnessed yet),
    4 for unverifiable, 5 for a checkpoint that another key signed.
    """
    tools = tools_here(var)
    brought = [(str(each), each.read_text("utf-8", "replace")) for each in checkpoint or ()]
    try:
        verdict = _of_export(export, tools, brought) if export else verifying.verify(tools, brought)
    except Refused as error:
        typer.echo(f"{Answer.UNVERIFIABLE.value}: {error}")
        raise typer.Exit(CODES[Answer.UNVERIFIABLE]) from error
    _tell(verdict)
    raise typer.Exit(CODES[verdict.answer])


@audit.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="where to; - writes to the terminal")],
    var: Var = VAR,
) -> None:
    """Write the whole sealed trail, a JSON object a line, with its checkpoint and keys.

    Anybody can check it with tools/verify_audit_export.py, without this service.
    """
    lines = audit_export.export(tools_here(var))
    if str(file) == "-":
        for line in lines:
            sys.stdout.buffer.write(line)
        return
    with file.open("wb") as opened:
        opened.writelines(lines)


@audit.command("checkpoint")
def checkpoint_(var: Var = VAR) -> None:
    """Print the newest checkpoint. Whoever keeps it can check the trail against it later."""
    note = seal.newest_checkpoint(tools_here(var))
    if not note:
        typer.echo("nothing was signed yet: is AUDIT_KEYS set, and does a worker run?", err=True)
        raise typer.Exit(CODES[Answer.NOT_PROVABLE])
    typer.echo(note, nl=False)


@audit.command("keys")
def keys(var: Var = VAR) -> None:
    """Print every public key there ever was, a line each, the newest last. Auditors keep these."""
    for key in tools_here(var).notary.public_keys():
        typer.echo(key.text())


@audit.command("rotate-key")
def rotate_key(var: Var = VAR) -> None:
    """Put a new key in force. One more checkpoint is signed by both, and the old secret is gone."""
    typer.echo(rotate.rotate_key(tools_here(var)))


def _of_export(file: Path, tools: Tools, brought: list[tuple[str, str]]) -> Verdict:
    with file.open("rb") as lines:
        return verifying.verify_export(read_export(lines), tools.notary, brought)


def _tell(verdict: Verdict) -> None:
    typer.echo(f"{verdict.answer.value}: {verdict.said}")
    typer.echo(f"{verdict.events} sealed events fit together; {verdict.proven} of them are proven")
    for each in verdict.odd:
        typer.echo(f"odd: {each}")
