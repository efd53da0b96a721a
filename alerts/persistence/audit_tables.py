"""Tables of the audit trail: the events, what waits for its seal, and the tree that seals."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from alerts.persistence.tables import metadata

_MOMENT = DateTime(timezone=True)
_NOTHING = "'00000000-0000-0000-0000-000000000000'::uuid"

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("type", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("subject", Uuid),
    Column("patient", Uuid),
    Column("detail", JSONB(none_as_null=True), nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Index("audit_events_at_idx", "at", "number"),
    Index("audit_events_type_idx", "type", "at", "number"),
    Index("audit_events_actor_idx", "actor_id", "at", "number"),
    Index("audit_events_subject_idx", text(f"coalesce(subject, {_NOTHING})"), "at", "number"),
    Index("audit_events_patient_idx", text(f"coalesce(patient, {_NOTHING})"), "at", "number"),
)

audit_waiting = Table(
    "audit_waiting", metadata, Column("event", BigInteger, primary_key=True, autoincrement=False)
)
"""Filled by a trigger: an event waits here from its commit until it is a leaf, so none is missed,
in whatever order transactions end."""

audit_leaves = Table(
    "audit_leaves",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)

audit_nodes = Table(
    "audit_nodes",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Complete subtrees of every eighth level; `audit.tree` says which."""

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("size", BigInteger, nullable=False, index=True),
    Column("at", _MOMENT, nullable=False),
    Column("note", Text, nullable=False),
)

audit_witnessed = Table(
    "audit_witnessed",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("witness", Text, nullable=False),
    Column("at", _MOMENT, nullable=False),
)

audit_unsealed = Table(
    "audit_unsealed", metadata, Column("event", BigInteger, primary_key=True, autoincrement=False)
)
audit_seals = Table(
    "audit_seals",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)
"""These two are of the chain that the tree replaced. Nothing reads them; they stay while processes
of the release before may still run."""
