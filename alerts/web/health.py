"""Health: whether this process lives, whether it can work, and how the whole service is.

Three questions for three askers. An orchestrator that starts again what does not live must never
ask more than `/live`: starting a web server again mends no mail server. A load balancer asks
`/ready`. A monitor asks `/health`, which is 503 while a promise is broken.
"""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from alerts.domain.account import SENTENCES
from alerts.domain.condition import Condition, Health
from alerts.errors import Unavailable
from alerts.pathway import review
from alerts.web.access import GivenLooking, GivenTools, Open

router = APIRouter()
_AGAIN = {"Retry-After": "5"}


@router.api_route("/live", methods=["GET", "HEAD"], dependencies=[Open])
async def live() -> Response:
    """This process answers. Nothing else is asked."""
    return JSONResponse({"status": "up"})


@router.api_route("/ready", methods=["GET", "HEAD"], dependencies=[Open])
def ready(tools: GivenTools, looking: GivenLooking) -> Response:
    """It can take deliveries: the database answers, its disk has room, and Redis drops nothing.

    A Redis that is away does not count: deliveries are accepted without it. Raises DatabaseAway.
    """
    counts, broker, disk = review.state(tools), looking.broker(), tools.operations.disk()
    if broker and broker.drops():
        return JSONResponse({"status": "not ready", "why": _drops(broker.policy)}, 503, _AGAIN)
    if disk and disk.is_full():
        why = f"the disk is nearly full: {disk.said()}"
        return JSONResponse({"status": "not ready", "why": why}, 503, _AGAIN)
    waiting = {
        "submissions_waiting": counts.submissions_waiting,
        "notices_waiting": counts.notices_waiting,
        "alerts_live": counts.alerts_live,
    }
    return JSONResponse({"status": "ready"} | waiting)


@router.api_route("/health", methods=["GET", "HEAD"], dependencies=[Open])
def health(looking: GivenLooking) -> Response:
    """How the service is: numbers and ages only, no id, no name, nothing of a patient."""
    try:
        now = looking.look()
    except Unavailable as error:
        return JSONResponse({"status": "broken", "why": str(error)}, 503, _AGAIN)
    status = 503 if now.health() is Health.BROKEN else 200
    return JSONResponse(_told(now), status)


def _drops(policy: str) -> str:
    return (
        f"Redis drops keys when its memory is full (maxmemory-policy is {policy}); set it to"
        " noeviction: redis-cli config set maxmemory-policy noeviction"
    )


def _told(now: Condition) -> dict[str, object]:
    counts, pulse = now.counts, now.pulse
    broken = {each.promise: each.how_many for each in now.account.broken}
    return {
        "status": now.health().value,
        "at": now.at.isoformat(timespec="seconds"),
        "broken": [
            {"promise": promise.value, "says": SENTENCES[promise], "how_many": number}
            for promise, number in broken.items()
        ],
        "deliveries": {
            "waiting": counts.submissions_waiting,
            "oldest_seconds": now.since(counts.oldest_submission),
            "set_aside": counts.submissions_quarantined,
        },
        "notices": {
            "waiting": counts.notices_waiting,
            "oldest_seconds": now.since(counts.oldest_notice),
            "undeliverable": counts.notices_undeliverable,
        },
        "alerts": {
            "waiting": counts.alerts_live,
            "nobody_told": counts.alerts_nobody_told,
        },
        "trail": {
            "sealed": pulse.sealed,
            "newest_sealed_seconds": now.since(pulse.sealed_at),
            "unsealed": counts.events_unsealed,
            "oldest_unsealed_seconds": now.since(pulse.unsealed_since),
        },
        "swept_seconds": now.since(pulse.swept_at),
        "pinged_seconds": now.since(pulse.pinged_at),
        "feeds": {"in_force": len(now.voices), "silent": len(now.silent())},
        "redis": _broker(now),
        "disk": _disk(now),
    }


def _broker(now: Condition) -> dict[str, object]:
    if now.broker is None:
        return {"status": "not asked"}
    if not now.broker.is_there:
        return {"status": "away"}
    told: dict[str, object] = {"status": "up", "maxmemory_policy": now.broker.policy or "unknown"}
    if now.broker.drops():
        told["why"] = _drops(now.broker.policy)
    return told


def _disk(now: Condition) -> dict[str, object]:
    if now.disk is None:
        return {"status": "not asked"}
    status = "full" if now.disk.is_full() else "filling" if now.disk.is_filling() else "roomy"
    return {"status": status, "free_bytes": now.disk.free, "least_bytes": now.disk.least}
