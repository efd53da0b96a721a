"""The command that decides files of FHIR offline: no database, nobody is told."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from alerts import clock, garbage, wiring
from alerts.domain.decision import Decision, Evidence
from alerts.pathway.rehearse import Rehearsed, decide_files
from alerts.reporting.report import Report, report

Paths = Annotated[
    list[Path],
    typer.Argument(help="files or folders of FHIR: JSON, NDJSON, XML, each also as .gz"),
]
OnDay = Annotated[
    dt.datetime | None, typer.Option("--today", "--on", formats=["%Y-%m-%d"], help="decide as on")
]
Policy = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="a site's policy")]
Values = Annotated[
    Path | None,
    typer.Option("--values", exists=True, file_okay=False, help="a site's value sets"),
]
Html = Annotated[Path | None, typer.Option(dir_okay=False, help="write a report to this file")]
Validate = Annotated[
    bool,
    typer.Option("--validate", help="check every resource, those too that decide nothing (slow)"),
]
Processes = Annotated[int, typer.Option(min=0, help="how many processes; 0 is one a core")]

_COLUMNS = ("file", "patient", "outcome", "priority", "drugs", "reasons", "problems")
_AS_JSON = json.JSONEncoder(ensure_ascii=False)
_ROWS_OF_A_TABLE = 500
"""A longer table begins anew, so that memory does not grow with it."""


def decide(  # noqa: PLR0913 - each is an option of the command
    paths: Paths,
    *,
    as_table: Annotated[bool, typer.Option("--table", help="a table, not JSON lines")] = False,
    html: Html = None,
    on: OnDay = None,
    policy: Policy = None,
    values: Values = None,
    is_validating: Validate = False,
    processes: Processes = 0,
) -> None:
    """Decide every patient in these files; one JSON line each.

    Exit code 1 when something could not be read. Where a patient's orders alone decide, nothing
    else of the patient is looked at, unless --validate is given.
    """
    at = on.replace(tzinfo=dt.UTC) if on else clock.now()
    rules = wiring.rules(policy, values)
    garbage.settle()
    with Progress(console=Console(stderr=True), transient=True) as progress, report() as page:
        task = progress.add_task("deciding", total=1.0)
        tell = partial(_advance, progress, task)
        decided = decide_files(
            paths, rules, at, is_validating=is_validating, processes=processes, tell=tell
        )
        skimmed = _Count()
        told = _reported(skimmed.counted(decided), page if html else None)
        are_all_read = _print(told, as_table=as_table)
        if html:
            versions = (f"Policy|{rules.policy.version}", *rules.value_set_versions())
            page.write(html, at.date().isoformat(), versions)
    if skimmed.patients:
        typer.echo(skimmed.said(), err=True)
    raise typer.Exit(int(not are_all_read))


class _Count:
    """Counts the patients whose orders alone decided."""

    def __init__(self) -> None:
        self.patients = 0

    def counted(self, decided: Iterable[Rehearsed]) -> Iterator[Rehearsed]:
        """The same, counted as they go by."""
        for each in decided:
            self.patients += each.is_skimmed
            yield each

    def said(self) -> str:
        """What the count means for the reader of the lines."""
        return (
            f"{self.patients} of the patients have no order that could be a checkpoint inhibitor:"
            " of them nothing but the orders was looked at, so the problems of their other"
            " resources are not told (--validate tells them)"
        )


def _reported(decided: Iterable[Rehearsed], page: Report | None) -> Iterator[Rehearsed]:
    for each in decided:
        if page:
            page.add(each)
        yield each


def _advance(progress: Progress, task: TaskID, done: float) -> None:
    progress.update(task, completed=done)


def _print(decided: Iterable[Rehearsed], *, as_table: bool) -> bool:
    """Print what was decided; whether all could be read."""
    are_all_read = True
    table = Table(*_COLUMNS)
    for each in decided:
        are_all_read = are_all_read and each.decision is not None
        if not as_table:
            typer.echo(line(each))
            continue
        table.add_row(*_row(each), style="" if each.decision else "red")
        if table.row_count == _ROWS_OF_A_TABLE:
            Console().print(table)
            table = Table(*_COLUMNS)
    if table.row_count:
        Console().print(table)
    return are_all_read


def line(each: Rehearsed) -> str:
    """What is printed of one patient, or of what could not be read."""
    decision = each.decision
    problems = [
        {"severity": it.severity, "code": it.code, "expression": it.expression, "text": it.text}
        for it in each.problems
    ]
    told: dict[str, object] = {"file": str(each.file), "patient": each.patient or None}
    told |= _decided(decision) if decision else {"outcome": None}
    return _AS_JSON.encode(told | {"problems": problems})


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
