"""The record of what staff did, and when."""

from collections.abc import Sequence

import sqlalchemy as sa

from bot.core.staffing import Act
from bot.storage.database import Database
from bot.storage.tables import audit


class Audit:
    """Acts are added and read, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, act: Act) -> None:
        with self._database.begin() as connection:
            write_act(connection, act)

    def last_to(self, action: str, broadcast_id: int) -> int | None:
        """Who of staff did this last to a broadcast."""
        query = sa.select(audit.c.staff_id).where(audit.c.action == action, audit.c.broadcast_id == broadcast_id)
        with self._database.begin() as connection:
            return connection.scalar(query.order_by(audit.c.id.desc()).limit(1))

    def latest(self, limit: int) -> Sequence[Act]:
        """The last acts, newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._database.begin() as connection:
            return [
                Act(row.at, row.staff_id, row.action, row.broadcast_id, row.detail) for row in connection.execute(query)
            ]


def write_act(connection: sa.Connection, act: Act) -> None:
    connection.execute(audit.insert().values({name: getattr(act, name) for name in Act.__dataclass_fields__}))
