"""Sender: an integration engine that pushes as fast, or as steadily, as it is told to."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.decide.cohort import a_bundle

CONNECTIONS = 50


@dataclass(frozen=True, slots=True)
class Answered:
    """One delivery: when it was due to leave and when it was answered (perf_counter), and how."""

    due: float
    at: float
    status: int

    @property
    def took(self) -> float:
        """Seconds from the moment at which it should have left: a queue before us counts."""
        return self.at - self.due


@dataclass(slots=True)
class Sender:
    """Pushes Bundles of one invented patient each over so many kept connections."""

    host: str
    port: int
    key: str
    answered: list[Answered] = field(default_factory=list)
    began: float = 0.0
    """When the last push began to send."""

    def push(self, numbers: Sequence[int], size: int, rate: float = 0.0) -> list[Answered]:
        """Push the patients of these numbers; `rate` a second, as fast as answers come if 0.

        Requests are made before the first is sent: their making is no load.
        """
        self.answered = []
        requests = [self._request(a_bundle(number, size)) for number in numbers]
        self.began = time.perf_counter()
        asyncio.run(self._push(_paced(requests, rate, self.began)))
        return self.answered

    async def _push(self, todo: Iterator[tuple[bytes, float]]) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._talk(todo))

    async def _talk(self, todo: Iterator[tuple[bytes, float]]) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        for request, due in todo:
            early = due - time.perf_counter()
            if early > 0:
                await asyncio.sleep(early)
            started = due or time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            self.answered.append(Answered(started, time.perf_counter(), status))
        writer.close()
        await writer.wait_closed()

    def _request(self, body: bytes) -> bytes:
        head = (
            "POST /fhir HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Authorization: Bearer {self.key}",
            "Content-Type: application/fhir+json",
            f"Content-Length: {len(body)}",
            "",
            "",
        )
        return "\r\n".join(head).encode() + body


def _paced(requests: Iterable[bytes], rate: float, begun: float) -> Iterator[tuple[bytes, float]]:
    """Each request and the moment at which it should leave; 0 when that is at once."""
    for place, request in enumerate(requests):
        yield request, begun + place / rate if rate else 0.0


async def _answer(reader: asyncio.StreamReader) -> int:
    """The status of one answer, its body read to the end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    await reader.readexactly(int(fields.get("content-length", "0")))
    return int(head[0].split()[1])
