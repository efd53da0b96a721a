"""A real web server over a real database, and workers beside it that do whatever is due.

Their clock goes: what one of them could not do is due again after its lease.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from alerts import clock
from alerts.errors import Unavailable
from alerts.pathway import admit
from alerts.pathway.assess import assess_due
from alerts.pathway.notify import notify_due
from alerts.pathway.tools import Tools
from tests.toolbox import Bench
from tests.unit.web.serving import served

WORKERS = 2
_REST = 0.02


@contextmanager
def at_work(engine: Engine) -> Iterator[tuple[Bench, str, str]]:
    """A bench whose web and workers run until the block ends; its address and a feed's key."""
    bench, ended = Bench(engine), threading.Event()
    key = admit.add_feed("ehr", bench.tools)
    tools = replace(bench.tools, now=clock.now)
    threads = [threading.Thread(target=_work, args=(tools, ended)) for _ in range(WORKERS)]
    with served(bench.tools) as url:
        for thread in threads:
            thread.start()
        try:
            yield bench, url, key
        finally:
            ended.set()
            for thread in threads:
                thread.join()


def _work(tools: Tools, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            is_idle = not assess_due(tools) and not notify_due(tools)
        except Unavailable:
            is_idle = True
        if is_idle:
            ended.wait(_REST)
