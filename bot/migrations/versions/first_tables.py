"""Conversations, known updates, messages still to be sent, and replies that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "known_updates",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    _create_outbox()
    op.create_table(
        "sent_replies",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("question_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        # SQLite numbers rows by itself only in a column of exactly this type.
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("question_id", sa.BigInteger),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_last", sa.Boolean, nullable=False),
        sa.Column("in_place", sa.Boolean, nullable=False),
        sa.Column("reply_to", sa.BigInteger),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("keyboard", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("sent_replies", "outbox", "known_updates", "conversations"):
        op.drop_table(table)
