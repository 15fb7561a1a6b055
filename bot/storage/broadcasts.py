"""Broadcasts, and one delivery row for each recipient."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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
from bot.storage.leases import holds_lease
from bot.storage.outbox import Following, write_following
from bot.storage.subscribers import gets_tips, move
from bot.storage.tables import broadcasts, deliveries, subscribers

_LOWEST_CHAT = -(2**63)
_UNSUBSCRIBED_BY = {
    DeliveryState.BLOCKED: SubscriptionState.BLOCKED,
    DeliveryState.GONE: SubscriptionState.GONE,
}
_CLOSING = (BroadcastState.STOPPED, BroadcastState.EXPIRED)
_MAY_EXPIRE = (BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.PAUSED)


@dataclass(frozen=True, slots=True)
class Taken:
    """What ``exchange`` took: ``skipped`` others had unsubscribed; where ``is_all`` nothing pending is left.

    ``goes_on`` is False, and nothing was taken, where the broadcast does not run or somebody else has the lease.
    """

    deliveries: tuple[Delivery, ...] = ()
    skipped: int = 0
    is_all: bool = False
    goes_on: bool = True


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
        fields = {"tip_id": tip_id, "confirmation": confirmation, "created_by": created_by}
        with self._database.begin() as connection:
            return insert_broadcast(connection, title, content, BroadcastState.DRAFT, now, **fields)

    def get(self, broadcast_id: int) -> Broadcast | None:
        query = sa.select(broadcasts).where(broadcasts.c.id == broadcast_id)
        with self._database.begin() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return broadcast_of(row) if row else None

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
        order = (sa.case((is_running, 0), else_=1), broadcasts.c.due_at, broadcasts.c.id)
        found = self._select(sa.or_(is_running, is_due), _is_in_time(now), order=order, limit=1)
        return found[0] if found else None

    def to_close(self, now: datetime) -> tuple[Broadcast, ...]:
        """Those that ended before all was sent, or must end now because they are past their time, oldest first."""
        has_ended = sa.and_(broadcasts.c.state.in_(_CLOSING), broadcasts.c.finished_at.is_(None))
        must_end = sa.and_(broadcasts.c.state.in_(_MAY_EXPIRE), broadcasts.c.expires_at <= now)
        return self._select(sa.or_(has_ended, must_end), order=broadcasts.c.id)

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
        self,
        broadcast_id: int,
        following: Following | None = None,
        /,
        *,
        of: Collection[BroadcastState],
        to: BroadcastState,
        **fields: object,
    ) -> bool:
        """Move on from one of the states ``of``; False, and nothing is written, where it is in none of them.

        ``fields`` are those of ``Broadcast``, but for ``progress`` (see ``show_progress_at``).
        """
        update = broadcasts.update().where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(of))
        return self._write(update.values(state=to, **fields), following)

    def confirm(
        self,
        broadcast_id: int,
        confirmation: str,
        following: Following | None = None,
        /,
        *,
        to: BroadcastState,
        **fields: object,
    ) -> bool:
        """``change`` a draft or an unapproved one whose button holds ``confirmation``, which is used up by that.

        A field ``confirmation`` sets the next one.
        """
        update = broadcasts.update().where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_((BroadcastState.DRAFT, BroadcastState.UNAPPROVED)),
            broadcasts.c.confirmation == confirmation,
        )
        return self._write(update.values(state=to, **{"confirmation": "", **fields}), following)

    def show_progress_at(self, broadcast_id: int, chat_id: int, message_id: int) -> None:
        """Remember which message shows how it goes."""
        update = broadcasts.update().where(broadcasts.c.id == broadcast_id)
        self._write(update.values(progress_chat_id=chat_id, progress_message_id=message_id))

    def enumerate(self, broadcast_id: int, limit: int, holder: str, now: datetime) -> bool:
        """Write down a delivery for each of up to ``limit`` more recipients; True where there may be more.

        Goes through the subscribers by chat id and remembers how far it came, so that a crash changes nothing.
        Nothing is written, and False comes back, unless ``holder`` has the lease and the broadcast is running.
        """
        with self._database.begin() as connection:
            if not _is_sent_by(connection, broadcast_id, holder, now):
                return False
            whole = connection.execute(
                sa.select(broadcasts.c.enumerated_to, broadcasts.c.is_enumerated).where(broadcasts.c.id == broadcast_id)
            ).one()
            if whole.is_enumerated:
                return False
            after = subscribers.c.chat_id > (_LOWEST_CHAT if whole.enumerated_to is None else whole.enumerated_to)
            some = sa.select(subscribers.c.chat_id).where(after, gets_tips(now))
            page = some.order_by(subscribers.c.chat_id).limit(limit).subquery()
            last = connection.scalar(sa.select(sa.func.max(page.c.chat_id)))
            if last is not None:
                rows = (
                    sa.select(sa.literal(broadcast_id), subscribers.c.chat_id, sa.literal(DeliveryState.PENDING.value))
                    .where(after, subscribers.c.chat_id <= last, gets_tips(now))
                    .order_by(subscribers.c.chat_id)
                )
                connection.execute(deliveries.insert().from_select(["broadcast_id", "chat_id", "state"], rows))
            done = {"is_enumerated": True} if last is None else {"enumerated_to": last}
            connection.execute(broadcasts.update().where(broadcasts.c.id == broadcast_id).values(done))
        return last is not None

    def exchange(self, broadcast_id: int, outcomes: Sequence[Outcome], limit: int, holder: str, now: datetime) -> Taken:
        """``settle``, and take the next: up to ``limit`` pending deliveries become ``sending``.

        The caller must now send those, and settle each. Those whose recipient gets no tips any more become
        ``skipped`` and count towards ``limit`` too, so fewer may come while some are pending.
        """
        is_asked_for = sa.exists().where(subscribers.c.chat_id == deliveries.c.chat_id, gets_tips(now))
        query = (
            sa.select(deliveries.c.id, deliveries.c.chat_id, is_asked_for.label("is_asked_for"))
            .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == DeliveryState.PENDING)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        with self._database.begin() as connection:
            _settle(connection, outcomes, now)
            if not _is_sent_by(connection, broadcast_id, holder, now):
                return Taken(goes_on=False)
            rows = connection.execute(query).all() if limit else ()
            wanted = tuple(Delivery(row.id, row.chat_id) for row in rows if row.is_asked_for)
            unwanted = [row.id for row in rows if not row.is_asked_for]
            taken = _move_on(connection, [delivery.id for delivery in wanted], state=DeliveryState.SENDING)
            skipped = _move_on(connection, unwanted, state=DeliveryState.SKIPPED, settled_at=now)
        return Taken(tuple(one for one in wanted if one.id in taken), len(skipped), is_all=len(rows) < limit)

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Write down what became of deliveries; who blocked the bot or is gone is unsubscribed by that."""
        with self._database.begin() as connection:
            _settle(connection, outcomes, now)

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
        """A group got a new id: its subscription and this delivery go there.

        None where the new chat has a delivery of this broadcast already.
        """
        to, this = deliveries.c.chat_id, deliveries.c.id == delivery.id
        broadcast_id = sa.select(deliveries.c.broadcast_id).where(this).scalar_subquery()
        with self._database.begin() as connection:
            move(connection, delivery.chat_id, new_chat_id)
            has_own = sa.select(deliveries.c.id).where(to == new_chat_id, deliveries.c.broadcast_id == broadcast_id)
            if connection.scalar(has_own) is not None:
                return None
            # Of an erased recipient no new trace is made.
            connection.execute(deliveries.update().where(this, to.is_not(None)).values(chat_id=new_chat_id))
        return Delivery(delivery.id, new_chat_id)

    def recalling(self) -> tuple[Broadcast, ...]:
        """Those whose messages are to be taken back."""
        return self._select(broadcasts.c.recall == RecallState.RUNNING, order=broadcasts.c.id)

    def to_recall(self, broadcast_id: int, after: int, limit: int) -> tuple[tuple[Delivery, int, datetime], ...]:
        """Sent deliveries of ids above ``after`` not recalled yet, each with its message's id and when it was sent."""
        query = (
            sa.select(deliveries.c.id, deliveries.c.chat_id, deliveries.c.message_id, deliveries.c.settled_at)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.state == DeliveryState.SENT,
                deliveries.c.id > after,
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
                connection.execute(deliveries.update().where(deliveries.c.id == delivery.id).values(recall=state))

    def recall_counts(self, broadcast_id: int) -> Mapping[RecallState, int]:
        query = (
            sa.select(deliveries.c.recall, sa.func.count())
            .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.recall.is_not(None))
            .group_by(deliveries.c.recall)
        )
        with self._database.begin() as connection:
            return {RecallState(state): count for state, count in connection.execute(query)}

    def set_recall(self, broadcast_id: int, state: RecallState, following: Following | None = None) -> bool:
        """False where it is in that state already."""
        other = sa.or_(broadcasts.c.recall.is_(None), broadcasts.c.recall != state)
        update = broadcasts.update().where(broadcasts.c.id == broadcast_id, other)
        return self._write(update.values(recall=state), following)

    def _settle_all(
        self, broadcast_id: int, before: DeliveryState, after: DeliveryState, now: datetime, limit: int | None
    ) -> int:
        some = sa.select(deliveries.c.id).where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == before)
        # The state is looked at again where the row is written: another copy may record an outcome in this moment.
        update = deliveries.update().where(deliveries.c.id.in_(some.limit(limit)), deliveries.c.state == before)
        with self._database.begin() as connection:
            return connection.execute(update.values(state=after, settled_at=now)).rowcount

    def _select(self, *where: sa.ColumnElement[bool], order: Any, limit: int | None = None) -> tuple[Broadcast, ...]:
        by = order if isinstance(order, tuple) else (order,)
        query = sa.select(broadcasts).where(*where).order_by(*by).limit(limit)
        with self._database.begin() as connection:
            return tuple(broadcast_of(row) for row in connection.execute(query).mappings())

    def _write(self, statement: sa.Update | sa.Delete, following: Following | None = None) -> bool:
        with self._database.begin() as connection:
            is_written = connection.execute(statement).rowcount > 0
            if is_written and following:
                write_following(connection, following)
        return is_written


