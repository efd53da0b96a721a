"""The tables of signing in: sessions, tries, visits to the hospital's sign-in, broken glass."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
)

from alerts.persistence.tables import MOMENT, metadata, patients, people

__all__ = ["glass_breaks", "hospital_sign_ins", "metadata", "sessions", "sign_in_tries"]

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey(people.c.id), nullable=False, index=True),
    Column("until", MOMENT, nullable=False, index=True),
    Column("seen_at", MOMENT, nullable=False, server_default=func.now()),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("name_sha256", LargeBinary, nullable=False),
    Column("address", Text, nullable=False),
    Index("sign_in_tries_name_sha256_idx", "name_sha256", "at"),
    Index("sign_in_tries_address_idx", "address", "at"),
)

hospital_sign_ins = Table(
    "hospital_sign_ins",
    metadata,
    Column("state_sha256", LargeBinary, primary_key=True),
    Column("visit_sha256", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("until", MOMENT, nullable=False, index=True),
)

glass_breaks = Table(
    "glass_breaks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey(people.c.id), nullable=False),
    Column("chart_id", Uuid, ForeignKey(patients.c.id), nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("until", MOMENT, nullable=False),
    Column("reviewed_at", MOMENT),
    Column("reviewed_by", Uuid, ForeignKey(people.c.id)),
    Index("glass_breaks_person_id_idx", "person_id", "until"),
)
