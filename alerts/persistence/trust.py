"""What is trusted in the tables, brought in step with a policy that trusts other systems now."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.domain.identity import MOST_BEARERS
from alerts.persistence import chart_locks, identity_rows
from alerts.persistence.expressions import among
from alerts.persistence.tables import patient_names as names
from alerts.persistence.tables import trusted_systems as systems


def trust_anew(connection: Connection, trusted: Collection[str], limit: int) -> set[UUID] | None:
    """Trust some names that are to be trusted, or no more. Gives all who may be joined or parted.

    They are held until the transaction ends. None when all is as the policy says.
    """
    before = set(connection.execute(select(systems.c.system)).scalars())
    for system in sorted(before ^ set(trusted)):
        is_trusted = system in trusted
        some = _some(connection, system, limit, is_trusted=is_trusted)
        if some:
            return _change(connection, system, some, is_trusted=is_trusted)
        if is_trusted:
            remember(connection, {system})
        else:
            connection.execute(delete(systems).where(systems.c.system == system))
    return None


def remember(connection: Connection, trusted: Collection[str]) -> None:
    """Names of these systems are marked as trusted from now on."""
    if trusted:
        rows = [{"system": each} for each in sorted(trusted)]
        connection.execute(insert(systems).on_conflict_do_nothing(), rows)


def _some(connection: Connection, system: str, limit: int, *, is_trusted: bool) -> set[str]:
    """Names of that system that are not marked so."""
    asked = select(names.c.name).where(names.c.system == system, names.c.is_trusted != is_trusted)
    return set(connection.execute(asked.limit(limit)).scalars())


def _change(connection: Connection, system: str, some: set[str], *, is_trusted: bool) -> set[UUID]:
    starts = _bearers(connection, some)
    chart_locks.hold_reach(connection, starts, some)
    before, _ = identity_rows.reach(connection, starts)
    theirs = update(names).where(names.c.system == system, among(names.c.name, some))
    connection.execute(theirs.values(is_trusted=is_trusted))
    return before


def _bearers(connection: Connection, some: set[str]) -> set[UUID]:
    asked = select(names.c.patient_id).where(among(names.c.name, some))
    most = MOST_BEARERS * len(some)
    return set(connection.execute(asked.order_by(names.c.name).limit(most)).scalars())
