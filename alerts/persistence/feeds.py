"""Feeds in their table: who may submit; of a key only its SHA-256 is kept."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Feed, FeedId
from alerts.errors import NotFound, Refused
from alerts.persistence import tables
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among
from alerts.persistence.rows import to_feed


class Feeds:
    """The systems that may submit. A revoked one stays, since its submissions do."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def add(self, feed: Feed, key_sha256: bytes, *, audit: AuditEvent) -> None:
        """Add a feed. Raises Refused when the name is taken."""
        row = {"id": feed.id, "name": feed.name, "key_sha256": key_sha256, "added_at": audit.at}
        row["is_shadow"] = feed.is_shadow
        new = insert(tables.feeds).values(row).on_conflict_do_nothing().returning(tables.feeds.c.id)
        if self._connection.execute(new).one_or_none() is None:
            raise Refused("there is a feed of that name already", expression="name")
        self._trail.append(audit)

    def find(self, key_sha256: bytes) -> Feed | None:
        """The feed of a key that is in force."""
        feeds = tables.feeds
        found = select(feeds).where(feeds.c.key_sha256 == key_sha256, feeds.c.revoked_at.is_(None))
        row = self._connection.execute(found).one_or_none()
        return to_feed(row) if row else None

    def all(self) -> tuple[Feed, ...]:
        """Every feed, revoked ones too, by name."""
        rows = self._connection.execute(select(tables.feeds).order_by(tables.feeds.c.name))
        return tuple(map(to_feed, rows))

    def in_force(self, feeds: Iterable[FeedId]) -> frozenset[FeedId]:
        """Those of them that may submit now."""
        known = tables.feeds
        mine = select(known.c.id).where(
            among(known.c.id, list(feeds)), known.c.revoked_at.is_(None)
        )
        return frozenset(FeedId(each) for each in self._connection.execute(mine).scalars())

    def is_shadow(self, feed: FeedId) -> bool:
        """Whether nobody is told of what that feed leads to."""
        asked = select(tables.feeds.c.is_shadow).where(tables.feeds.c.id == feed)
        return bool(self._connection.execute(asked).scalar_one_or_none())

    def go_live(self, feed: FeedId, *, audit: AuditEvent) -> None:
        """End a feed's shadow mode; a second time changes nothing."""
        feeds = tables.feeds
        ended = update(feeds).where(feeds.c.id == feed, feeds.c.is_shadow).values(is_shadow=False)
        if self._connection.execute(ended).rowcount:
            self._trail.append(audit)

    def revoke(self, name: str, *, audit: AuditEvent) -> None:
        """Put a feed's key out of force; a second time changes nothing. Raises NotFound."""
        feeds = tables.feeds
        known = select(feeds.c.revoked_at).where(feeds.c.name == name).with_for_update()
        row = self._connection.execute(known).one_or_none()
        if row is None:
            raise NotFound("there is no feed of that name")
        if row.revoked_at is None:
            ended = update(feeds).where(feeds.c.name == name).values(revoked_at=audit.at)
            self._connection.execute(ended)
            self._trail.append(audit)
