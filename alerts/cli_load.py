"""The command that loads a feed's history into its charts, without a single notice."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from alerts import wiring
from alerts.cli_site import VAR, Var, here
from alerts.pathway.load import load_files

Paths = Annotated[
    list[Path],
    typer.Argument(help="files or folders of FHIR: JSON, NDJSON, XML, each also as .gz"),
]
FeedName = Annotated[str, typer.Option("--feed", help="the feed whose history it is")]


def load(paths: Paths, feed: FeedName, var: Var = VAR) -> None:
    """Load a feed's history (a bulk export): alerts stand in the worklist, nobody is told.

    Exit code 1 when something could not be read; each is one JSON line.
    """
    tools = wiring.build(here(var))
    is_all_read = True
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading", total=1.0)
        for unread in load_files(paths, feed, tools, partial(_advance, progress, task)):
            is_all_read = False
            told = {"file": str(unread.file), "problem": unread.problem.text}
            typer.echo(json.dumps(told, ensure_ascii=False))
    raise typer.Exit(int(not is_all_read))


def _advance(progress: Progress, task: TaskID, done: float) -> None:
    progress.update(task, completed=done)
