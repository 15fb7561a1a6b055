"""The tables, one description for SQLite and PostgreSQL; ``bot/migrations`` leads an older database to them."""

from datetime import UTC, datetime

import sqlalchemy as sa


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept as UTC. SQLite stores no zone, so it is taken off there and put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only in a column of exactly this type.
_NUMBERED = sa.BigInteger().with_variant(sa.Integer, "sqlite")

metadata = sa.MetaData()

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("touched_at", Instant, nullable=False, index=True),
)
known_updates = sa.Table(
    "known_updates",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("known_at", Instant, nullable=False, index=True),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("question_id", sa.BigInteger),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("is_last", sa.Boolean, nullable=False),
    sa.Column("in_place", sa.Boolean, nullable=False),
    sa.Column("reply_to", sa.BigInteger),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("keyboard", sa.Text, nullable=False),
    sa.Column("photo", sa.Text),
    sa.Column("asked_at", Instant),
    sa.Column("decided_at", Instant, nullable=False, index=True),
)
sent_replies = sa.Table(
    "sent_replies",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("question_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Column("sent_at", Instant, nullable=False, index=True),
)
subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("wording", sa.String(64), nullable=False),
    sa.Column("consented_at", Instant, nullable=False),
    sa.Column("paused_until", Instant),
    sa.Column("changed_at", Instant, nullable=False),
)
broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("tip_id", sa.String(64), index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("confirmation", sa.String(32), nullable=False),
    sa.Column("confirmable_until", Instant),
    sa.Column("created_by", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("confirmed_by", sa.BigInteger),
    sa.Column("due_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("started_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("enumerated_to", sa.BigInteger),
    sa.Column("is_enumerated", sa.Boolean, nullable=False),
    sa.Column("progress_chat_id", sa.BigInteger),
    sa.Column("progress_message_id", sa.BigInteger),
    sa.Column("recall", sa.String(16)),
    # Of one that a plan made: no second one is made under the same key.
    sa.Column("plan_key", sa.String(32)),
    sa.Index("ix_broadcasts_plan", "plan_key", unique=True),
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True),
    sa.Column("broadcast_id", sa.BigInteger, nullable=False),
    # None once the recipient had all that is stored about her erased: the sums stay right, she is gone from them.
    sa.Column("chat_id", sa.BigInteger),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("settled_at", Instant),
    sa.Column("recall", sa.String(16)),
    sa.Index("ix_deliveries_once", "chat_id", "broadcast_id", unique=True),
    sa.Index("ix_deliveries_state", "broadcast_id", "state", "id"),
)
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", _NUMBERED, primary_key=True),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("staff_id", sa.BigInteger),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("broadcast_id", sa.BigInteger),
    sa.Column("detail", sa.String(200)),
)
# What a member of staff is in the middle of.
staff_flows = sa.Table(
    "staff_flows",
    metadata,
    sa.Column("staff_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("step", sa.String(16), nullable=False),
    sa.Column("broadcast_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("changed_at", Instant, nullable=False),
)
