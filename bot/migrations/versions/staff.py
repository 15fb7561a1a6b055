"""What staff are in the middle of, the time in which a draft may be confirmed, plans, and photos in the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_flows",
        sa.Column("staff_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("changed_at", _INSTANT, nullable=False),
    )
    op.add_column("outbox", sa.Column("photo", sa.Text))
    op.add_column("broadcasts", sa.Column("confirmable_until", _INSTANT))
    op.add_column("broadcasts", sa.Column("plan_key", sa.String(32)))
    op.create_index("ix_broadcasts_plan", "broadcasts", ["plan_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_broadcasts_plan", "broadcasts")
    op.drop_column("broadcasts", "plan_key")
    op.drop_column("broadcasts", "confirmable_until")
    op.drop_column("outbox", "photo")
    op.drop_table("staff_flows")