def _is_in_time(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(broadcasts.c.expires_at.is_(None), broadcasts.c.expires_at > now)


def _is_sent_by(connection: sa.Connection, broadcast_id: int, holder: str, now: datetime) -> bool:
    runs = sa.select(broadcasts.c.id).where(
        broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.RUNNING, _is_in_time(now)
    )
    return holds_lease(connection, holder, now) and connection.scalar(runs) is not None


def _settle(connection: sa.Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    if not outcomes:
        return
    # Of somebody who had everything erased meanwhile, no trace is written.
    message_id = sa.case((deliveries.c.chat_id.is_(None), None), else_=sa.bindparam("message", type_=sa.BigInteger))
    # A copy that lost its lease may learn late what became of its calls. What was abandoned meanwhile is not put
    # back, though: the broadcast may be over.
    is_open = sa.or_(deliveries.c.state == DeliveryState.SENDING, deliveries.c.state == sa.bindparam("or_over"))
    update = (
        deliveries.update()
        .where(deliveries.c.id == sa.bindparam("of"), is_open)
        .values(state=sa.bindparam("became"), settled_at=sa.bindparam("at"), message_id=message_id)
    )
    rows = [
        {
            "of": outcome.delivery.id,
            "became": outcome.state.value,
            "at": None if outcome.state is DeliveryState.PENDING else now,
            "message": outcome.message_id,
            "or_over": DeliveryState.SENDING if outcome.state is DeliveryState.PENDING else DeliveryState.UNKNOWN,
        }
        for outcome in outcomes
    ]
    connection.execute(update, rows)
    for state, subscription in _UNSUBSCRIBED_BY.items():
        chats = [outcome.delivery.chat_id for outcome in outcomes if outcome.state is state]
        if chats:
            is_active = subscribers.c.state == SubscriptionState.ACTIVE
            left = subscribers.update().where(subscribers.c.chat_id.in_(chats), is_active)
            connection.execute(left.values(state=subscription, changed_at=now))


def _move_on(connection: sa.Connection, ids: Sequence[int], **fields: object) -> set[int]:
    """Those of pending deliveries that were still pending: a recipient may be erased in this moment."""
    still = deliveries.update().where(deliveries.c.id.in_(ids), deliveries.c.state == DeliveryState.PENDING)
    return set(connection.scalars(still.values(fields).returning(deliveries.c.id))) if ids else set()


def insert_broadcast(
    connection: sa.Connection, title: str, content: Content, state: BroadcastState, now: datetime, **fields: object
) -> Broadcast:
    """``fields`` are those of the table that may be empty, and ``confirmation``."""
    values: dict[str, object] = {
        "title": title,
        "content": content.model_dump_json(),
        "state": state,
        "created_at": now,
        "is_enumerated": False,
    }
    row = connection.execute(broadcasts.insert().values(values | fields).returning(broadcasts)).one()
    return broadcast_of(row._mapping)


def broadcast_of(row: sa.RowMapping) -> Broadcast:
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
