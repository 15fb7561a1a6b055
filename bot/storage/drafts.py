"""Broadcasts before anybody gets them: drafts, the week's plan, and what each member of staff is in the middle of."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.core.broadcasting import Broadcast, BroadcastState, Content
from bot.core.staffing import Flow, Plan, Step
from bot.storage.broadcasts import insert_broadcast
from bot.storage.database import Database
from bot.storage.outbox import Following, write_following
from bot.storage.tables import broadcasts, staff_flows

# Told the broadcast, whose number its buttons carry.
Follows = Callable[[Broadcast], Following]


class Drafts:
    """Each verb is one transaction and may raise SQLAlchemyError, showing no values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        title: str,
        content: Content,
        *,
        confirmation: str,
        confirmable_until: datetime,
        created_by: int,
        now: datetime,
        tip_id: str | None,
        follows: Follows,
    ) -> Broadcast:
        """Write down a draft; the buttons of earlier drafts by the same person die."""
        fields = {"confirmation": confirmation, "confirmable_until": confirmable_until, "created_by": created_by}
        with self._database.begin() as connection:
            _drop(connection, created_by)
            draft = insert_broadcast(connection, title, content, BroadcastState.DRAFT, now, tip_id=tip_id, **fields)
            write_following(connection, follows(draft))
            return draft

    def offer(
        self, broadcast_id: int, confirmation: str, *, fresh: str, confirmable_until: datetime, due_at: datetime | None
    ) -> bool:
        """Give a draft another time and the fresh secret of another button; False where the old one is dead."""
        update = broadcasts.update().where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state == BroadcastState.DRAFT,
            broadcasts.c.confirmation == confirmation,
        )
        fields = {"confirmation": fresh, "confirmable_until": confirmable_until, "due_at": due_at}
        with self._database.begin() as connection:
            return connection.execute(update.values(fields)).rowcount > 0

    def drop(self, staff_id: int) -> tuple[int, ...]:
        """The buttons of all drafts by this person die; returns whose were alive."""
        with self._database.begin() as connection:
            return _drop(connection, staff_id)

    def plan(self, plan: Plan, title: str, content: Content, now: datetime, follows: Follows) -> Broadcast | None:
        """Schedule what a plan says; None where it was planned before, by whichever copy."""
        fields = {"confirmation": "", "tip_id": plan.tip.id, "due_at": plan.due_at, "expires_at": plan.expires_at}
        try:
            with self._database.begin() as connection:
                if connection.scalar(sa.select(broadcasts.c.id).where(broadcasts.c.plan_key == plan.key)):
                    return None
                state = BroadcastState.SCHEDULED
                planned = insert_broadcast(connection, title, content, state, now, plan_key=plan.key, **fields)
                write_following(connection, follows(planned))
                return planned
        except IntegrityError:  # another copy inserted it between our look and our insert
            return None

    def flow(self, staff_id: int) -> Flow | None:
        query = sa.select(staff_flows).where(staff_flows.c.staff_id == staff_id)
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        return Flow(Step(row.step), row.changed_at, row.broadcast_id, row.message_id) if row else None

    def set_flow(self, staff_id: int, flow: Flow | None) -> None:
        """Remember what somebody is in the middle of; None: of nothing."""
        gone = staff_flows.delete().where(staff_flows.c.staff_id == staff_id)
        with self._database.begin() as connection:
            connection.execute(gone)
            if flow:
                fields = {name: getattr(flow, name) for name in Flow.__dataclass_fields__}
                connection.execute(staff_flows.insert().values(staff_id=staff_id, **fields))


def _drop(connection: sa.Connection, staff_id: int) -> tuple[int, ...]:
    alive = (
        broadcasts.c.created_by == staff_id,
        broadcasts.c.state == BroadcastState.DRAFT,
        broadcasts.c.confirmation != "",
    )
    ids: Sequence[int] = connection.scalars(sa.select(broadcasts.c.id).where(*alive)).all()
    connection.execute(broadcasts.update().where(*alive).values(confirmation=""))
    return tuple(ids)
