"""The tables of who owns an alert, of the steps that are due, and of the site's directory."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from alerts.persistence.tables import MOMENT, alerts, metadata, people

__all__ = ["charges", "covers", "failed_addresses", "members", "metadata", "owners", "steps"]

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("addresses", ARRAY(Text), nullable=False),
    Column("identifiers", ARRAY(Text), nullable=False),
    Column("duties", ARRAY(Text), nullable=False),
    Column("services", ARRAY(Text), nullable=False),
    Column("is_working", Boolean, nullable=False),
    Column("person_id", Uuid, ForeignKey(people.c.id)),
)

covers = Table(
    "covers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("absent_id", Uuid, ForeignKey(members.c.id), nullable=False),
    Column("by_id", Uuid, ForeignKey(members.c.id)),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False, index=True),
)

failed_addresses = Table(
    "failed_addresses",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("failed_at", MOMENT, nullable=False),
)

owners = Table(
    "owners",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", Uuid, ForeignKey(alerts.c.id), nullable=False, index=True),
    Column("rung", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("member_id", Uuid, ForeignKey(members.c.id)),
    Column("why", Text, nullable=False),
    Column("detour", Text, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("until", MOMENT),
    Index("owners_current_idx", "alert_id", unique=True, postgresql_where=text("until is null")),
)

charges = Table(
    "charges",
    metadata,
    Column("alert_id", Uuid, ForeignKey(alerts.c.id), primary_key=True),
    Column("status", Text, nullable=False),
    Column("clock_from", MOMENT, nullable=False),
    Column("reminded_at", MOMENT),
    Column("promised_until", MOMENT),
    Column("snoozed_until", MOMENT),
    Column("is_contacted", Boolean, nullable=False),
    Column("offered_to", Uuid, ForeignKey(members.c.id)),
    Column("offered_by", Text),
    Column("offered_until", MOMENT),
)

steps = Table(
    "steps",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", Uuid, ForeignKey(alerts.c.id), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("aim", Text, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("is_taken", Boolean, nullable=False, server_default=text("false")),
    Index("steps_pending_idx", "alert_id", unique=True, postgresql_where=text("ended_at is null")),
    Index("steps_due_idx", "due_at", postgresql_where=text("ended_at is null")),
)
