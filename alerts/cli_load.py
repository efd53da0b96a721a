"""The command that loads a feed's history into its charts, without a single notice."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from alerts.cli_site import VAR, Var, tools_here
from alerts.pathway import review
from alerts.pathway.load import load_files

Paths = Annotated[
    list[Path],
    typer.Argument(help="files or folders of FHIR: JSON, NDJSON, XML, each also as .gz"),
]
FeedName = Annotated[str, typer.Option("--feed", help="the feed whose history it is")]


def load(paths: Paths, feed: FeedName, var: Var = VAR) -> None:
    """Load a feed's history (a bulk export): alerts stand in the worklist, nobody is told.

    Exit code 1 when something could not be read; each is one JSON line. May be run again, also
    after it was broken off: what is there already is not loaded twice.
    """
    tools = tools_here(var)
    unread_count = 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading", total=1.0)
        for unread in load_files(paths, feed, tools, partial(_advance, progress, task)):
            unread_count += 1
            told = {"file": str(unread.file), "problem": unread.problem.text}
            typer.echo(json.dumps(told, ensure_ascii=False))
    withheld = review.state(tools).alerts_withheld
    summary = f"{unread_count} could not be read; {withheld} alerts stand of which nobody is told"
    typer.echo(f"loaded: {summary}", err=True)
    raise typer.Exit(int(unread_count > 0))


def _advance(progress: Progress, task: TaskID, done: float) -> None:
    progress.update(task, completed=done)
