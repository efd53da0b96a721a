"""The command that decides files of FHIR offline: no database, nobody is told."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alerts import clock, wiring
from alerts.domain.decision import Decision, Evidence
from alerts.pathway.rehearse import Rehearsed, decide_files

Paths = Annotated[list[Path], typer.Argument(help="files or folders of FHIR JSON")]
OnDay = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="decide as on")]
Policy = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="a site's policy")]

_COLUMNS = ("file", "patient", "outcome", "priority", "drugs", "reasons", "problems")


def decide(
    paths: Paths,
    *,
    as_table: Annotated[bool, typer.Option("--table", help="a table, not JSON lines")] = False,
    on: OnDay = None,
    policy: Policy = None,
) -> None:
    """Decide every patient in these files; one JSON line each.

    Exit code 1 when a file could not be read.
    """
    console = Console(stderr=True)
    files = track(list(_files(paths)), description="deciding", console=console, transient=True)
    at = on.replace(tzinfo=dt.UTC) if on else clock.now()
    table = Table(*_COLUMNS)
    are_all_read = True
    for each in decide_files(files, wiring.rules(policy), at):
        are_all_read = are_all_read and each.decision is not None
        if as_table:
            table.add_row(*_row(each), style="" if each.decision else "red")
        else:
            typer.echo(json.dumps(_line(each), ensure_ascii=False))
    if as_table:
        Console().print(table)
    raise typer.Exit(int(not are_all_read))


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (each for each in sorted(path.rglob("*.json")) if each.is_file())
        else:
            yield path


def _line(each: Rehearsed) -> dict[str, object]:
    decision = each.decision
    problems = [
        {"severity": it.severity, "code": it.code, "expression": it.expression, "text": it.text}
        for it in each.problems
    ]
    told: dict[str, object] = {"file": str(each.file), "patient": each.patient or None}
    told |= _decided(decision) if decision else {"outcome": None}
    return told | {"problems": problems}


def _decided(decision: Decision) -> dict[str, object]:
    return {
        "outcome": decision.outcome,
        "priority": decision.priority,
        "drugs": decision.drugs,
        "reasons": decision.reasons(),
        "evidence": [_shown(it) for finding in decision.findings for it in finding.evidence],
    }


def _shown(evidence: Evidence) -> dict[str, str | None]:
    coding = evidence.coding
    return {
        "resource": str(evidence.resource),
        "code": f"{coding.system}|{coding.code}" if coding else None,
        "meaning": evidence.meaning,
        "on": str(evidence.on) if evidence.on else None,
    }


def _row(each: Rehearsed) -> tuple[str, ...]:
    decision = each.decision
    problems = "; ".join(dict.fromkeys(it.text for it in each.problems))
    if decision is None:
        return (each.file.name, each.patient, "unreadable", "", "", "", problems)
    reasons, drugs = ", ".join(decision.reasons()), ", ".join(decision.drugs)
    outcome, priority = decision.outcome.value, decision.priority.value
    return (each.file.name, each.patient, outcome, priority, drugs, reasons, problems)
