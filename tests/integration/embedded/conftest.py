"""A short folder that others may pass through, as a site's folder is; removed afterwards."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="oa-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run_and_kill() -> Callable[[str], int]:
    """Run a program that starts `server`, kill it without a word, and give the server's number."""

    def run(program: str) -> int:
        told = f"{program}; print(server.process.pid, flush=True); input()"
        with subprocess.Popen(
            [sys.executable, "-c", told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as parent:
            pid = int(parent.stdout.readline())
            parent.kill()
        return pid

    return run
