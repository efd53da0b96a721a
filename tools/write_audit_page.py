# ruff: noqa: INP001 - a program, in no package
"""Writes the list of event types in docs/audit.md from the code that knows them."""

import re
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent
sys.path.insert(0, str(HOME))

from alerts.audit.event import AuditType  # noqa: E402 - found from the root of the repository

PAGE = HOME / "docs" / "audit.md"
_LIST = re.compile(r"(<!-- events: .*? -->\n).*?(<!-- end of events -->)", re.DOTALL)


def page() -> str:
    """The page as it should be."""
    rows = [f"| `{kind.value}` | {kind.meaning} |" for kind in AuditType]
    table = "\n".join(["| type | means |", "|---|---|", *rows])
    return _LIST.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
