"""A crash at every named point: nothing is lost, and only a mail that was sent may come twice."""

import datetime as dt
import os
import signal
from pathlib import Path

import pytest

from alerts.domain.notice import NoticeStatus
from alerts.domain.submission import Disposition
from alerts.pathway import review
from alerts.pathway.assess import assess_due
from alerts.pathway.seal import seal_events
from alerts.pathway.verify import verify
from tests.faults.dying import POINTS, die_at
from tests.integration.steps import an_order
from tests.toolbox import Bench

MAY_COME_TWICE = {"send-before-record", "record-before-commit"}
LEASES = dt.timedelta(minutes=5)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.parametrize("point", POINTS)
def test_after_a_crash_a_healthy_process_goes_on(
    point: str, bench: Bench, service_url: str, tmp_path: Path
):
    body, post = an_order(), tmp_path / "sent"
    bench.feed()
    step = POINTS[point].step
    if step != "receive":
        bench.push(body)
    if step == "notify":
        assess_due(bench.tools)

    ended = die_at(point, service_url, body, post)
    assert os.WIFSIGNALED(ended)
    assert os.WTERMSIG(ended) == signal.SIGKILL

    again = bench.push(body).receipt
    assert again.is_repeat == (point != "accept-before-commit")
    bench.clock.forward(LEASES)
    bench.work()
    view = review.submission(bench.feed(), again.id, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    [decision] = view.decisions
    assert decision.alert
    assert [each.status for each in decision.notices] == [NoticeStatus.SENT]
    counts = review.state(bench.tools)
    assert (counts.submissions_waiting, counts.notices_waiting, counts.alerts_live) == (0, 0, 1)

    sent = [str(notice.id) for notice, _ in bench.pigeon.sent]
    if post.exists():
        sent += post.read_text().split()
    assert set(sent) == {str(decision.notices[0].id)}
    assert len(sent) == (2 if point in MAY_COME_TWICE else 1)
    seal_events(bench.tools)
    assert verify(bench.tools).is_sound()
