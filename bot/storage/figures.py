"""Sums that staff look at."""

from collections.abc import Mapping

import sqlalchemy as sa

from bot.core.subscribing import SubscriptionState
from bot.storage.database import Database
from bot.storage.tables import broadcasts, outbox, subscribers


class Figures:
    """Each is one query and may raise SQLAlchemyError, showing no values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def times_sent(self) -> Mapping[str, int]:
        """How often each tip began to go out."""
        query = (
            sa.select(broadcasts.c.tip_id, sa.func.count().label("times"))
            .where(broadcasts.c.tip_id.is_not(None), broadcasts.c.started_at.is_not(None))
            .group_by(broadcasts.c.tip_id)
        )
        with self._database.begin() as connection:
            return {row.tip_id: row.times for row in connection.execute(query)}

    def subscriptions(self) -> Mapping[SubscriptionState, int]:
        """How many are in each state; those who pause are active."""
        query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
        with self._database.begin() as connection:
            return {SubscriptionState(state): count for state, count in connection.execute(query)}

    def messages_waiting(self) -> int:
        """How many messages Telegram has not taken yet."""
        with self._database.begin() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()
