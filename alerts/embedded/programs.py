"""Programs: the commands of our own processes, the same embedded and in a cluster."""

import sys
from collections.abc import Sequence
from pathlib import Path

Command = tuple[str, ...]


def web(host: str, port: int, processes: int = 1) -> Command:
    """The web server, of so many processes."""
    many = ("--workers", str(processes)) if processes > 1 else ()
    where = ("--host", host, "--port", str(port))
    quiet = ("--no-access-log", "--no-server-header", "--log-level", "warning")
    patience = ("--timeout-graceful-shutdown", "10")
    app = ("-m", "uvicorn", "alerts.web.asgi:app")
    return (sys.executable, *app, *where, *many, *quiet, *patience)


def worker(processes: int, steps: Sequence[str] = ()) -> Command:
    """A Celery worker with so many processes, for these steps; for all if none is named."""
    queues = ("--queues", ",".join(steps)) if steps else ()
    alone = ("--without-gossip", "--without-mingle")
    pool = ("--pool", "prefork", "--concurrency", str(processes))
    return (*_celery("worker"), *pool, *queues, *alone, "--loglevel", "INFO")


def beat(schedule: Path) -> Command:
    """Celery's clock; `schedule` is a file that it may write."""
    return (*_celery("beat"), "--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO")


def mail_catcher(host: str, port: int, folder: Path) -> Command:
    """A mail server that keeps what it gets as files, and sends nothing on."""
    where = ("--host", host, "--port", str(port), "--folder", str(folder))
    return (sys.executable, "-m", "alerts.embedded.mail_catcher", *where)


def _celery(what: str) -> Command:
    return (sys.executable, "-m", "celery", "--quiet", "--app", "workers.app", what)
