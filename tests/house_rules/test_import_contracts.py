"""Who may import whom is checked by import-linter; here: that it is kept and that it covers all."""

import subprocess
import sys
import tomllib

from tests.house_rules.sources import ROOT, programs, text

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)


def test_every_import_contract_is_kept():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LINT,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_stands_in_a_layer():
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    placed = {room.strip() for layer in layers for room in layer.split("|")}
    rooms = {".".join(each.removesuffix(".py").split("/")[:2]) for each in programs("alerts/")}
    assert rooms - {"alerts.__init__"} <= placed
