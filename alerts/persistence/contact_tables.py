"""The tables of how people want to be told, and the indexes by which they find what they were."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Time, Uuid, text

from alerts.persistence.tables import MOMENT, metadata, notices, people

__all__ = ["contact_ways", "contacts", "metadata"]

contacts = Table(
    "contacts",
    metadata,
    Column("person_id", Uuid, ForeignKey(people.c.id), primary_key=True),
    Column("quiet_start", Time),
    Column("quiet_end", Time),
    Column("digest", Time),
    Column("changed_at", MOMENT, nullable=False),
)

contact_ways = Table(
    "contact_ways",
    metadata,
    Column("person_id", Uuid, ForeignKey(people.c.id), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("channel", Text, primary_key=True),
    Column("address", Text, nullable=False),
)

Index(
    "notices_person_idx",
    notices.c.person_id,
    notices.c.number,
    postgresql_where=text("person_id is not null"),
)
Index("notices_bundle_idx", notices.c.bundle, postgresql_where=text("bundle is not null"))
