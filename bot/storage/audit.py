"""The record of what staff did, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.tables import audit


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member of staff did; ``staff_id`` is None for the week's plan and the shell."""

    at: datetime
    staff_id: int | None
    action: str
    broadcast_id: int | None = None
    detail: str | None = None


class Audit:
    """Acts are added and read, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, act: Act) -> None:
        fields = {name: getattr(act, name) for name in Act.__dataclass_fields__}
        with self._database.begin() as connection:
            connection.execute(audit.insert().values(fields))

    def latest(self, limit: int) -> Sequence[Act]:
        """The last acts, newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._database.begin() as connection:
            return [
                Act(row.at, row.staff_id, row.action, row.broadcast_id, row.detail) for row in connection.execute(query)
            ]
