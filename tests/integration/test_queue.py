"""The bell on a real Redis-protocol server: few doorbells wait, and none carries a word."""

from pathlib import Path

from redis import Redis

from alerts import queue
from alerts.embedded.broker import Broker
from alerts.queue import MOST_WAITING, RedisBell
from tests.waiting import until


def test_a_ring_waits_in_the_queue_of_its_step_and_carries_nothing(broker: Broker, redis: Redis):
    bell = RedisBell(broker.url)
    bell.ring("assess")
    until(lambda: redis.llen("ofra:assess"), "the ring")
    assert redis.llen("ofra:notify") == 0
    message = redis.lindex("ofra:assess", 0)
    assert b'"task": "assess"' in message
    assert b'"argsrepr": "()"' in message


def test_only_a_few_doorbells_wait(broker: Broker, redis: Redis):
    bell = RedisBell(broker.url)
    for waiting in range(1, MOST_WAITING + 1):
        bell.ring("assess")
        until(lambda waiting=waiting: redis.llen("ofra:assess") >= waiting, "one more ring")
    for _ in range(5):
        bell.ring("assess")
        bell.ring("notify")
    until(lambda: redis.llen("ofra:notify"), "a ring for another step")
    assert redis.llen("ofra:assess") <= MOST_WAITING


def test_a_server_that_is_away_costs_the_ring_and_nothing_else(tmp_path: Path, caplog):
    bell = RedisBell(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0")
    bell.ring("assess")
    until(lambda: "a ring was lost" in caplog.text, "the lost ring to be told")


def test_while_the_server_is_away_somebody_stands_in_for_every_step(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(queue, "LOOK_AGAIN", 0.1)
    done: list[str] = []
    bell = RedisBell(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0")
    bell.stand_in(done.append)
    bell.ring("notify")
    until(lambda: set(done) == set(queue.STEPS), "every step to be done")
    assert done[0] == "notify"


def test_nobody_stands_in_while_workers_can_be_asked(broker: Broker, redis: Redis):
    done: list[str] = []
    bell = RedisBell(broker.url)
    bell.stand_in(done.append)
    bell.ring("assess")
    until(lambda: redis.llen("ofra:assess"), "the ring")
    bell.ring("notify")
    until(lambda: redis.llen("ofra:notify"), "the next ring")
    assert done == []
