"""Stories: invented patients, what their hospital sends, and what must be decided and told."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alerts.domain.decision import Outcome, Priority, Reason
from alerts.domain.submission import Delivery, Interaction

FIXTURES = Path(__file__).parent.parent / "fhir_fixtures"
STORIES = FIXTURES / "stories"
BROKEN = FIXTURES / "broken"

TOLD = frozenset({"prescriber", "fallback", "fallback and prescriber", "nobody"})
ALERT = frozenset({"open", "referred", "closed", "withdrawn", "none"})

_BASE = "/fhir"
_MESSAGE = "$process-message"
_BY_METHOD = {
    "POST": Interaction.CREATE,
    "PUT": Interaction.UPDATE,
    "DELETE": Interaction.DELETE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How a story ends. `priority` is None where nothing is alerted."""

    outcome: Outcome
    priority: Priority | None
    reasons: frozenset[Reason]
    drugs: tuple[str, ...]
    told: str
    alert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDelivery:
    """One request of a story: its line (`POST /fhir`), its body and what it calls the body."""

    request: str
    file: str
    body: bytes
    media_type: str = ""

    def as_delivery(self) -> Delivery:
        """What the service is handed."""
        method, path = self.request.split(" ", 1)
        target = path.removeprefix(_BASE).strip("/")
        if target == _MESSAGE:
            interaction, target = Interaction.MESSAGE, ""
        elif not target:
            interaction = Interaction.BUNDLE
        else:
            interaction = _BY_METHOD[method]
        return Delivery(
            interaction=interaction, target=target, body=self.body, media_type=self.media_type
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An invented patient with an expected decision.

    `patient` names whom it is about where a delivery speaks of several; `rests_on` is the rule or
    the code that decides it; `topic` is the chapter of the page that tells it.
    """

    name: str
    title: str
    why: str
    topic: str
    rests_on: str
    patient: str
    as_of: dt.date
    expected: Expected
    deliveries: tuple[StoryDelivery, ...]


def all_stories() -> tuple[Story, ...]:
    """Every story, by name."""
    return tuple(read_story(folder) for folder in sorted(STORIES.iterdir()) if folder.is_dir())


def read_story(folder: Path) -> Story:
    """The story of one folder. Raises KeyError or ValueError when it is not told whole."""
    told = tomllib.loads((folder / "story.toml").read_text(encoding="utf-8"))
    return Story(
        name=folder.name,
        title=told["title"],
        why=told["why"],
        topic=told.get("topic", ""),
        rests_on=told.get("rests_on", ""),
        patient=told.get("patient", ""),
        as_of=told["as_of"],
        expected=_expected(told["expected"]),
        deliveries=tuple(_delivery(folder, each) for each in told["deliveries"]),
    )


def _expected(told: Mapping[str, object]) -> Expected:
    reasons, drugs, priority = told["reasons"], told["drugs"], told.get("priority")
    if not isinstance(reasons, list) or not isinstance(drugs, list):
        raise TypeError("reasons and drugs are lists")
    return Expected(
        outcome=Outcome(str(told["outcome"])),
        priority=Priority(str(priority)) if priority else None,
        reasons=frozenset(Reason(each) for each in reasons),
        drugs=tuple(str(each) for each in drugs),
        told=str(told["told"]),
        alert=str(told["alert"]),
    )


def _delivery(folder: Path, told: Mapping[str, str]) -> StoryDelivery:
    file = told.get("file", "")
    return StoryDelivery(
        request=told["request"],
        file=file,
        body=(folder / file).read_bytes() if file else b"",
        media_type=told.get("type", ""),
    )
