"""Mail catcher: a mail server that keeps each message as a file, and sends nothing on."""

import argparse
import asyncio
import os
import secrets
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from alerts import clock

_LARGEST = 10 * 1024 * 1024


class Keeper:
    """Keeps messages as `<time>-<id>.eml`, each whole and for its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one message; the envelope's recipients stand in its first header."""
        name = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"
        half = self.folder / f".{name}"
        head = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos)
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(head.encode() + body)
        half.rename(self.folder / name)
        return "250 kept"


async def catch(host: str, port: int, folder: Path) -> None:
    """Serve until the process is asked to end."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, asked.set)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keeper = Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", data_size_limit=_LARGEST, loop=loop), host, port
    )
    async with server:
        await asked.wait()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m alerts.embedded.mail_catcher")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--folder", type=Path, required=True)
    told = parser.parse_args()
    asyncio.run(catch(told.host, told.port, told.folder))


if __name__ == "__main__":
    main()
