"""Tree: the service's real processes on ports of their own, each to be broken by itself."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import psutil
from sqlalchemy import Engine

from alerts import wiring
from alerts.embedded import ports, programs
from alerts.embedded.broker import Broker
from alerts.embedded.postgres import Postgres
from alerts.embedded.programs import Command
from alerts.embedded.site import HOST, OWNED, Site
from alerts.embedded.supervisor import Program
from alerts.pathway import admit
from alerts.pathway.tools import Tools
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import migrate
from alerts.persistence.unit_of_work import begin
from alerts.settings import Settings, environment
from tests.faults.mail_server import MailServer

WORKERS = 2
MOST_CONNECTIONS = 50
_FOREIGN = {"DATABASE_URL", "REDIS_URL", "SMTP_HOST", "PORT", "PUBLIC_URL"}


class Tree:
    """PostgreSQL, broker, web, workers and beat; use it from the main thread."""

    def __init__(self, var: Path, mail: MailServer, *, is_hurried: bool) -> None:
        self.site, self.mail = Site(var), mail
        self.port = ports.free(HOST)
        self.postgres = Postgres(
            var / "postgres",
            self.site.log("postgres"),
            settings=(f"max_connections={MOST_CONNECTIONS}",),
        )
        self.broker = Broker(var / "broker", self.site.log("broker"))
        self.web = Program(programs.web(HOST, self.port), self.site.log("web"), {})
        self.beats: list[Program] = []
        self.workers: list[Program] = []
        self._engine: Engine | None = None
        self._is_hurried = is_hurried

    def start(self) -> None:
        self.site.take()
        url = f"http://{HOST}:{self.port}"
        self.site.remember({"PUBLIC_URL": url, "SMTP_PORT": str(self.mail.port)})
        self.postgres.start()
        self.broker.start()
        outer = {name: value for name, value in environment().items() if name not in _FOREIGN}
        environ = self.site.environment(outer)
        self.environ = {name: value for name, value in environ.items() if name not in OWNED}
        migrate(self.postgres.url, self.environ["DATABASE_URL"])
        self._engine = make_engine(self.environ["DATABASE_URL"])
        built = wiring.build(Settings.from_environment(self.environ))
        self.tools: Tools = replace(built, begin=partial(begin, self._engine))
        self.key = admit.add_feed("ehr", self.tools)
        self.web = self._program("web", programs.web(HOST, self.port))
        self.web.is_ready = lambda _: ports.answers(HOST, self.port)
        self.web.start()
        for number in range(WORKERS):
            self.workers.append(self._worker(number))
        self.double_beat()

    def double_beat(self) -> None:
        """One beat more."""
        number = len(self.beats)
        beat = self._program(f"beat{number}", programs.beat(self.site.var / f"schedule{number}"))
        self.beats.append(beat)
        beat.start()

    def stop(self) -> None:
        if self._engine:
            self._engine.dispose()
        for part in (*self.beats, *self.workers, self.web, self.broker, self.postgres):
            part.stop()
        self.site.leave()

    def again(self, part: Program) -> None:
        """What a supervisor does with a process that ended; it does not wait until it is warm."""
        part.stop()
        part.is_ready = None
        part.start()

    @contextmanager
    def doomed(self, part: Program, point: str) -> Iterator[Path]:
        """Run that part so that it dies once at that point; gives the file that it removes then."""
        sound, token = part.command, self.site.var / f"doom-{uuid4()}"
        token.touch()
        program, option, module, *rest = sound
        doom = ("tests.faults.doomed_process", point, str(token), module)
        part.command = (program, option, *doom, *rest)
        self.again(part)
        yield token
        token.unlink(missing_ok=True)
        part.command = sound

    def tend(self) -> None:
        """Start again what ended by itself."""
        for part in (self.web, *self.workers, *self.beats):
            if part.process is None or part.process.poll() is not None:
                self.again(part)

    def _worker(self, number: int) -> Program:
        worker = self._program(f"worker{number}", self._command(number))
        worker.patience = 25.0
        worker.is_ready = lambda said: " ready." in said
        worker.start()
        return worker

    def _command(self, number: int) -> Command:
        """The product's own; hurried, the same with leases that a short test can wait for."""
        program, option, module, *rest = programs.worker(1)
        started = "tests.faults.hurried_worker" if self._is_hurried else module
        return (program, option, started, *rest, "--hostname", f"worker{number}@%h")

    def _program(self, name: str, command: Command) -> Program:
        return Program(command, self.site.log(name), self.environ)


@contextmanager
def tree(*, is_hurried: bool) -> Iterator[Tree]:
    """A running tree; leaving ends every process and removes its files."""
    with tempfile.TemporaryDirectory(prefix="of-faults-") as folder, MailServer() as mail:
        Path(folder).chmod(0o711)
        made = Tree(Path(folder) / "var", mail, is_hurried=is_hurried)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def family(part: Program | Postgres | Broker) -> list[psutil.Process]:
    """A part's process and all that it started."""
    assert part.process, "a part that should run does not"
    leader = psutil.Process(part.process.pid)
    return [leader, *leader.children(recursive=True)]
