"""Storm: each way in which we break a running tree, and what a supervisor repairs at once."""

import contextlib
import os
import random
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psutil
import psycopg
from redis import Redis

from tests.conftest import plain
from tests.faults.dying import POINTS
from tests.faults.mail_server import Manner
from tests.faults.tree import MOST_CONNECTIONS, Tree, family
from tests.waiting import until

Fault = Callable[[Tree, random.Random], None]
_FIRST_MAIL = 15.0
_DEATH = 60.0
_linger = threading.Event().wait


def worker_killed(tree: Tree, chance: random.Random) -> None:
    """Its pool with it, or the leader alone; the pool's processes are then on their own."""
    worker = chance.choice(tree.workers)
    processes = family(worker) if chance.random() < 0.6 else family(worker)[:1]
    _signal(processes, signal.SIGKILL)
    tree.again(worker)


def pool_process_killed(tree: Tree, chance: random.Random) -> None:
    """Celery itself replaces it."""
    _signal(family(chance.choice(tree.workers))[1:], signal.SIGKILL)


def worker_asked_to_end(tree: Tree, chance: random.Random) -> None:
    tree.again(chance.choice(tree.workers))


def beat_killed(tree: Tree, chance: random.Random) -> None:
    beat = chance.choice(tree.beats)
    _signal(family(beat), signal.SIGKILL)
    tree.again(beat)


def beat_doubled(tree: Tree, _: random.Random) -> None:
    """Two clocks ring for the sweep, and two workers sweep at once."""
    tree.double_beat()


def web_killed(tree: Tree, _: random.Random) -> None:
    _signal(family(tree.web), signal.SIGKILL)
    tree.again(tree.web)


def redis_flushed(tree: Tree, _: random.Random) -> None:
    with Redis.from_url(tree.broker.client_url) as client:
        client.flushall()


def redis_frozen(tree: Tree, chance: random.Random) -> None:
    with _frozen(family(tree.broker)):
        _linger(chance.uniform(5, 30) if chance.random() < 0.5 else 6)


def redis_frozen_briefly(tree: Tree, _: random.Random) -> None:
    with _frozen(family(tree.broker)):
        _linger(5)


def redis_emptied(tree: Tree, _: random.Random) -> None:
    """Killed, and started again with nothing."""
    _signal(family(tree.broker), signal.SIGKILL)
    _linger(1)
    tree.broker.stop()
    shutil.rmtree(tree.broker.folder / "data")
    tree.broker.start()


def redis_full(tree: Tree, _: random.Random) -> None:
    """Out of memory, with `noeviction`: every write is refused."""
    with Redis.from_url(tree.broker.client_url) as client:
        client.config_set("maxmemory", 1)
        _linger(6)
        client.config_set("maxmemory", 0)


def postgres_restarted(tree: Tree, _: random.Random) -> None:
    """At once, in the midst of every transaction."""
    _signal(family(tree.postgres)[:1], signal.SIGQUIT)
    tree.postgres.process.wait()
    tree.postgres.stop()
    tree.postgres.start()


def postgres_frozen(tree: Tree, _: random.Random) -> None:
    with _frozen(family(tree.postgres)):
        _linger(6)


def postgres_crowded(tree: Tree, _: random.Random) -> None:
    """The service's connections are ended, and others take every place before it comes back."""
    held: list[psycopg.Connection] = []
    url = plain(tree.postgres.url)
    with contextlib.suppress(psycopg.OperationalError):
        for _ in range(MOST_CONNECTIONS):
            held.append(psycopg.connect(url))
            held[0].execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'oncofertility-alerts'"
            )
            held[0].commit()
    _linger(5)
    for each in held:
        each.close()


def mail_refused(tree: Tree, _: random.Random) -> None:
    _treat(tree, Manner.REFUSING, 2)


def mail_hanging(tree: Tree, _: random.Random) -> None:
    _treat(tree, Manner.HANGING, 7)


def mail_dropped(tree: Tree, _: random.Random) -> None:
    """Every mail of a moment is taken, and its sender never hears so."""
    _treat(tree, Manner.DROPPING, 0.2)


def crashed(point: str) -> Fault:
    """The process that takes that step dies at that point of it, in the midst of its work."""

    def crash(tree: Tree, chance: random.Random) -> None:
        part = tree.web if POINTS[point].step == "receive" else chance.choice(tree.workers)
        with tree.doomed(part, point) as token:
            until(lambda: not token.exists(), f"a process to die at {point}", _DEATH)

    crash.__name__ = f"crash at {point}"
    return crash


WORKER_FAULTS: Sequence[Fault] = (worker_killed, worker_asked_to_end, pool_process_killed)
OTHER_FAULTS: Sequence[Fault] = (
    mail_refused,
    mail_hanging,
    mail_dropped,
    beat_killed,
    beat_doubled,
    web_killed,
    redis_flushed,
    redis_frozen,
    redis_emptied,
    redis_full,
    postgres_restarted,
    postgres_frozen,
    postgres_crowded,
    *map(crashed, POINTS),
)
SHORT: Sequence[Fault] = (
    mail_refused,
    mail_dropped,
    worker_killed,
    redis_emptied,
    redis_full,
    worker_killed,
    postgres_restarted,
    beat_killed,
    redis_frozen_briefly,
    web_killed,
    pool_process_killed,
)


WORKERS_HURT = 20
EVERY = len(OTHER_FAULTS) + WORKERS_HURT
"""Every fault once, and workers killed or asked to end twenty times."""


def planned(faults: int, chance: random.Random) -> list[Fault]:
    """So many faults in a random order: each other kind once or oftener, the rest are workers'."""
    rest = max(0, faults - len(OTHER_FAULTS))
    plan = [*OTHER_FAULTS, *(WORKER_FAULTS[place % 3] for place in range(rest))][:faults]
    chance.shuffle(plan)
    return plan


def _treat(tree: Tree, manner: Manner, seconds: float) -> None:
    """So many seconds from when the first mail meets it; a storm may keep all of them away."""
    met = tree.mail.met[manner]
    tree.mail.manner = manner
    with contextlib.suppress(AssertionError):
        until(lambda: tree.mail.met[manner] > met, "a mail", _FIRST_MAIL)
    _linger(seconds)
    tree.mail.manner = Manner.TAKING


@contextmanager
def _frozen(processes: Sequence[psutil.Process]) -> Iterator[None]:
    _signal(processes, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(processes, signal.SIGCONT)


def _signal(processes: Sequence[psutil.Process], how: signal.Signals) -> None:
    """A process that has just ended by itself needs no signal."""
    for each in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, how)
