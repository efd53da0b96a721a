"""Who is who: what patients are known by, merges that feeds told, and whose chart holds whom."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("alter table patients add column chart_id uuid references patients (id)")
    op.execute("alter table patients add column tie text")
    op.execute("alter table patients add column is_doubtful boolean not null default false")
    op.execute(
        "create index patients_chart_id_idx on patients (chart_id) where chart_id is not null"
    )
    op.execute("create index patients_key_id_idx on patients (key_id)")
    op.execute(
        """
        create table patient_names (
            patient_id uuid not null references patients (id),
            feed_id uuid not null references feeds (id),
            name text not null,
            system text not null,
            is_trusted boolean not null,
            primary key (patient_id, name)
        )
        """
    )
    op.execute("create index patient_names_name_idx on patient_names (name)")
    op.execute("create index patient_names_system_idx on patient_names (system, is_trusted)")
    op.execute(
        """
        create table patient_merges (
            told_by uuid not null references patients (id),
            replaced_id uuid not null references patients (id),
            survivor_id uuid not null references patients (id),
            primary key (told_by, replaced_id, survivor_id)
        )
        """
    )
    op.execute("create index patient_merges_replaced_id_idx on patient_merges (replaced_id)")
    op.execute("create index patient_merges_survivor_id_idx on patient_merges (survivor_id)")
    op.execute("create table trusted_systems (system text primary key)")
    op.execute("alter table alerts add column chart_id uuid references patients (id)")
    op.execute("update alerts set chart_id = patient_id")
    op.execute("alter table alerts alter column chart_id set not null")
    op.execute("create index alerts_chart_id_idx on alerts (chart_id)")
    op.execute("drop index alerts_live_idx")
    op.execute(
        """
        create unique index alerts_live_idx on alerts (chart_id)
        where status in ('open', 'acknowledged', 'referred')
        """
    )


def downgrade() -> None:
    op.execute("drop index alerts_live_idx")
    op.execute(
        """
        create unique index alerts_live_idx on alerts (patient_id)
        where status in ('open', 'acknowledged', 'referred')
        """
    )
    op.execute("alter table alerts drop column chart_id")
    op.execute("drop table trusted_systems")
    op.execute("drop table patient_merges")
    op.execute("drop table patient_names")
    op.execute("drop index patients_key_id_idx")
    op.execute("alter table patients drop column is_doubtful")
    op.execute("alter table patients drop column tie")
    op.execute("alter table patients drop column chart_id")
