"""The lease: of all copies of the bot on one database, the one that holds it sends the broadcasts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Database
from bot.storage.tables import leases

_NAME = "broadcasting"


class Lease:
    """Taken and renewed for a while, by a name that is a copy's own; ends by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, holder: str, now: datetime, lasts: timedelta) -> bool:
        """Take or renew it until ``now + lasts``; False while another holds it."""
        fresh = {"holder": holder, "expires_at": now + lasts}
        is_free = sa.or_(leases.c.holder == holder, leases.c.expires_at <= now)
        try:
            with self._database.begin() as connection:
                update = leases.update().where(leases.c.name == _NAME, is_free)
                if connection.execute(update.values(fresh)).rowcount:
                    return True
                if connection.scalar(sa.select(leases.c.name).where(leases.c.name == _NAME)):
                    return False
                connection.execute(leases.insert().values(name=_NAME, **fresh))
        except IntegrityError:  # another copy inserted the row between our look and our insert
            return False
        return True

    def release(self, holder: str) -> None:
        """Give it back, so that another copy need not wait until it ends."""
        with self._database.begin() as connection:
            connection.execute(leases.delete().where(leases.c.name == _NAME, leases.c.holder == holder))


def holds_lease(connection: sa.Connection, holder: str, now: datetime) -> bool:
    """Whether ``holder`` has the lease; if so, nobody else can take it before the transaction ends."""
    held = sa.select(leases.c.name).where(leases.c.name == _NAME, leases.c.holder == holder, leases.c.expires_at > now)
    # Without the row's lock another copy could take over, and the same deliveries, between our look and our commit.
    return connection.scalar(held.with_for_update()) is not None
