"""Children: processes that never outlive the one that started them, and how they are ended."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from alerts.embedded import ending
from alerts.errors import EmbeddedError

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_GLANCE = 0.05
_LARGEST_LOG = 10 * 1024 * 1024

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The operating system's user that a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to start: the command, where its output goes, its environment and its account.

    `environ` is the whole environment (None: this process's own). `death` is what the child gets
    when its parent dies without a word (Linux only).
    """

    command: Sequence[str]
    log: Path
    environ: Mapping[str, str] | None = None
    account: Account | None = None
    death: signal.Signals = signal.SIGTERM


def start(order: Order) -> Process:
    """Start a child; call it from the main thread, whose end is what the child is told of.

    The child leads its own session, so that Ctrl-C in a terminal reaches only the supervisor.
    Raises EmbeddedError.
    """
    who = order.account
    try:
        with _open_log(order.log) as log:
            return subprocess.Popen(  # noqa: S603 - the command is ours, no shell
                list(order.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=order.environ,
                cwd="/" if who else None,
                umask=0o077,
                start_new_session=True,
                preexec_fn=_tied_to(os.getpid(), order.death),
                user=who.uid if who else None,
                group=who.gid if who else None,
                extra_groups=[] if who else None,
            )
    except (OSError, subprocess.SubprocessError) as error:
        name = Path(order.command[0]).name
        raise EmbeddedError(f"{name} cannot be started: {_why(error)}") from error


def run(order: Order, *, told: str = "") -> bool:
    """Run a command to its end, with `told` on its standard input; whether it went well."""
    who = order.account
    try:
        with _open_log(order.log) as log:
            return (
                subprocess.run(  # noqa: S603 - the command is ours, no shell
                    list(order.command),
                    input=told.encode(),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=order.environ,
                    cwd="/",
                    check=False,
                    umask=0o077,
                    user=who.uid if who else None,
                    group=who.gid if who else None,
                    extra_groups=[] if who else None,
                ).returncode
                == 0
            )
    except (OSError, subprocess.SubprocessError):
        return False


def wait_until(process: Process, is_ready: Callable[[], bool], patience: float) -> bool:
    """Wait until the child is ready; False when it died or the seconds passed.

    Raises KeyboardInterrupt when the service was asked to end.
    """
    deadline = time.monotonic() + patience
    while not is_ready():
        ending.heed()
        if pause(process, _GLANCE) or time.monotonic() > deadline:
            return False
    return True


def wait_for(is_true: Callable[[], bool], patience: float) -> bool:
    """Wait until something is true that no child of ours decides; False when the seconds passed.

    Raises KeyboardInterrupt when the service was asked to end.
    """
    deadline = time.monotonic() + patience
    never = threading.Event()
    while not is_true():
        ending.heed()
        if time.monotonic() > deadline:
            return False
        never.wait(_GLANCE)
    return True


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pause(process: Process, seconds: float) -> bool:
    """Wait for the child to end, at most so many seconds; whether it ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def stop(process: Process, how: signal.Signals, patience: float) -> bool:
    """Ask the child to end, and end it with all its own children when it does not in time.

    False when it had to be killed.
    """
    if process.poll() is None:
        process.send_signal(how)
    went = pause(process, patience)
    _kill_session(process.pid)
    if not went:
        process.wait()
    return went


def last_words(log: Path) -> str:
    """The last line of a child's log that says something; a fatal one outdoes what follows it."""
    lines = said_since(log, max(0, size(log) - 4096)).splitlines()
    said = [line.strip() for line in lines if line.strip()]
    fatal = [line for line in said[-6:] if "FATAL:" in line or "PANIC:" in line]
    return next(reversed(fatal or said), "")[:300]


def said_since(log: Path, offset: int) -> str:
    """What a log says from that byte on; all of it when it was put aside meanwhile."""
    try:
        written = log.read_bytes()
    except OSError:
        return ""
    return written[offset if offset <= len(written) else 0 :].decode(errors="replace")


def size(log: Path) -> int:
    """How many bytes a log holds."""
    return log.stat().st_size if log.exists() else 0


def _open_log(log: Path) -> IO[bytes]:
    """The log to append to, readable by its owner only; a large one is put aside first."""
    if log.is_file() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _kill_session(leader: int) -> None:
    """Whatever the child left behind in its session (a pool's processes) goes with it."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _tied_to(parent: int, death: signal.Signals) -> Callable[[], None] | None:
    """What the child does before its program starts; it may have lost its parent already."""
    libc = _LIBC
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def _why(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
