"""The web server over the real database, and a feed that may submit to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
from sqlalchemy import Engine

from alerts.domain.worklist import Worklist
from alerts.pathway import admit, review
from tests.toolbox import Bench
from tests.unit.web.serving import served


@dataclass(frozen=True)
class Service:
    """A served bench: its address and the key of its feed."""

    bench: Bench
    url: str
    key: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What a feed sends with each request."""
        return {"Authorization": f"Bearer {self.key}"}

    def told(self, location: str) -> dict:
        """What the feed is told of a submission, after the workers have done all that is due."""
        self.bench.work()
        path = location.removeprefix(self.bench.tools.public_url)
        answer = httpx2.get(self.url + path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def worklist(self) -> Worklist:
        """What waits, after the workers have done all that is due."""
        self.bench.work()
        return review.worklist(self.bench.person(), self.bench.tools)

    def alerted(self) -> list[tuple[str, tuple[str, ...]]]:
        """Whose alerts wait, and for which drugs."""
        return [(str(row.patient), row.alert.drugs) for row in self.worklist().rows]


@pytest.fixture
def service(engine: Engine) -> Iterator[Service]:
    """The service, listening on loopback."""
    bench = Bench(engine)
    key = admit.add_feed("ehr", bench.tools)
    with served(bench.tools) as url:
        yield Service(bench, url, key)
