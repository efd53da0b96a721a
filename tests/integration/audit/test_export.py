"""An export proves itself to a program of one file that knows nothing of ours."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.audit.verification import Answer
from alerts.errors import Refused
from alerts.pathway.audit_export import export, read_export
from alerts.pathway.seal import newest_checkpoint
from alerts.pathway.verify import verify_export
from alerts.signing import KeyFolder
from tests.integration.audit.trail import TrailOfTests

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_audit_export.py"


class Auditor:
    """Somebody with the verifier, the keys and an export, in a folder far from our code."""

    def __init__(self, folder: Path, trail: TrailOfTests) -> None:
        self.folder, self.trail = folder, trail
        folder.mkdir()
        shutil.copy(VERIFIER, folder)
        keys = [key.text() for key in trail.tools.notary.public_keys()]
        (folder / "keys").write_text("\n".join(keys))

    def check(self, lines: list[bytes], *notes: str) -> tuple[int, str]:
        (self.folder / "export").write_bytes(b"".join(lines))
        for number, note in enumerate(notes):
            (self.folder / f"note{number}").write_text(note, encoding="utf-8")
        brought = [f"--checkpoint=note{number}" for number in range(len(notes))]
        done = subprocess.run(
            [sys.executable, "-I", "verify_audit_export.py", "export", "--keys=keys", *brought],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout


@pytest.fixture
def grown(trail: TrailOfTests) -> TrailOfTests:
    trail.grow(3, 4)
    return trail


@pytest.fixture
def auditor(grown: TrailOfTests, tmp_path: Path) -> Auditor:
    return Auditor(tmp_path / "far", grown)


def ours(lines: list[bytes], trail: TrailOfTests) -> Answer:
    return verify_export(read_export(lines), trail.tools.notary).answer


def test_a_whole_export_is_proven_also_against_older_checkpoints(grown, auditor):
    older = grown.file.read().split("\n\nonc")[0]
    lines = list(export(grown.tools))
    assert auditor.check(lines, older) == (
        0,
        "proven: 7 events, the whole trail, as the checkpoint says\n",
    )
    assert ours(lines, grown) is Answer.PROVEN


def test_some_events_are_proven_each_by_itself(grown, auditor):
    lines = list(export(grown.tools, [5, 0, 77]))
    assert auditor.check(lines)[1].startswith("proven: 2 events, each by itself, of 7")
    told = json.loads(lines[1])
    told["event"]["at"] = "2001-01-01T00:00:00.000000+00:00"
    edited = [lines[0], json.dumps(told).encode() + b"\n", lines[2]]
    assert auditor.check(edited) == (1, "tampered: event 1 is not what was sealed\n")
    with pytest.raises(Refused, match="only an export of the whole trail"):
        read_export(lines)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [*lines[:3], lines[3].replace(b'"3"', b'"4"'), *lines[4:]], "events 1 to 7"),
        (lambda lines: [*lines[:3], *lines[4:]], "event 4: 2 should stand before it"),
        (lambda lines: lines[:-1], "there are 6 events, and a checkpoint speaks of 7"),
        (lambda lines: [*lines, lines[-1]], "event 7: 7 should stand before it"),
        (lambda lines: [*lines[:3], b"x\n"], "cannot be read"),
        (lambda lines: [lines[0].replace(b'"size": 7', b'"size": 6'), *lines[1:]], "first line"),
    ],
)
def test_a_changed_export_is_found(grown, auditor, change, says):
    lines = list(export(grown.tools))
    code, said = auditor.check(change(lines))
    assert (code, says in said) == (1, True), said


def test_a_checkpoint_narrows_down_what_was_changed(grown, auditor):
    older = grown.file.read().split("\n\nonc")[0]
    lines = list(export(grown.tools))
    lines[2] = lines[2].replace(b'"2"', b'"9"')
    assert "one of the events 1 to 3" in auditor.check(lines, older)[1]
    assert ours(lines, grown) is Answer.TAMPERED


def test_a_foreign_key_and_a_changed_note_are_no_tampering(grown, auditor, tmp_path):
    lines = list(export(grown.tools))
    assert auditor.check(lines, newest_checkpoint(grown.tools).replace("\n7\n", "\n9\n"))[0] == 4
    assert auditor.check(lines, "nothing")[0] == 4
    assert auditor.check([b"nothing"])[0] == 4
    other = KeyFolder(tmp_path / "other")
    other.prepare()
    (auditor.folder / "keys").write_text("")
    assert auditor.check(lines)[0] == 5
    with pytest.raises(Refused, match="no export"):
        read_export([b"nothing"])


def test_nothing_is_exported_before_something_was_signed(trail: TrailOfTests):
    with pytest.raises(Refused, match="nothing was signed"):
        export(trail.tools)
