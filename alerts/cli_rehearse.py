"""The command that decides what is stored by other rules and shows what would change."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from alerts import wiring
from alerts.cli_site import VAR, Var, here
from alerts.domain.decision import Decision
from alerts.pathway.compare import Change, Difference, compare

Policy = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="another policy")]
Values = Annotated[
    Path | None,
    typer.Option("--values", exists=True, file_okay=False, help="a site's value sets"),
]


def rehearse(
    *,
    policy: Policy = None,
    values: Values = None,
    as_table: Annotated[
        bool, typer.Option("--table/--json", help="a table for people, or a JSON line each")
    ] = False,
    var: Var = VAR,
) -> None:
    """Decide every stored chart by other rules; print which alerts would be new, gone, changed.

    Nothing is written and nobody is told. A summary goes to stderr.
    """
    settings = here(var)
    rules = wiring.rules(policy or settings.policy_file, values or settings.values_folder)
    table = Table("change", "patient", "before", "after", "drugs", "reasons")
    counts: Counter[Change] = Counter()
    pages: list[int] = []
    for each in compare(rules, wiring.build(settings), pages.append):
        counts[each.change] += 1
        if as_table:
            table.add_row(*_row(each))
        else:
            typer.echo(json.dumps(_line(each), ensure_ascii=False))
    if as_table:
        Console().print(table)
    typer.echo(_summary(rules.policy.version, sum(pages), counts), err=True)


def _summary(policy: str, charts: int, counts: Mapping[Change, int]) -> str:
    """What would change, in one line for people."""
    found = ", ".join(f"{counts[change]} {change}" for change in Change if counts[change])
    left = charts - sum(counts.values())
    same = f"{left} of {charts} charts stay as they are"
    return f"policy {policy}: {found or 'nothing would change'}; {same}"


def _line(each: Difference) -> dict[str, object]:
    return {
        "change": each.change,
        "patient": str(each.patient),
        "alert": str(each.alert) if each.alert else None,
        "before": _decided(each.before),
        "after": _decided(each.after),
        "policy": each.after.policy_version,
    }


def _decided(decision: Decision) -> dict[str, object]:
    return {
        "outcome": decision.outcome,
        "priority": decision.priority,
        "drugs": decision.drugs,
        "reasons": decision.reasons(),
        "first_dose": decision.first_dose.isoformat() if decision.first_dose else None,
    }


def _row(each: Difference) -> tuple[str, ...]:
    before, after = each.before, each.after
    return (
        each.change,
        str(each.patient),
        f"{before.outcome}, {before.priority}",
        f"{after.outcome}, {after.priority}",
        ", ".join(after.drugs),
        ", ".join(after.reasons()),
    )
