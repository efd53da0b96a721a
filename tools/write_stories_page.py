# ruff: noqa: INP001 - a program, in no package
"""Writes docs/stories.md from the stories; `--check` only says whether the page is in step."""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent.parent
STORIES = HOME / "fhir_fixtures" / "stories"
PAGE = HOME / "docs" / "stories.md"

HEAD = """\
# What alerts, what does not, what cannot be told, and why

This page is written by `tools/write_stories_page.py` from the stories in `fhir_fixtures/stories/`.
Every story is an invented patient: the FHIR that a hospital sends, and what must come of it. The
stories are tests, and they are what `make run` pushes through the service. The codes, ages and
windows behind them stand in [clinical.md](clinical.md).

Below each story stand what it rests on (a code of the clinical tables, a rule, a choice of the
policy), the drug, the reasons that make it special, and who is told. The ordinary reasons of an
alert are left out: a checkpoint inhibitor is ordered, the treatment is ahead, nothing excludes
fertility, and no consult is seen.
"""

CHAPTERS = {
    "alert": "What alerts",
    "no-alert": "What does not alert",
    "cannot-tell": "What cannot be told",
}
LEADS = {
    "alert": "A checkpoint inhibitor is ahead and no fertility consult is seen: someone is told.",
    "no-alert": "Nobody is told, and the reason is kept, because somebody may ask.",
    "cannot-tell": "A fact that decides is missing: no mail, but a person sees it in the worklist.",
}
TOPICS = {
    "drug": "The drug, by its codes",
    "local-code": "The drug, by a site's own codes",
    "text": "The drug, by the words of the order",
    "near": "What only looks like one",
    "order": "The order: status, intent, changes",
    "first-dose": "The first dose",
    "plan": "Plans, protocols and services",
    "begun": "Treatment that has begun",
    "patient": "The patient: age, sex, death",
    "identity": "Who is who",
    "trans": "Trans and intersex patients",
    "exclusion": "What excludes, and what is only asked about",
    "consult": "Fertility care on the chart",
    "delivery": "How it is delivered",
    "told": "Who is told",
}
ORDINARY = frozenset(
    {
        "checkpoint-inhibitor-ordered",
        "treatment-ahead",
        "nothing-excludes-fertility",
        "no-fertility-consult-seen",
    }
)
TOLD = {
    "prescriber": "the prescriber",
    "fallback": "the fallback recipient",
    "fallback and prescriber": "the fallback recipient, then to the prescriber",
    "nobody": "nobody",
}

Story = Mapping[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` compare it: 1 when it is out of step."""
    text = page()
    if "--check" in arguments:
        is_same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
        if not is_same:
            sys.stderr.write("docs/stories.md is out of step: run tools/write_stories_page.py\n")
        return 0 if is_same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The whole page."""
    stories = {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(STORIES.glob("*/story.toml"))
    }
    chapters = ["\n".join(_chapter(outcome, stories)) for outcome in CHAPTERS]
    counts = "\n".join(_counts(stories))
    return "\n".join([HEAD, counts, *chapters, "\n".join(_reasons(stories))]) + "\n"


def topic_of(name: str, topic: str) -> str:
    """The topic that a story names, else the one with which its name begins."""
    plain = name.partition("_")[2]
    return topic or next((each for each in TOPICS if plain.startswith(f"{each}-")), "")


def _counts(stories: Mapping[str, Story]) -> Iterator[str]:
    yield f"| {len(stories)} stories | {' | '.join(CHAPTERS.values())} |"
    yield "|---|" + "--:|" * len(CHAPTERS)
    for topic, title in TOPICS.items():
        mine = [
            story["expected"]["outcome"]
            for name, story in stories.items()
            if topic_of(name, story.get("topic", "")) == topic
        ]
        if mine:
            numbers = " | ".join(str(mine.count(each) or "") for each in CHAPTERS)
            yield f"| {title} | {numbers} |"
    yield ""


def _chapter(outcome: str, stories: Mapping[str, Story]) -> Iterator[str]:
    mine = {
        name: story for name, story in stories.items() if story["expected"]["outcome"] == outcome
    }
    yield f"## {CHAPTERS[outcome]} ({len(mine)})\n"
    yield f"{LEADS[outcome]}\n"
    for topic, title in TOPICS.items():
        told = [
            "\n".join(_told(name, story))
            for name, story in mine.items()
            if topic_of(name, story.get("topic", "")) == topic
        ]
        if told:
            yield f"### {title}\n"
            yield from told
            yield ""


def _told(name: str, story: Story) -> Iterator[str]:
    yield f"- **[{story['title']}](../fhir_fixtures/stories/{name}/)** {story['why']}"
    rests_on = f"{story['rests_on']} → " if story.get("rests_on") else ""
    yield f"  *{rests_on}{_ending(story['expected'])}*"


def _ending(expected: Mapping[str, Any]) -> str:
    parts = [", ".join(expected["drugs"])]
    parts.append(", ".join(each for each in expected["reasons"] if each not in ORDINARY))
    if expected["alert"] != "none":
        parts.append(_alert(expected))
    return " — ".join(part for part in parts if part)


def _alert(expected: Mapping[str, Any]) -> str:
    if expected["alert"] == "referred":
        return f"{expected['priority']} alert that stands as referred"
    if expected["alert"] == "open":
        priority = f"{expected['priority']} alert" if "priority" in expected else "the alert stays:"
        return f"{priority} to {TOLD[expected['told']]}"
    return f"alert to {TOLD[expected['told']]}, then {expected['alert']}"


def _reasons(stories: Mapping[str, Story]) -> Iterator[str]:
    yield "## Which reason is shown where\n"
    yield "| reason | stories |"
    yield "|---|---|"
    shown: dict[str, list[str]] = {}
    for name, story in stories.items():
        for reason in story["expected"]["reasons"]:
            shown.setdefault(reason, []).append(name)
    for reason, names in sorted(shown.items()):
        told = f"{len(names)} stories" if len(names) > 5 else ", ".join(f"`{n}`" for n in names)
        yield f"| `{reason}` | {told} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
