"""Who gets tips, which tips reached her, and how she is erased from all of it."""

from datetime import datetime

import sqlalchemy as sa

from bot.core.broadcasting import DeliveryState
from bot.core.subscribing import SentTip, Subscription, SubscriptionState
from bot.storage.database import Database
from bot.storage.tables import broadcasts, deliveries, staff_flows, subscribers

_MOST_TIPS = 5


def subscription_of(connection: sa.Connection, chat_id: int) -> Subscription | None:
    query = sa.select(*(subscribers.c[name] for name in Subscription.model_fields))
    row = connection.execute(query.where(subscribers.c.chat_id == chat_id)).mappings().one_or_none()
    return None if row is None else Subscription(**row)


def gets_tips(now: datetime) -> sa.ColumnElement[bool]:
    """The same as ``Subscription.gets_tips``, for the database to decide."""
    is_paused = sa.and_(subscribers.c.paused_until.is_not(None), subscribers.c.paused_until > now)
    return sa.and_(subscribers.c.state == SubscriptionState.ACTIVE, sa.not_(is_paused))


def keep(connection: sa.Connection, chat_id: int, subscription: Subscription) -> None:
    """Store a subscription in place of the one before."""
    values = subscription.model_dump()
    update = subscribers.update().where(subscribers.c.chat_id == chat_id).values(**values)
    if connection.execute(update).rowcount == 0:
        connection.execute(subscribers.insert().values(chat_id=chat_id, **values))


def tips_sent_to(connection: sa.Connection, chat_id: int) -> tuple[SentTip, ...]:
    """The last tips that reached a chat, newest first."""
    query = (
        sa.select(broadcasts.c.tip_id, deliveries.c.settled_at)
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
        .where(deliveries.c.chat_id == chat_id, deliveries.c.state == DeliveryState.SENT)
        .where(broadcasts.c.tip_id.is_not(None), deliveries.c.settled_at.is_not(None))
        .order_by(deliveries.c.settled_at.desc())
        .limit(_MOST_TIPS)
    )
    return tuple(SentTip(row.tip_id, row.settled_at) for row in connection.execute(query))


def erase(connection: sa.Connection, chat_id: int, now: datetime) -> None:
    """Delete her subscription and take her out of the deliveries; what was not sent yet never will be.

    What a member of staff did is the clinic's record and stays; what she is in the middle of is left.
    """
    connection.execute(staff_flows.delete().where(staff_flows.c.staff_id == chat_id))
    connection.execute(subscribers.delete().where(subscribers.c.chat_id == chat_id))
    hers = deliveries.update().where(deliveries.c.chat_id == chat_id)
    connection.execute(
        hers.where(deliveries.c.state == DeliveryState.PENDING).values(state=DeliveryState.SKIPPED, settled_at=now)
    )
    connection.execute(hers.values(chat_id=None, message_id=None))


def move(connection: sa.Connection, chat_id: int, new_chat_id: int) -> None:
    """A chat got a new id, under which the subscription goes on, unless that one has a subscription of its own."""
    old = subscribers.c.chat_id == chat_id
    if subscription_of(connection, new_chat_id) is None:
        connection.execute(subscribers.update().where(old).values(chat_id=new_chat_id))
    else:
        connection.execute(subscribers.delete().where(old))


class Subscribers:
    """Each verb is one transaction and may raise SQLAlchemyError, showing no values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, chat_id: int) -> Subscription | None:
        with self._database.begin() as connection:
            return subscription_of(connection, chat_id)

    def mark(self, chat_id: int, state: SubscriptionState, now: datetime) -> None:
        """Note that she blocked the bot or is gone; who had stopped the tips stays stopped."""
        active = sa.and_(subscribers.c.chat_id == chat_id, subscribers.c.state == SubscriptionState.ACTIVE)
        with self._database.begin() as connection:
            connection.execute(subscribers.update().where(active).values(state=state, changed_at=now))

    def move(self, chat_id: int, new_chat_id: int) -> None:
        with self._database.begin() as connection:
            move(connection, chat_id, new_chat_id)

    def count_active(self, now: datetime) -> int:
        """How many get the tips that are sent now: those who pause are not among them."""
        query = sa.select(sa.func.count()).select_from(subscribers).where(gets_tips(now))
        with self._database.begin() as connection:
            return connection.scalar(query) or 0
