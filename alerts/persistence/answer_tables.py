"""The tables of what people told of local codes, and of the charts that hang on it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from alerts.persistence.tables import MOMENT, feeds, metadata, patients, people

__all__ = ["asked_codes", "code_answers", "metadata"]

code_answers = Table(
    "code_answers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), nullable=False),
    Column("system", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("drug", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Uuid, ForeignKey(people.c.id), nullable=False),
    Column("answered_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("revoked_by", Uuid, ForeignKey(people.c.id)),
    Column("revoked_because", Text),
    Index(
        "code_answers_in_force_idx",
        "feed_id",
        "system",
        "code",
        unique=True,
        postgresql_where=text("revoked_at is null"),
    ),
)

asked_codes = Table(
    "asked_codes",
    metadata,
    Column("patient_id", Uuid, ForeignKey(patients.c.id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), nullable=False),
    Column("resource", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("answer", Text),
    Column("since", MOMENT, nullable=False),
    Index("asked_codes_feed_id_idx", "feed_id", "system", "code"),
)
