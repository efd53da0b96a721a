"""Service: the whole of oncofertility-alerts on one machine, as one process tree."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from alerts.embedded import ending, ports, programs
from alerts.embedded.site import HOST, OWNED, Site
from alerts.embedded.supervisor import Program, Supervisor

WORKERS = 2
_WARM = 25.0
Prepare = Callable[[Mapping[str, str]], object]


class Service:
    """A running site: use it as a context; leaving ends every process.

    What `outer` (the environment) names is used instead of the part of our own: DATABASE_URL,
    REDIS_URL, SMTP_HOST.
    """

    def __init__(
        self, var: Path, port: int, outer: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.site = Site(var)
        self.port = port
        self._outer = outer
        self._parts = Supervisor(say)

    @property
    def url(self) -> str:
        """Where people and feeds reach it."""
        return self._outer.get("PUBLIC_URL") or f"http://{HOST}:{self.port}"

    def __enter__(self) -> "Service":
        self.site.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with ending.undisturbed():
            self._parts.stop()
        self.site.leave()

    def start(self, prepare: Prepare) -> None:
        """Start every part; `prepare` migrates, once the database and the broker answer.

        Raises EmbeddedError.
        """
        self.port = ports.free(HOST, self.port)
        mail_port = ports.free(HOST)
        self.site.remember({"PUBLIC_URL": self.url, "SMTP_PORT": str(mail_port)})
        if not self._outer.get("DATABASE_URL"):
            self._parts.start("postgres", self.site.postgres())
        if not self._outer.get("REDIS_URL"):
            self._parts.start("broker", self.site.broker(self._outer), is_needed=False)
        environ = self.site.environment(self._outer)
        prepare(environ)
        environ = {name: value for name, value in environ.items() if name not in OWNED}
        if not self._outer.get("SMTP_HOST"):
            catcher = programs.mail_catcher(HOST, mail_port, self.site.mail)
            program = self._program("mail-catcher", catcher, environ)
            self._parts.start("mail-catcher", program, is_needed=False)
        self._start_ours(environ)

    def tend(self, seconds: float) -> None:
        """Look after the processes for so long. Raises EmbeddedError."""
        self._parts.tend(seconds)

    def _start_ours(self, environ: Mapping[str, str]) -> None:
        web = self._program("web", programs.web(HOST, self.port), environ)
        web.is_ready = lambda _: ports.answers(HOST, self.port)
        worker = self._program("worker", programs.worker(WORKERS), environ)
        worker.patience = _WARM
        worker.is_ready = lambda said: " ready." in said
        beat = programs.beat(self.site.var / "beat-schedule")
        self._parts.start("web", web)
        self._parts.start("worker", worker, is_needed=False)
        self._parts.start("beat", self._program("beat", beat, environ), is_needed=False)

    def _program(self, name: str, command: programs.Command, environ: Mapping[str, str]) -> Program:
        return Program(command, self.site.log(name), environ)
