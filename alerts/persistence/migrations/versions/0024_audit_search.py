"""Indexes by which the trail is searched: each in the order in which a page is read."""

from alembic import op

revision = "0024"
down_revision = "0023"
_NOTHING = "'00000000-0000-0000-0000-000000000000'::uuid"


def upgrade() -> None:
    for name, leading in (
        ("at", ""),
        ("type", "type, "),
        ("actor", "actor_id, "),
        ("subject", f"coalesce(subject, {_NOTHING}), "),
        ("patient", f"coalesce(patient, {_NOTHING}), "),
    ):
        op.execute(f"create index audit_events_{name}_idx on audit_events ({leading}at, number)")


def downgrade() -> None:
    for name in ("patient", "subject", "actor", "type", "at"):
        op.execute(f"drop index audit_events_{name}_idx")
