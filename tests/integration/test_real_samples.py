"""Real FHIR by others through the service: received, assessed, nothing in quarantine."""

from alerts.domain.submission import Disposition
from alerts.pathway import review
from alerts.pathway.receive import receive
from tests.samples_of_others import EXPECTED, deliveries
from tests.toolbox import Bench


def test_every_sample_is_received_and_assessed_without_quarantine(bench: Bench):
    taken = {}
    for source in EXPECTED:
        feed = bench.feed(source)
        for path, sent in deliveries(source):
            taken[receive(sent, feed, bench.tools).receipt.id] = (feed, path.name)
    bench.work()
    assert len(taken) > 100
    became = {
        name: review.submission(feed, receipt, bench.tools).submission.disposition
        for receipt, (feed, name) in taken.items()
    }
    assert {name for name, what in became.items() if what is not Disposition.ASSESSED} == set()


def test_a_real_course_makes_an_entry_to_clear_up_and_tells_nobody_more_than_once(bench: Bench):
    feed = bench.feed("therapieziele-bih")
    for _ in range(2):
        for _, sent in deliveries("therapieziele-bih"):
            receive(sent, feed, bench.tools)
        bench.work()
    state = review.state(bench.tools)
    assert state.undecided == 1
