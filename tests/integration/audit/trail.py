"""A sealed, witnessed trail to be tampered with, and the superuser's hand that does it."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text

from alerts.audit.tree import Frontier, leaf_hash
from alerts.persistence import sealed_reading
from alerts.persistence.unit_of_work import begin
from tests.builders import an_event
from tests.integration.persistence.stage import Stage, guard, unguard
from tests.toolbox import Bench


class TrailOfTests:
    """A bench whose trail is signed, and both hands: the service's and the superuser's."""

    def __init__(self, engine: Engine, owner: Engine, folder: Path) -> None:
        self.bench, self.engine, self.owner = Bench(engine), engine, owner
        self.stage = Stage(engine, owner)
        self.file = self.bench.sign_trail(folder)
        self.tools = self.bench.tools

    def append(self, count: int = 1) -> None:
        """Events, each in a transaction of its own."""
        for _ in range(count):
            with begin(self.engine) as work:
                number = self.stage.events() + 1
                work.trail.append(
                    an_event(at=self.bench.clock(), detail=(("number", str(number)),))
                )
                work.commit()

    def grow(self, *batches: int) -> None:
        """Batches of events, each sealed, signed and witnessed."""
        for count in batches:
            self.append(count)
            self.bench.seal()

    def by_hand(self, *statements: str) -> None:
        """What a superuser does: no trigger stops it."""
        self.stage.by_hand(*statements)

    def cut(self, kept: int) -> None:
        """Remove all but so many events, with all that speaks of the others."""
        self.by_hand(
            *(
                " ".join(("delete from", table, "where", column, ">", str(kept - less)))
                for table, column, less in (
                    ("audit_events", "number", 0),
                    ("audit_waiting", "event", 0),
                    ("audit_leaves", "position", 1),
                    ("audit_checkpoints", "size", 0),
                    ("audit_witnessed", "size", 0),
                )
            )
        )

    def renumber(self, *moves: tuple[int, int]) -> None:
        """Give events other numbers, which the table itself would not let anybody do."""
        self.by_hand(
            "alter table audit_events alter number drop identity",
            *(
                " ".join(("update audit_events set number =", str(new), "where number =", str(old)))
                for old, new in moves
            ),
            "alter table audit_events alter number add generated always as identity"
            " (start with 100)",
        )

    def recompute(self, first: int = 0) -> None:
        """Let hashes, leaves and subtrees fit whatever the rows now say, as a forger would."""
        with self.owner.begin() as connection:
            unguard(connection)
            _recompute(connection, first)
            guard(connection)


def _recompute(connection: Connection, first: int) -> None:
    tree = Frontier()
    connection.execute(text("delete from audit_nodes"))
    size = connection.execute(text("select count(*) from audit_leaves")).scalar_one()
    for held in list(sealed_reading.held(connection, 0, size)):
        leaf = held.leaf
        if held.position >= first and held.stored is not None:
            leaf = leaf_hash(held.event, held.recomputed)
            _set(connection, "audit_events", "content_hash", held.recomputed, held.event)
            _set(connection, "audit_leaves", "hash", leaf, held.event)
        for node in tree.add(leaf):
            into = text("insert into audit_nodes values (:level, :place, :hash)")
            connection.execute(into, node._asdict())


def _set(connection: Connection, table: str, column: str, value: bytes, event: int) -> None:
    key = "number" if table == "audit_events" else "event"
    statement = " ".join(("update", table, "set", column, "= :value where", key, "= :event"))
    connection.execute(text(statement), {"value": value, "event": event})
