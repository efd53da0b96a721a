"""Memory: ten times the patients need no more of it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.rehearse.exports import write

_CHILD = """
import datetime as dt, resource, sys
from pathlib import Path
from alerts import wiring
from alerts.files import sources
from alerts.pathway import rehearse
sources.PIECE = rehearse.PART = 256 * 1024
at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
found = rehearse.decide_files([Path(sys.argv[1])], wiring.rules(), at, processes=1)
count = sum(1 for each in found if each.decision)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_ROOT = Path(__file__).parents[3]


def an_export(folder: Path, patients: int) -> Path:
    folder.mkdir()
    ids = (f"p{i}" for i in range(patients))
    people = ({"resourceType": "Patient", "id": each, "gender": "female"} for each in ids)
    return write(folder / "Patient.ndjson", people)


def measured(folder: Path) -> tuple[int, int]:
    """How many patients a process of its own decided, and the most memory (kB) that it held."""
    command = [sys.executable, "-c", _CHILD, str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    count, memory = json.loads(f"[{done.stdout.replace(' ', ', ')}]")
    return count, memory


def test_twenty_thousand_patients_need_no_more_memory_than_two_thousand(tmp_path):
    few, of_few = measured(an_export(tmp_path / "few", 2_000).parent)
    many, of_many = measured(an_export(tmp_path / "many", 20_000).parent)
    assert (few, many) == (2_000, 20_000)
    assert of_many - of_few < 8 * 1024
