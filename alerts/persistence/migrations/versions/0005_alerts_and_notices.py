"""Alerts, the rows of their history, and the notices that tell of them."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        create table alerts (
            id uuid primary key,
            patient_id uuid not null references patients (id),
            status text not null,
            priority text not null,
            drugs text[] not null,
            orders text[] not null,
            first_dose date,
            decision_id uuid not null references decisions (id),
            raised_at timestamptz not null
        )
        """
    )
    op.execute("create index alerts_patient_id_idx on alerts (patient_id)")
    op.execute(
        "create unique index alerts_live_idx on alerts (patient_id)"
        " where status in ('open', 'acknowledged', 'referred')"
    )
    op.execute(
        """
        create table alert_changes (
            number bigint primary key generated always as identity,
            alert_id uuid not null references alerts (id),
            move text not null,
            to_status text not null,
            actor_kind text not null,
            actor_id text not null,
            at timestamptz not null,
            reason text,
            note text not null
        )
        """
    )
    op.execute("create index alert_changes_alert_id_idx on alert_changes (alert_id)")
    op.execute(
        """
        create table notices (
            id uuid primary key,
            number bigint not null generated always as identity unique,
            alert_id uuid not null references alerts (id),
            occasion text not null,
            round integer not null,
            priority text not null,
            recipient text not null,
            channel text not null,
            address text not null,
            detour text not null,
            status text not null,
            queued_at timestamptz not null,
            due_at timestamptz not null,
            lease_until timestamptz,
            attempts integer not null,
            settled_at timestamptz,
            failure text not null,
            unique (alert_id, occasion, round, channel, address)
        )
        """
    )
    op.execute(
        "create index notices_due_idx on notices (due_at) where status in ('pending', 'sending')"
    )


def downgrade() -> None:
    op.execute("drop table notices")
    op.execute("drop table alert_changes")
    op.execute("drop table alerts")
