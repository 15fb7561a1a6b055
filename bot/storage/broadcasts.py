"""Broadcasts, one delivery row for each recipient, and the lease of the copy that sends them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.core.broadcasting import (
    Broadcast,
    BroadcastState,
    Content,
    Counts,
    Delivery,
    DeliveryState,
    Outcome,
    RecallState,
)
from bot.core.subscribing import SubscriptionState
from bot.storage.database import Database
from bot.storage.tables import broadcasts, deliveries, leases, subscribers

_LEASE = "broadcasting"
_LOWEST_CHAT = -(2**63)
_UNSUBSCRIBED_BY = {
    DeliveryState.BLOCKED: SubscriptionState.BLOCKED,
    DeliveryState.GONE: SubscriptionState.GONE,
}
# What an outcome may still be written over: a copy that lost its lease may learn late what became of its calls.
_OPEN = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


class Broadcasts:
    """The verbs on broadcasts. Each is one transaction and may raise SQLAlchemyError, showing no values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self,
        title: str,
        content: Content,
        *,
        confirmation: str,
        now: datetime,
        tip_id: str | None = None,
        created_by: int | None = None,
    ) -> Broadcast:
        """Write down a new draft."""
        fields = {
            "title": title,
            "content": content.model_dump_json(),
            "tip_id": tip_id,
            "state": BroadcastState.DRAFT,
            "confirmation": confirmation,
            "created_by": created_by,
            "created_at": now,
            "is_enumerated": False,
        }
        with self._database.begin() as connection:
            row = connection.execute(broadcasts.insert().values(fields).returning(broadcasts)).one()
        return _broadcast(row._mapping)

    def get(self, broadcast_id: int) -> Broadcast | None:
        query = sa.select(broadcasts).where(broadcasts.c.id == broadcast_id)
        with self._database.begin() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _broadcast(row) if row else None

    def latest(self, limit: int) -> tuple[Broadcast, ...]:
        """The last ones that were more than drafts, newest first."""
        return self._select(broadcasts.c.state != BroadcastState.DRAFT, order=broadcasts.c.id.desc(), limit=limit)

    def in_state(self, *states: BroadcastState) -> tuple[Broadcast, ...]:
        """All in one of these states, oldest first."""
        return self._select(broadcasts.c.state.in_(states), order=broadcasts.c.id)

    def due(self, now: datetime) -> Broadcast | None:
        """The one to work on: a running one, else the scheduled one that has been due for longest."""
        is_due = sa.and_(broadcasts.c.state == BroadcastState.SCHEDULED, broadcasts.c.due_at <= now)
        is_running = broadcasts.c.state == BroadcastState.RUNNING
        found = self._select(
            sa.or_(is_running, is_due), order=(is_running.desc(), broadcasts.c.due_at, broadcasts.c.id), limit=1
        )
        return found[0] if found else None

    def last_sent(self) -> Mapping[str, datetime]:
        """When each tip last began to go out."""
        query = (
            sa.select(broadcasts.c.tip_id, sa.func.max(broadcasts.c.started_at).label("at"))
            .where(broadcasts.c.tip_id.is_not(None), broadcasts.c.started_at.is_not(None))
            .group_by(broadcasts.c.tip_id)
        )
        with self._database.begin() as connection:
            return {row.tip_id: row.at for row in connection.execute(query)}

    def change(
        self, broadcast_id: int, *, of: Collection[BroadcastState], to: BroadcastState, **fields: object
    ) -> bool:
        """Move on from one of the states ``of``; False, and nothing is written, where it is in none of them.

        ``fields`` are those of ``Broadcast``, but for ``progress`` (see ``show_progress_at``).
        """
        update = broadcasts.update().where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(of))
        return self._write(update.values(state=to, **fields))

    def confirm(self, broadcast_id: int, confirmation: str, *, to: BroadcastState, **fields: object) -> bool:
        """``change`` a draft or an unapproved one whose button holds ``confirmation``, which is used up by that."""
        update = broadcasts.update().where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_((BroadcastState.DRAFT, BroadcastState.UNAPPROVED)),
            broadcasts.c.confirmation == confirmation,
        )
        return self._write(update.values(state=to, **{"confirmation": "", **fields}))

    def show_progress_at(self, broadcast_id: int, chat_id: int, message_id: int) -> None:
        """Remember which message shows how it goes."""
        update = broadcasts.update().where(broadcasts.c.id == broadcast_id)
        self._write(update.values(progress_chat_id=chat_id, progress_message_id=message_id))

    def enumerate(self, broadcast_id: int, now: datetime, limit: int) -> bool:
        """Write down a delivery for each of up to ``limit`` more recipients; True where there may be more.

        Goes through the subscribers by chat id and remembers how far it came, so that a crash changes nothing.
        """
        with self._database.begin() as connection:
            whole = connection.execute(
                sa.select(broadcasts.c.enumerated_to, broadcasts.c.is_enumerated).where(broadcasts.c.id == broadcast_id)
            ).one()
            if whole.is_enumerated:
                return False
            after = subscribers.c.chat_id > (_LOWEST_CHAT if whole.enumerated_to is None else whole.enumerated_to)
            some = sa.select(subscribers.c.chat_id).where(after, _gets_tips(now))
            page = some.order_by(subscribers.c.chat_id).limit(limit).subquery()
            last = connection.scalar(sa.select(sa.func.max(page.c.chat_id)))
            if last is not None:
                rows = sa.select(
                    sa.literal(broadcast_id), subscribers.c.chat_id, sa.literal(DeliveryState.PENDING.value)
                ).where(after, subscribers.c.chat_id <= last, _gets_tips(now))
                connection.execute(deliveries.insert().from_select(["broadcast_id", "chat_id", "state"], rows))
            done = {"is_enumerated": True} if last is None else {"enumerated_to": last}
            connection.execute(broadcasts.update().where(broadcasts.c.id == broadcast_id).values(done))
        return last is not None

    def take(self, broadcast_id: int, limit: int, holder: str, now: datetime) -> tuple[Delivery, ...]:
        """Mark the next pending deliveries as ``sending``: the caller must now send them, and ``settle`` each.

        Those whose recipient gets no tips any more become ``skipped`` and count towards ``limit`` too, so fewer may
        come, and none does not mean that none is pending. None is taken unless ``holder`` has the lease and the
        broadcast is running.
        """
        gets_tips = sa.exists().where(subscribers.c.chat_id == deliveries.c.chat_id, _gets_tips(now))
        query = (
            sa.select(deliveries.c.id, deliveries.c.chat_id, gets_tips.label("gets_tips"))
            .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == DeliveryState.PENDING)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        with self._database.begin() as connection:
            if not _is_sent_by(connection, broadcast_id, holder, now):
                return ()
            rows = connection.execute(query).all()
            _mark(connection, [row.id for row in rows if row.gets_tips], state=DeliveryState.SENDING)
            _mark(
                connection,
                [row.id for row in rows if not row.gets_tips],
                state=DeliveryState.SKIPPED,
                settled_at=now,
            )
        return tuple(Delivery(row.id, row.chat_id) for row in rows if row.gets_tips)

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Write down what became of deliveries; who blocked the bot or is gone is unsubscribed by that."""
        with self._database.begin() as connection:
            for outcome in outcomes:
                is_back = outcome.state is DeliveryState.PENDING
                row = deliveries.c.id == outcome.delivery.id
                connection.execute(
                    deliveries.update()
                    .where(row, deliveries.c.state.in_(_OPEN))
                    .values(
                        state=outcome.state,
                        settled_at=None if is_back else now,
                        # Of somebody who had everything erased meanwhile, no trace is written.
                        message_id=sa.case((deliveries.c.chat_id.is_(None), None), else_=outcome.message_id),
                    )
                )
                if (state := _UNSUBSCRIBED_BY.get(outcome.state)) is not None:
                    connection.execute(
                        subscribers.update()
                        .where(
                            subscribers.c.chat_id == outcome.delivery.chat_id,
                            subscribers.c.state == SubscriptionState.ACTIVE,
                        )
                        .values(state=state, changed_at=now)
                    )

    def abandon(self, broadcast_id: int, now: datetime) -> int:
        """What a crash left in ``sending`` becomes ``unknown``; returns how many. Only the lease's new holder may."""
        return self._settle_all(broadcast_id, DeliveryState.SENDING, DeliveryState.UNKNOWN, now, limit=None)

    def skip(self, broadcast_id: int, now: datetime, limit: int) -> int:
        """Up to ``limit`` pending deliveries become ``skipped``; returns how many: 0 when none is left."""
        return self._settle_all(broadcast_id, DeliveryState.PENDING, DeliveryState.SKIPPED, now, limit)

    def counts(self, broadcast_id: int) -> Counts:
        query = (
            sa.select(deliveries.c.state, sa.func.count())
            .where(deliveries.c.broadcast_id == broadcast_id)
            .group_by(deliveries.c.state)
        )
        with self._database.begin() as connection:
            return Counts({DeliveryState(state): count for state, count in connection.execute(query)})

    def move(self, delivery: Delivery, new_chat_id: int) -> Delivery | None:
        """A group got a new id: its delivery goes there; None where that chat has a delivery of its own."""
        update = deliveries.update().where(deliveries.c.id == delivery.id).values(chat_id=new_chat_id)
        try:
            self._write(update)
        except IntegrityError:
            return None
        return Delivery(delivery.id, new_chat_id)

    def hold_lease(self, holder: str, now: datetime, lasts: timedelta) -> bool:
        """Take or renew the right to send; False while another holds it. It ends at ``now + lasts``."""
        fresh = {"holder": holder, "expires_at": now + lasts}
        is_free = sa.or_(leases.c.holder == holder, leases.c.expires_at <= now)
        try:
            with self._database.begin() as connection:
                update = leases.update().where(leases.c.name == _LEASE, is_free)
                if connection.execute(update.values(fresh)).rowcount:
                    return True
                if connection.scalar(sa.select(leases.c.name).where(leases.c.name == _LEASE)):
                    return False
                connection.execute(leases.insert().values(name=_LEASE, **fresh))
        except IntegrityError:  # another copy inserted the row between our look and our insert
            return False
        return True

    def release_lease(self, holder: str) -> None:
        """Give the right to send back, so that another copy need not wait until it ends."""
        self._write(leases.delete().where(leases.c.name == _LEASE, leases.c.holder == holder))

    def to_recall(self, broadcast_id: int, limit: int) -> tuple[tuple[Delivery, int, datetime], ...]:
        """Sent deliveries not recalled yet, each with its message's id and when it was sent."""
        query = (
            sa.select(deliveries.c.id, deliveries.c.chat_id, deliveries.c.message_id, deliveries.c.settled_at)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.state == DeliveryState.SENT,
                deliveries.c.recall.is_(None),
                deliveries.c.chat_id.is_not(None),
                deliveries.c.message_id.is_not(None),
            )
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        with self._database.begin() as connection:
            return tuple(
                (Delivery(row.id, row.chat_id), row.message_id, row.settled_at) for row in connection.execute(query)
            )

    def settle_recall(self, outcomes: Sequence[tuple[Delivery, RecallState]]) -> None:
        """Write down what became of messages that were to be taken back."""
        with self._database.begin() as connection:
            for delivery, state in outcomes:
                _mark(connection, [delivery.id], recall=state)

    def recall_counts(self, broadcast_id: int) -> Mapping[RecallState, int]:
        query = (
            sa.select(deliveries.c.recall, sa.func.count())
            .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.recall.is_not(None))
            .group_by(deliveries.c.recall)
        )
        with self._database.begin() as connection:
            return {RecallState(state): count for state, count in connection.execute(query)}

    def set_recall(self, broadcast_id: int, state: RecallState) -> bool:
        """False where it is in that state already."""
        other = sa.or_(broadcasts.c.recall.is_(None), broadcasts.c.recall != state)
        return self._write(broadcasts.update().where(broadcasts.c.id == broadcast_id, other).values(recall=state))

    def _settle_all(
        self, broadcast_id: int, before: DeliveryState, after: DeliveryState, now: datetime, limit: int | None
    ) -> int:
        some = sa.select(deliveries.c.id).where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == before)
        update = deliveries.update().where(deliveries.c.id.in_(some.limit(limit)))
        with self._database.begin() as connection:
            return connection.execute(update.values(state=after, settled_at=now)).rowcount

    def _select(self, *where: sa.ColumnElement[bool], order: Any, limit: int | None = None) -> tuple[Broadcast, ...]:
        by = order if isinstance(order, tuple) else (order,)
        query = sa.select(broadcasts).where(*where).order_by(*by).limit(limit)
        with self._database.begin() as connection:
            return tuple(_broadcast(row) for row in connection.execute(query).mappings())

    def _write(self, statement: sa.Update | sa.Delete) -> bool:
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount > 0


