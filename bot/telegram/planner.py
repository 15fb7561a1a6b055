"""The week's tip, planned a day before it is due; and what nobody approved in time, dropped."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.broadcasting import Broadcast
from bot.core.staffing import Act, sent_or_planned, week_plan
from bot.storage import Following, Storage
from bot.telegram.patience import Patience, StoppingError
from bot.telegram.staff_desk import Desk
from bot.telegram.staff_setup import AHEAD, Done, StaffSetup, letters, preview
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0


def plan_week(setup: StaffSetup, storage: Storage, now: datetime) -> Done:
    """Schedule the week's tip once it is due within a day, and show it to all staff; once over all copies.

    A slot that passed while no copy ran is left out: nobody could have looked at its tip.
    """
    sent_at = storage.broadcasts.last_sent()
    sent_at = sent_or_planned(sent_at, storage.broadcasts.in_state(*AHEAD))
    plan = week_plan(setup.tips, sent_at, now, setup.zone)
    if plan is None:
        return Done()
    content = setup.tip_content(plan.tip, now)

    def follows(broadcast: Broadcast) -> Following:
        notice = setup.writer.week_notice(broadcast, plan.due_at)
        mail = [
            each for staff_id in sorted(setup.ids) for each in (*preview(staff_id, content), *letters(staff_id, notice))
        ]
        return Following(Act(now, None, "plan", broadcast.id), mail)

    if storage.drafts.plan(plan, plan.tip.title, content, now, follows) is None:
        return Done()
    return Done(chats=tuple(sorted(setup.ids)), wakes=True)


class Planner:
    """Looks at the start and each minute."""

    def __init__(
        self,
        setup: StaffSetup,
        desk: Desk,
        storage: Storage,
        worker: Worker,
        patience: Patience,
        apply: Callable[[Done], None],
        now: Callable[[], datetime],
    ) -> None:
        self._setup = setup
        self._desk = desk
        self._storage = storage
        self._worker = worker
        self._patience = patience
        self._apply = apply
        self._now = now

    async def run(self) -> None:
        """Until the program is stopping."""
        while True:
            try:
                await self.look()
            except Exception as error:  # the next look may find the database well again
                logger.error("planning failed", exc_info=error)
            try:
                await self._patience.pause(LOOK_SECONDS)
            except StoppingError:
                return

    async def look(self) -> None:
        now = self._now()
        self._apply(await self._worker.run(plan_week, self._setup, self._storage, now))
        self._apply(await self._worker.run(self._desk.expire, now))
