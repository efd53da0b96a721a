"""Rings for a worker: a step's name and nothing else. A ring may be lost; the sweep asks again.

Redis holds only doorbells; the rows are the truth (docs/architecture.md, law 1). The settings are
those that were measured: no result backend, no ETA, bounded waits, late acknowledgement.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError


class Step(StrEnum):
    """The steps that may be asked for; each has a queue of its name."""

    ASSESS = "assess"
    NOTIFY = "notify"
    SWEEP = "sweep"
    SEAL = "seal"


STEPS = tuple(each.value for each in Step)
PREFIX = "ofra:"
"""What the name of each key of ours in Redis begins with."""
MOST_WAITING = 20
"""Doorbells of one step that may wait in Redis: more would wake nobody."""
VISIBILITY = 300
"""Seconds after which an unacknowledged ring is heard again; longer than any task may run."""
LOOK_AGAIN = 5.0
"""Seconds between two looks of whoever stands in for workers that cannot be asked."""
TIME_LIMIT = 180
SOFT_TIME_LIMIT = 150

_log = logging.getLogger(__name__)


_SETTINGS: Mapping[str, object] = {
    "result_backend": None,
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": False,
    "task_acks_on_failure": True,
    "task_acks_on_timeout": True,
    "task_soft_time_limit": SOFT_TIME_LIMIT,
    "task_time_limit": TIME_LIMIT,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_routes": {f"{step}": {"queue": step} for step in STEPS},
    "task_create_missing_queues": True,
    "worker_prefetch_multiplier": 1,
    "worker_soft_shutdown_timeout": 20,
    "worker_enable_soft_shutdown_on_idle": True,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "worker_max_tasks_per_child": 2000,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "broker_connection_timeout": 2,
    "broker_pool_acquire_timeout": 2,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_publish_retry": True,
    "task_publish_retry_policy": {
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    "visibility_timeout": VISIBILITY,
    "broker_transport_options": {
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "global_keyprefix": PREFIX,
    },
}


def broker_settings(redis_url: str) -> Mapping[str, object]:
    """Celery's settings, the same for every worker and every ringer."""
    return {"broker_url": redis_url, **_SETTINGS}


class RedisBell:
    """Rings from a thread of its own, so that nobody who asks ever waits for Redis.

    Many rings for one step between two publications are one ring: the worker that wakes takes all
    that is due anyway.
    """

    def __init__(self, redis_url: str) -> None:
        self._app = Celery("oncofertility-ringer", set_as_current=False)
        self._app.conf.update(broker_settings(redis_url))
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._ringer: tuple[int, threading.Thread] | None = None
        self._stand_in: Callable[[str], None] | None = None
        self._is_away = False

    def ring(self, step: str) -> None:
        """Ask for a step to be run soon."""
        with self._changed:
            self._wanted.add(step)
            self._changed.notify()
            self._start_here()

    def stand_in(self, do: Callable[[str], None]) -> None:
        """Have this do every step, in the ringer's thread, for as long as nobody can be asked to.

        It looks again every few seconds, so that what becomes due meanwhile is done as well.
        """
        self._stand_in = do

    def _start_here(self) -> None:
        """A thread does not survive a fork: each process that rings has its own."""
        if self._ringer and self._ringer[0] == os.getpid() and self._ringer[1].is_alive():
            return
        thread = threading.Thread(target=self._publish_for_ever, name="ringer", daemon=True)
        self._ringer = (os.getpid(), thread)
        thread.start()

    def _publish_for_ever(self) -> None:
        while True:
            steps = self._asked_for()
            lost = [step for step in steps if not self._publish(step)]
            self._is_away = bool(lost)
            if self._stand_in:
                for step in lost:
                    self._stand_in(step)

    def _asked_for(self) -> list[str]:
        """The steps that somebody rang for; all of them when it is time to look again."""
        with self._changed:
            pause = LOOK_AGAIN if self._is_away and self._stand_in else None
            while not self._wanted:
                if not self._changed.wait(pause):
                    return list(STEPS)
            steps, self._wanted = self._wanted, set()
        return [step for step in STEPS if step in steps]

    def _publish(self, step: str) -> bool:
        try:
            with self._app.pool.acquire(block=True, timeout=2) as connection:
                waiting = connection.default_channel.client.llen(step)
                if waiting < MOST_WAITING:
                    self._app.send_task(step, queue=step, connection=connection)
        except (OperationalError, RedisError, OSError) as error:
            _log.warning(
                "a ring was lost; the sweep will ask again",
                extra={"step": step, "failure": type(error).__name__},
            )
            return False
        return True
