"""The look at Redis, on a real server: is it there, may it drop, and may it be asked."""

import pytest

from alerts.domain.condition import Broker as Seen
from alerts.queue import RedisBell
from alerts.queue_state import look
from tests.waiting import until


def test_the_policy_and_the_doorbells_are_seen(broker, redis):
    RedisBell(broker.url).ring("assess")
    until(lambda: redis.llen("ofra:assess"), "the ring")
    seen = look(broker.url)
    assert (seen.is_there, seen.policy, seen.drops()) == (True, "noeviction", False)
    assert dict(seen.rings) == {"assess": 1, "notify": 0, "sweep": 0, "seal": 0}
    redis.config_set("maxmemory-policy", "allkeys-lru")
    assert look(broker.url).drops()


@pytest.mark.parametrize(
    ("forbidden", "policy"),
    [(("-config",), "noeviction"), (("-config", "-info"), "")],
    ids=["CONFIG", "CONFIG and INFO"],
)
def test_where_it_may_not_be_asked_it_is_unknown_and_no_failure(broker, redis, forbidden, policy):
    redis.execute_command("ACL", "SETUSER", "default", *forbidden)
    seen = look(broker.url)
    assert (seen.is_there, seen.policy, seen.drops()) == (True, policy, False)


def test_a_server_that_is_away_is_an_answer(tmp_path, caplog):
    assert look(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0") == Seen(is_there=False)
    assert "Redis does not answer" in caplog.text
