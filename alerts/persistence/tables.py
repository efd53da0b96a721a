"""The tables as SQLAlchemy Core knows them; the migrations make them, a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

LIVE = "status in ('open', 'acknowledged', 'referred')"
UNSENT = "status in ('pending', 'sending')"

MOMENT = DateTime(timezone=True)
_JSON = JSONB(none_as_null=True)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("key_sha256", LargeBinary, nullable=False, unique=True),
    Column("added_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("is_shadow", Boolean, nullable=False, server_default=text("false")),
)

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("added_at", MOMENT, nullable=False),
    Column("disabled_at", MOMENT),
    Column("totp_secret", Text),
    Column("totp_since", MOMENT),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("issuer", Text),
    Column("subject", Text),
    Index("people_subject_idx", "issuer", "subject", unique=True),
    Index("people_email_idx", func.lower(text("email"))),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("arrival", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), nullable=False),
    Column("interaction", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False, server_default=""),
    Column("sha256", LargeBinary, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("key_hashes", ARRAY(BigInteger), nullable=False),
    Column("identity", LargeBinary),
    Column("received_at", MOMENT, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("lease_until", MOMENT),
    # Nobody reads it since 0020; it goes with a later release.
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("times_alone", Integer, nullable=False, server_default="0"),
    Column("settled_at", MOMENT),
    Column("entries", _JSON),
    Column("purged_at", MOMENT),
    UniqueConstraint("feed_id", "fingerprint", "generation"),
    Index("submissions_key_hashes_idx", "key_hashes", postgresql_using="gin"),
    Index("submissions_waiting_idx", "arrival", postgresql_where=text("disposition = 'received'")),
    Index(
        "submissions_quarantined_idx",
        "received_at",
        postgresql_where=text("disposition = 'quarantined'"),
    ),
    Index(
        "submissions_unpurged_idx",
        "settled_at",
        postgresql_where=text("disposition = 'assessed' and purged_at is null"),
    ),
)

patients = Table(
    "patients",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), nullable=False),
    Column("key_type", Text, nullable=False),
    Column("key_id", Text, nullable=False, index=True),
    Column("chart_id", Uuid, ForeignKey("patients.id")),
    Column("tie", Text),
    Column("is_doubtful", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("feed_id", "key_type", "key_id"),
    Index("patients_chart_id_idx", "chart_id", postgresql_where=text("chart_id is not null")),
)

patient_names = Table(
    "patient_names",
    metadata,
    Column("patient_id", Uuid, ForeignKey(patients.c.id), primary_key=True),
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), nullable=False),
    Column("name", Text, primary_key=True, index=True),
    Column("system", Text, nullable=False),
    Column("is_trusted", Boolean, nullable=False),
    Index("patient_names_system_idx", "system", "is_trusted"),
)

patient_merges = Table(
    "patient_merges",
    metadata,
    Column("told_by", Uuid, ForeignKey(patients.c.id), primary_key=True),
    Column("replaced_id", Uuid, ForeignKey(patients.c.id), primary_key=True, index=True),
    Column("survivor_id", Uuid, ForeignKey(patients.c.id), primary_key=True, index=True),
)

trusted_systems = Table("trusted_systems", metadata, Column("system", Text, primary_key=True))

records = Table(
    "records",
    metadata,
    Column("feed_id", Uuid, ForeignKey(feeds.c.id), primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("patient_id", Uuid, ForeignKey(patients.c.id), index=True),
    Column("moved_from", Uuid, ForeignKey(patients.c.id)),
    Column("said_at", MOMENT, nullable=False),
    Column("number", Numeric, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_stamped", Boolean, nullable=False),
    Column("is_news", Boolean, nullable=False),
    Column("digest", Text, nullable=False),
    Column("kind", Text),
    Column("fact", _JSON),
    Column("links", ARRAY(Text), nullable=False),
    Index("records_links_idx", "links", postgresql_using="gin"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey(patients.c.id), nullable=False),
    Column("decided_at", MOMENT, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("decision", _JSON, nullable=False),
    Column("recheck_on", Date),
    Column("is_current", Boolean, nullable=False),
    Index("decisions_current_idx", "patient_id", unique=True, postgresql_where=text("is_current")),
    Index("decisions_patient_id_idx", "patient_id", "decided_at"),
    Index("decisions_recheck_idx", "recheck_on", postgresql_where=text("is_current")),
    Index(
        "decisions_undecided_idx",
        "decided_at",
        postgresql_where=text("is_current and outcome = 'cannot-tell'"),
    ),
)

submission_decisions = Table(
    "submission_decisions",
    metadata,
    Column("submission_id", Uuid, ForeignKey(submissions.c.id), primary_key=True),
    Column("patient_id", Uuid, ForeignKey(patients.c.id), primary_key=True),
    Column("decision_id", Uuid, ForeignKey(decisions.c.id), nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey(patients.c.id), nullable=False, index=True),
    Column("chart_id", Uuid, ForeignKey(patients.c.id), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("drugs", ARRAY(Text), nullable=False),
    Column("orders", ARRAY(Text), nullable=False),
    Column("first_dose", Date),
    Column("decision_id", Uuid, ForeignKey(decisions.c.id), nullable=False),
    Column("raised_at", MOMENT, nullable=False),
    Column("awaits", Text, nullable=False),
    Column("due_on", Date),
    Column("declined_as", Text),
    Column("declined_on", Date),
    Column("withheld", Text),
    Index("alerts_overdue_idx", "due_on", postgresql_where=text("status = 'referred'")),
    Index("alerts_withheld_idx", "id", postgresql_where=text("withheld is not null")),
    Index("alerts_live_idx", "chart_id", unique=True, postgresql_where=text(LIVE)),
)

alert_changes = Table(
    "alert_changes",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", Uuid, ForeignKey(alerts.c.id), nullable=False, index=True),
    Column("move", Text, nullable=False),
    Column("to_status", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("reason", Text),
    Column("note", Text, nullable=False),
    Column("told_on", Date),
    Column("told_who", Text, nullable=False, server_default=""),
    Column("told_where", Text, nullable=False, server_default=""),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("alert_id", Uuid, ForeignKey(alerts.c.id), nullable=False),
    Column("occasion", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("priority", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("detour", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("queued_at", MOMENT, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("lease_until", MOMENT),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", MOMENT),
    Column("failure", Text, nullable=False),
    Column("person_id", Uuid, ForeignKey(people.c.id)),
    Column("held_until", MOMENT),
    Column("bundle", Uuid),
    Column("seen_at", MOMENT),
    UniqueConstraint("alert_id", "occasion", "round", "step", "channel", "address"),
    Index("notices_due_idx", "due_at", postgresql_where=text(UNSENT)),
    Index(
        "notices_sent_idx",
        "channel",
        "address",
        "settled_at",
        postgresql_where=text("status = 'sent'"),
    ),
    Index("notices_told_idx", func.lower(text("address")), "alert_id"),
)
