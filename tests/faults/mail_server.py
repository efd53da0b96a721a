"""A mail server that does what a test tells it: take, refuse, hang, or take and drop the line."""

import asyncio
import email
import threading
from collections import Counter
from enum import Enum

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.waiting import until

NOTICE, ATTEMPT = "X-Oncofertility-Notice", "X-Oncofertility-Attempt"
_REFUSED = "451 come back later"


class Manner(Enum):
    """How it treats whoever comes with a mail."""

    TAKING = "taking"
    REFUSING = "refusing"
    HANGING = "hanging"
    DROPPING = "dropping"


class MailServer:
    """Listens on loopback in a thread of its own; remembers what it took, in order."""

    def __init__(self) -> None:
        self.manner = Manner.TAKING
        self.taken: list[tuple[str, str]] = []
        self.met: Counter[Manner] = Counter()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._asked_to_end = asyncio.Event()

    def __enter__(self) -> "MailServer":
        self._thread.start()
        until(lambda: self.port, "the mail server")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._asked_to_end.set)
        self._thread.join()

    @property
    def withheld(self) -> int:
        """How many mails were taken without a word."""
        return self.met[Manner.DROPPING]

    def copies(self) -> Counter[str]:
        """How often each notice arrived, by its id."""
        return Counter(notice for notice, _ in self.taken)

    def unmarked(self) -> int:
        """Copies that do not tell that they belong to a later attempt than another."""
        return len(self.taken) - len(set(self.taken))

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.met[self.manner] += 1
        if self.manner is Manner.REFUSING:
            return _REFUSED
        if self.manner is Manner.HANGING:
            await self._asked_to_end.wait()
            return _REFUSED
        message = email.message_from_bytes(envelope.content or b"")
        self.taken += [(each, message[ATTEMPT]) for each in message.get_all(NOTICE, [])]
        if self.manner is Manner.DROPPING:
            server.transport.abort()
        return "250 kept"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        made = lambda: SMTP(self, hostname="localhost", loop=self._loop)  # noqa: E731
        server = await self._loop.create_server(made, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        await self._asked_to_end.wait()
        server.close()
        for each in asyncio.all_tasks() - {asyncio.current_task()}:
            each.cancel()
        await asyncio.sleep(0)
