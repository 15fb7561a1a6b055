"""Subscribers, broadcasts and their deliveries, the lease of who broadcasts, and the record of what staff did."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of exactly this type.
_NUMBERED = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wording", sa.String(64), nullable=False),
        sa.Column("consented_at", _INSTANT, nullable=False),
        sa.Column("paused_until", _INSTANT),
        sa.Column("changed_at", _INSTANT, nullable=False),
    )
    _create_broadcasts()
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBERED, primary_key=True),
        sa.Column("broadcast_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("settled_at", _INSTANT),
        sa.Column("recall", sa.String(16)),
    )
    op.create_index("ix_deliveries_once", "deliveries", ["chat_id", "broadcast_id"], unique=True)
    op.create_index("ix_deliveries_state", "deliveries", ["broadcast_id", "state", "id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", _NUMBERED, primary_key=True),
        sa.Column("at", _INSTANT, nullable=False, index=True),
        sa.Column("staff_id", sa.BigInteger),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger),
        sa.Column("detail", sa.String(200)),
    )


def _create_broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", _NUMBERED, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("tip_id", sa.String(64), index=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("confirmation", sa.String(32), nullable=False),
        sa.Column("created_by", sa.BigInteger),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("confirmed_by", sa.BigInteger),
        sa.Column("due_at", _INSTANT),
        sa.Column("expires_at", _INSTANT),
        sa.Column("started_at", _INSTANT),
        sa.Column("finished_at", _INSTANT),
        sa.Column("enumerated_to", sa.BigInteger),
        sa.Column("is_enumerated", sa.Boolean, nullable=False),
        sa.Column("progress_chat_id", sa.BigInteger),
        sa.Column("progress_message_id", sa.BigInteger),
        sa.Column("recall", sa.String(16)),
    )


def downgrade() -> None:
    for table in ("audit", "leases", "deliveries", "broadcasts", "subscribers"):
        op.drop_table(table)
