"""Postgres: the wheel's PostgreSQL as a child process, on a unix socket in a private folder."""

import os
import secrets
import signal
from pathlib import Path
from urllib.parse import quote

from alerts.embedded import accounts, children, places, server_tree
from alerts.embedded.children import Account, Order, Process
from alerts.errors import EmbeddedError

NAME = "oncofertility"
SERVICE = "oncofertility_service"
PORT = 5432
_SERVICE_PASSWORD = "service-password"  # noqa: S105 - the file that holds it
_SOCKET = f".s.PGSQL.{PORT}.lock"
_ENVIRON = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
_PATIENCE = 60.0
_GOING = 10.0
_HELD = 45.0
_STILL_HELD = "pre-existing shared memory block"
_SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=128MB",
    "fsync=on",
    "synchronous_commit=on",
    "timezone=UTC",
    "log_timezone=UTC",
    # A statement or a DETAIL line may quote what a patient's row holds.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_statement=none",
)
_ACCESS = "local all all scram-sha-256\n"


class Postgres:
    """One PostgreSQL server with one database. It knows nothing of what is kept in it.

    Two roles can sign in, no superuser among them: the owner, who may make databases, and the
    service's, which gets what the owner gives it.
    """

    def __init__(
        self,
        folder: Path,
        log: Path | None = None,
        wheel: Path | None = None,
        settings: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder.absolute()
        self._settings = (*_SETTINGS, *settings)
        self._wheel = wheel
        self.log = log or self.folder / "postgres.log"
        self.process: Process | None = None

    @property
    def url(self) -> str:
        """The owner's SQLAlchemy URL; also for another process than the one that started it."""
        return self._url(NAME, "password")

    @property
    def service_url(self) -> str:
        """The same for the role that serves."""
        return self._url(SERVICE, _SERVICE_PASSWORD)

    def start(self) -> None:
        """Make the database when there is none, and start the server. Raises EmbeddedError."""
        home = accounts.home_for(self.folder)
        account = accounts.for_data(home / "data")
        if not (home / "data").exists():
            self._make(home, account)
        if not places.read_private(self.folder / "password"):
            raise EmbeddedError(f"{self.folder / 'password'} is missing: the data need it")
        programs = server_tree.programs(self._version(home), account, home, self._wheel)
        socket = places.socket_folder(home, _SOCKET)
        accounts.give(socket, account)
        self._wait_for_a_leftover(home)
        if not places.read_private(self.folder / _SERVICE_PASSWORD):
            self._admit_service(programs, home, account)
        command = [str(programs / "postgres"), "-D", str(home / "data"), "-k", str(socket)]
        command += ["-p", str(PORT), *(part for each in self._settings for part in ("-c", each))]
        self._serve(
            Order(
                command=command,
                log=self.log,
                environ=_ENVIRON,
                account=account,
                death=signal.SIGINT,
            ),
            home,
        )

    def stop(self) -> None:
        """End every session and stop; what was committed is on the disk."""
        if self.process:
            children.stop(self.process, signal.SIGINT, _PATIENCE)
            self.process = None

    def remove(self) -> None:
        """Remove the stopped server's data for good, wherever they stand."""
        home = accounts.find_home(self.folder)
        socket = places.find_socket_folder(home)
        for each in {socket, home, self.folder}:
            places.forget(each)

    def _serve(self, order: Order, home: Path) -> None:
        """Start until it is ready; a killed server's sessions hold its memory for a moment."""

        def is_decided() -> bool:
            begin = children.size(self.log)
            self.process = children.start(order)
            if children.wait_until(self.process, lambda: _is_ready(home), _PATIENCE):
                return True
            self.stop()
            # Not only its last words: a session of the killed server may still say its own.
            return _STILL_HELD not in children.said_since(self.log, begin)

        children.wait_for(is_decided, _HELD)
        if self.process is None:
            raise EmbeddedError(self._cannot(f"start with the data in {home / 'data'}"))

    def _make(self, home: Path, account: Account | None) -> None:
        """A new database, complete under a passing name before it gets its own."""
        half = home / "data.new"
        places.forget(half)
        accounts.give(places.private_folder(half), account)
        password = secrets.token_urlsafe(24)
        places.write_private(self.folder / "password", f"{password}\n")
        programs = server_tree.programs(server_tree.NEWEST, account, home, self._wheel)
        initdb = (str(programs / "initdb"), "-D", str(half), "-U", "postgres", "-A", "reject")
        locale = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin")
        self._run((*initdb, *locale, "--builtin-locale=C.UTF-8"), account, "")
        (half / "pg_hba.conf").write_text(_ACCESS)
        single = (str(programs / "postgres"), "--single", "-c", "exit_on_error=on")
        told = (
            f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{password}'\n"
            f"CREATE DATABASE {NAME} OWNER {NAME}\n"
        )
        service = secrets.token_urlsafe(24)
        told += _service_role(service)
        self._run((*single, "-D", str(half), "postgres"), account, told)
        half.rename(home / "data")
        places.write_private(self.folder / _SERVICE_PASSWORD, f"{service}\n")

    def _admit_service(self, programs: Path, home: Path, account: Account | None) -> None:
        """Give data of before there were two roles the service's, while nobody is connected."""
        password = secrets.token_urlsafe(24)
        single = (str(programs / "postgres"), "--single", "-c", "exit_on_error=on")
        told = _service_role(password)
        self._run((*single, "-D", str(home / "data"), "postgres"), account, told)
        places.write_private(self.folder / _SERVICE_PASSWORD, f"{password}\n")

    def _url(self, role: str, kept: str) -> str:
        password = places.read_private(self.folder / kept)
        if not password:
            raise EmbeddedError(f"there is no database in {self.folder} yet")
        socket = places.find_socket_folder(accounts.find_home(self.folder))
        host = quote(str(socket), safe="/")
        return f"postgresql+psycopg://{role}:{password}@/{NAME}?host={host}&port={PORT}"

    def _run(self, command: tuple[str, ...], account: Account | None, told: str) -> None:
        order = Order(command=command, log=self.log, environ=_ENVIRON, account=account)
        if not children.run(order, told=told):
            raise EmbeddedError(self._cannot("make a new database"))

    def _version(self, home: Path) -> str:
        version = places.read_private(home / "data" / "PG_VERSION")
        if not version:
            raise EmbeddedError(
                f"{home / 'data'} is not a PostgreSQL data folder (no PG_VERSION): "
                "put a backup there, or move it away to begin anew"
            )
        return version

    def _wait_for_a_leftover(self, home: Path) -> None:
        """The server of a supervisor that was killed is still leaving; its lock file goes with it.

        A lock file whose process is no PostgreSQL of this folder was left by a crash.
        """
        lock = home / "data" / "postmaster.pid"
        if not children.wait_for(lambda: not _serves(_pid(lock), home), _GOING):
            raise EmbeddedError(
                f"another PostgreSQL (process {_pid(lock)}) is running on {home / 'data'}"
            )
        lock.unlink(missing_ok=True)

    def _cannot(self, what: str) -> str:
        said = children.last_words(self.log)
        return f"PostgreSQL cannot {what}: {said or 'it said nothing'} (see {self.log})"


def _service_role(password: str) -> str:
    """What makes the service's role, or gives it another password."""
    missing = f"NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE}')"
    return (
        f"DO $$ BEGIN IF {missing} THEN CREATE ROLE {SERVICE}; END IF; END $$\n"
        f"ALTER ROLE {SERVICE} LOGIN PASSWORD '{password}'\n"
        f"GRANT {SERVICE} TO {NAME}\n"
    )


def _is_ready(home: Path) -> bool:
    """The eighth line of the lock file says so once recovery is over (as pg_ctl reads it)."""
    lines = places.read_private(home / "data" / "postmaster.pid").splitlines()
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _pid(lock: Path) -> int:
    lines = places.read_private(lock).splitlines()
    return int(lines[0]) if lines and lines[0].strip().isdigit() else 0


def _serves(pid: int, home: Path) -> bool:
    """Whether that process lives and, where the system tells, was started on these data."""
    told = Path("/proc") / str(pid) / "cmdline"
    if not pid or not children.is_alive(pid):
        return False
    return not told.is_file() or os.fsencode(home / "data") in told.read_bytes()
