"""A real HTTP server in a process of its own: it answers as the path says, and tells what it got.

`/200` answers 200, `/429/120` answers 429 with `Retry-After: 120`, `/trickle` never ends its head.
Each request is told as one line of JSON on standard output; the first line is the port.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        _tell({"path": self.path, "headers": headers, "body": body.decode()})
        word, *pause = self.path.strip("/").split("/")
        if word == "trickle":
            self._trickle()
            return
        self.send_response(int(word))
        if pause:
            self.send_header("Retry-After", pause[0])
        if word.startswith("3"):
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _trickle(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(600):
            self.wfile.write(f"X-{number}: a\r\n".encode())
            time.sleep(0.1)  # noqa: TID251 - it is slow on purpose

    def log_message(self, *_: object) -> None:
        pass


class Receiver:
    """The process, and what it has got so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._line())

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def got(self) -> dict[str, Any]:
        """The next request; waits for it."""
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server that runs until the block ends."""
    command = [sys.executable, "-m", "tests.integration.receiver"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Receiver(process)
        finally:
            process.terminate()


def _tell(line: object) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    _tell(server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
