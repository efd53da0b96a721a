"""Who said what a decision rests on: the feed of each resource, and when it was said."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from alerts.domain.chart import ResourceKey
from alerts.domain.decision import Decision
from alerts.domain.identity import given_by
from alerts.domain.worklist import Source
from alerts.persistence.expressions import among
from alerts.persistence.facts import spelled
from alerts.persistence.tables import feeds, records


def shown_in(decision: Decision) -> tuple[ResourceKey, ...]:
    """Each resource that the decision names, once."""
    named = [each.resource for finding in decision.findings for each in finding.evidence]
    named += [*decision.orders, *filter(None, (decision.first_dose_in,))]
    return tuple(dict.fromkeys(named))


def sources(
    connection: Connection, home: str, resources: Iterable[ResourceKey]
) -> tuple[Source, ...]:
    """Of each of these resources, as a chart of the feed `home` calls them, who said it.

    What is on no chart any more is left out.
    """
    called: dict[str, dict[str, ResourceKey]] = defaultdict(dict)
    for each in resources:
        plain, feed = given_by(each, home)
        called[feed][spelled(plain)] = each
    return tuple(
        source for feed, names in called.items() for source in _of_feed(connection, feed, names)
    )


def _of_feed(connection: Connection, feed: str, names: dict[str, ResourceKey]) -> list[Source]:
    told = (
        select(records.c.resource, records.c.said_at, records.c.is_stamped)
        .join(feeds, feeds.c.id == records.c.feed_id)
        .where(feeds.c.name == feed, among(records.c.resource, set(names)))
        .order_by(records.c.resource)
    )
    return [
        Source(
            resource=names[row.resource],
            feed_name=feed,
            said_at=row.said_at,
            is_stamped=row.is_stamped,
        )
        for row in connection.execute(told)
    ]