def _gets_tips(now: datetime) -> sa.ColumnElement[bool]:
    """The same as ``Subscription.gets_tips``, for the database to decide."""
    is_paused = sa.and_(subscribers.c.paused_until.is_not(None), subscribers.c.paused_until > now)
    return sa.and_(subscribers.c.state == SubscriptionState.ACTIVE, sa.not_(is_paused))


def _is_sent_by(connection: sa.Connection, broadcast_id: int, holder: str, now: datetime) -> bool:
    holds = sa.select(leases.c.name).where(
        leases.c.name == _LEASE, leases.c.holder == holder, leases.c.expires_at > now
    )
    runs = sa.select(broadcasts.c.id).where(
        broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.RUNNING
    )
    return connection.scalar(holds) is not None and connection.scalar(runs) is not None


def _mark(connection: sa.Connection, ids: Sequence[int], **fields: object) -> None:
    if ids:
        connection.execute(deliveries.update().where(deliveries.c.id.in_(ids)).values(fields))


def _broadcast(row: sa.RowMapping) -> Broadcast:
    own = {name: row[name] for name in Broadcast.__dataclass_fields__ if name in row}
    progress = (row["progress_chat_id"], row["progress_message_id"]) if row["progress_chat_id"] else None
    return Broadcast(
        **own
        | {
            "content": Content.model_validate_json(row["content"]),
            "state": BroadcastState(row["state"]),
            "recall": RecallState(row["recall"]) if row["recall"] else None,
            "progress": progress,
        }
    )
