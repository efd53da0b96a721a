"""Metrics: the state in numbers for Prometheus. No id, no name, nothing of a patient."""

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from alerts.domain.account import Promise
from alerts.domain.condition import Condition
from alerts.errors import Unavailable
from alerts.web import access
from alerts.web.access import GivenLooking
from alerts.web.exchanges import Tally
from alerts.web.exposition import MEDIA_TYPE, Family, by_label, counter, gauge, written

router = APIRouter()
_OURS = "oncofertility_"


def tally_of(request: Request) -> Tally:
    """The counts of this process."""
    return cast("Tally", request.app.state.tally)


@router.get("/metrics", dependencies=[Depends(access.metrics_reader)])
def metrics(looking: GivenLooking, tally: Annotated[Tally, Depends(tally_of)]) -> Response:
    """All numbers. With the database away only those of this process, and `…_up 0`."""
    try:
        state = tuple(_families(looking.look()))
        is_up = True
    except Unavailable:
        state, is_up = (), False
    up = gauge(f"{_OURS}database_up", "Whether the database answered.", float(is_up))
    return Response(written((up, *state, *tally.families())), media_type=MEDIA_TYPE)


def _families(now: Condition) -> Iterator[Family]:
    yield from _promises(now)
    yield from _counted(now)
    yield from _ages(now)
    yield from _beside(now)


def _promises(now: Condition) -> Iterator[Family]:
    broken = {each.promise: each.how_many for each in now.account.broken}
    yield by_label(
        f"{_OURS}promise_broken",
        "By how many rows a promise is broken; all are 0 while every promise holds.",
        "promise",
        {promise.value: broken.get(promise, 0) for promise in Promise},
    )


def _counted(now: Condition) -> Iterator[Family]:
    counts, pulse = now.counts, now.pulse
    stored = "The number of the newest delivery; now and then a number is left out."
    yield counter(f"{_OURS}deliveries_numbered_total", stored, pulse.newest_arrival)
    yield counter(f"{_OURS}events_sealed_total", "Sealed events of the trail.", pulse.sealed)
    for name, says, number in (
        ("deliveries_waiting", "Deliveries that wait to be assessed.", counts.submissions_waiting),
        (
            "deliveries_set_aside",
            "Deliveries that wait for a person.",
            counts.submissions_quarantined,
        ),
        ("notices_waiting", "Notices that wait to be sent.", counts.notices_waiting),
        (
            "notices_undeliverable",
            "Undeliverable notices of live alerts.",
            counts.notices_undeliverable,
        ),
        ("alerts_live", "Alerts that somebody must answer.", counts.alerts_live),
        ("alerts_nobody_told", "Live alerts of which nobody was told.", counts.alerts_nobody_told),
        (
            "alerts_withheld",
            "Live alerts that are told to nobody on purpose.",
            counts.alerts_withheld,
        ),
        ("charts_undecided", "Charts of which it cannot tell.", counts.undecided),
        ("events_unsealed", "Events of the trail without a seal.", counts.events_unsealed),
        ("feeds_in_force", "Feeds that may send.", len(now.voices)),
        ("feeds_silent", "Feeds that are silent against their habit.", len(now.silent())),
    ):
        yield gauge(_OURS + name, says, number)


def _ages(now: Condition) -> Iterator[Family]:
    """NaN where there is none: nothing waits, or it never was."""
    counts, pulse = now.counts, now.pulse
    for name, says, then in (
        (
            "oldest_delivery_seconds",
            "Age of the oldest waiting delivery.",
            counts.oldest_submission,
        ),
        ("oldest_notice_seconds", "Age of the oldest waiting notice.", counts.oldest_notice),
        ("oldest_unsealed_seconds", "Age of the oldest unsealed event.", pulse.unsealed_since),
        ("sweep_age_seconds", "Seconds since a worker last swept.", pulse.swept_at),
        ("ping_age_seconds", "Seconds since the dead man took a ping.", pulse.pinged_at),
    ):
        yield gauge(_OURS + name, says, now.since(then))


def _beside(now: Condition) -> Iterator[Family]:
    if now.disk:
        yield gauge(f"{_OURS}disk_free_bytes", "Free where the data stand.", now.disk.free)
        least = "Below so many free bytes nothing is taken."
        yield gauge(f"{_OURS}disk_least_bytes", least, now.disk.least)
    if now.broker is None:
        return
    yield gauge(f"{_OURS}redis_up", "Whether Redis answered.", float(now.broker.is_there))
    drops = "Whether Redis may throw rings away (maxmemory-policy)."
    yield gauge(f"{_OURS}redis_may_drop", drops, float(now.broker.drops()))
    rings = {step: float(number) for step, number in now.broker.rings}
    yield by_label(f"{_OURS}rings_waiting", "Doorbells that wait in Redis.", "step", rings)
