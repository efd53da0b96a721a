"""What senders call their deliveries: the media type names the FHIR release and the format."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("alter table submissions add column media_type text not null default ''")


def downgrade() -> None:
    op.execute("alter table submissions drop column media_type")
