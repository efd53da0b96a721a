"""Show: the stories, and any folders beside them, pushed and shown."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from alerts.demo import judgement, tables
from alerts.demo.engine import Engine
from alerts.demo.mailbox import Mailbox
from alerts.demo.round import Told, tell
from alerts.demo.stories import Story, load_folder, load_stories

FEED = "demo"
_WIDEST = 210


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What is to be pushed: by feed name, so that a folder's ids never meet the stories'."""

    stories: tuple[Story, ...]
    folders: Mapping[str, tuple[Story, ...]]

    def feeds(self) -> tuple[str, ...]:
        """The feeds that are needed."""
        return (FEED, *self.folders)


def load(stories: Path, also: list[Path], today: dt.date) -> Programme:
    """Read everything before anything is started. Raises SettingsError."""
    folders = {f"{FEED} {each.absolute().name}": load_folder(each) for each in also}
    return Programme(stories=load_stories(stories, today), folders=folders)


def show(programme: Programme, engine: Callable[[str], Engine], mailbox: Mailbox) -> bool:
    """Push and show all of it; whether every story went as expected."""
    console = Console()
    wide = console if console.is_terminal else Console(width=_WIDEST)
    told = _tell("stories", programme.stories, engine(FEED))
    wide.print(tables.of_stories(told, mailbox.arrival))
    wide.print(tables.of_counts(told))
    wrong = [each for each in told if judgement.mismatches(each)]
    for name, stories in programme.folders.items():
        wide.print(tables.of_folder(name, _tell(name, stories, engine(name))))
    for each in wrong:
        differs = ", ".join(judgement.mismatches(each))
        console.print(f"{each.story.name} is not as expected: {differs}", style="bold red")
    if not wrong:
        console.print(f"All {len(told)} stories went as expected.")
    return not wrong


def _tell(name: str, stories: tuple[Story, ...], engine: Engine) -> tuple[Told, ...]:
    with Progress(console=Console(stderr=True)) as progress, engine:
        bar = progress.add_task(f"pushing {name}", total=len(stories))
        return tell(stories, engine, lambda: progress.advance(bar))
