# ruff: noqa: INP001 - a program, in no package
"""Check that requirements.lock is in step with pyproject.toml; `--write` writes it anew with uv."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
MARK = "# made from the dependencies of pyproject.toml with the digest "
UV = [
    *("pip", "compile", "pyproject.toml", "--all-extras", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url"),
    *("--no-emit-find-links", "--no-annotate", "--quiet"),
]

_ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|^-[if] ", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==[^\n]*\\\n((?:    --hash=.*\n)+)", re.M)


def tables(pyproject: str) -> dict[str, object]:
    """What the lock depends on."""
    project = tomllib.loads(pyproject)["project"]
    named = ("requires-python", "dependencies", "optional-dependencies")
    return {name: project.get(name) for name in named}


def digest(pyproject: str) -> str:
    """The digest of those tables."""
    return hashlib.sha256(json.dumps(tables(pyproject), sort_keys=True).encode()).hexdigest()


def wanted(pyproject: str) -> set[str]:
    """The normalised names of every direct dependency."""
    project = tomllib.loads(pyproject)["project"]
    groups = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    found = (_NAME.match(each) for group in groups for each in group)
    return {re.sub(r"[-_.]+", "-", each[0]).lower() for each in found if each}


def faults(pyproject: str, lock: str) -> list[str]:
    """What is wrong with the lock, a sentence each; none when it is in step."""
    found = []
    if lock.partition("\n")[0] != MARK + digest(pyproject):
        found.append("it was made from other dependencies: run `make lock`")
    if _ADDRESS.search(lock):
        found.append("it names an index or an address: the installer's own settings decide that")
    pinned = {re.sub(r"[-_.]+", "-", each[0]) for each in _PIN.findall(lock)}
    missing = sorted(wanted(pyproject) - pinned)
    if missing:
        found.append(f"not pinned with hashes: {', '.join(missing)}")
    return found


def write(pyproject: str) -> None:
    """Resolve anew; versions that still fit are kept."""
    uv = os.environ.get("UV") or shutil.which("uv")  # noqa: TID251 - a tool of the developer's
    if not uv:
        sys.exit("uv is needed to write the lock: install it, or name it in UV")
    command = [uv, *UV, "--output-file", str(LOCK)]
    if subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S603
        sys.exit("uv could not resolve the dependencies")
    lines = LOCK.read_text().splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#"))
    LOCK.write_text(f"{MARK}{digest(pyproject)}\n{body}")


def main() -> None:
    """Run from the command line."""
    pyproject = (ROOT / "pyproject.toml").read_text()
    if sys.argv[1:] == ["--write"]:
        write(pyproject)
    found = faults(pyproject, LOCK.read_text())
    if found:
        sys.exit("\n".join(f"requirements.lock: {each}" for each in found))


if __name__ == "__main__":
    main()
