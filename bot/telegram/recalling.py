"""Taking back what a broadcast sent: deleted where it is young enough, else edited to say that it was withdrawn."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.core.broadcast_reports import recall_report
from bot.core.broadcasting import Broadcast, BroadcastState, Counts, Delivery, RecallState
from bot.core.pace import Pace
from bot.core.replies import Notice
from bot.core.staffing import Act
from bot.storage import Following, Storage
from bot.telegram.delivering import CALLS_AT_ONCE, Carrier, was_never_sent
from bot.telegram.duty import Duty
from bot.telegram.patience import is_set_within, seconds
from bot.telegram.progress import Progress
from bot.telegram.staff_setup import letters
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

# Telegram's limit is 48 hours, by its own clock.
DELETABLE_FOR = timedelta(hours=47, minutes=50)
# Both calls may be made again without harm, so only what Telegram answers with errors of its own so often is given up.
_MOST_TRIES = 5
_BACK_OFF_SECONDS = 2.0

_Sent = tuple[Delivery, int, datetime]


class Recalls:
    """Takes back the messages of every broadcast whose recall is running, paced like sending."""

    def __init__(
        self,
        carrier: Carrier,
        storage: Storage,
        worker: Worker,
        pace: Pace,
        progress: Progress,
        duty: Duty,
        stopping: asyncio.Event,
        withdrawn: str,
        deliver: Callable[[int], None],
        now: Callable[[], datetime],
    ) -> None:
        self._carrier = carrier
        self._storage = storage
        self._worker = worker
        self._pace = pace
        self._progress = progress
        self._duty = duty
        self._stopping = stopping
        self._withdrawn = withdrawn
        self._deliver = deliver
        self._now = now

    async def work(self) -> None:
        """Go once through all that is to be taken back now."""
        for broadcast in await self._worker.run(self._storage.broadcasts.recalling):
            await self._recall(broadcast)

    async def _recall(self, broadcast: Broadcast) -> None:
        running = (BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.PAUSED)
        await self._worker.run(
            lambda: self._storage.broadcasts.change(broadcast.id, of=running, to=BroadcastState.STOPPED)
        )
        tally = Counter(await self._worker.run(self._storage.broadcasts.recall_counts, broadcast.id))
        counts = await self._worker.run(self._storage.broadcasts.counts, broadcast.id)
        tries: Counter[int] = Counter()
        while await self._pass(broadcast, counts, tally, tries):
            if not self._goes_on or await is_set_within(self._stopping, _BACK_OFF_SECONDS):
                return
        after = await self._worker.run(self._storage.broadcasts.get, broadcast.id)
        if self._goes_on and after and after.is_over:  # else something may still be under way: look again soon
            asked_by = await self._worker.run(self._finish, after)
            logger.info("broadcast=%d taken back %s", broadcast.id, dict(tally))
            await self._progress.settle(broadcast.id)
            if asked_by:
                self._deliver(asked_by)

    def _finish(self, broadcast: Broadcast) -> int | None:
        """In the storage's thread. Returns whoever asked for it, who is told the numbers."""
        broadcasts = self._storage.broadcasts
        asked_by = self._storage.audit.last_to("recall", broadcast.id)
        over = replace(broadcast, recall=RecallState.FINISHED)
        told = recall_report(over, broadcasts.recall_counts(broadcast.id), broadcasts.counts(broadcast.id))
        mail = letters(asked_by, Notice(paragraphs=tuple(told.split("\n\n")))) if asked_by else ()
        act = Act(self._now(), None, "recalled", broadcast.id)
        return asked_by if broadcasts.set_recall(broadcast.id, RecallState.FINISHED, Following(act, mail)) else None

    async def _pass(
        self, broadcast: Broadcast, counts: Counts, tally: Counter[RecallState], tries: Counter[int]
    ) -> bool:
        """Try each message that is left; True where some are left after that."""
        after, are_left = 0, False
        while page := await self._worker.run(self._storage.broadcasts.to_recall, broadcast.id, after, CALLS_AT_ONCE):
            outcomes = await self._take_back_all(broadcast, page, tries)
            await self._worker.run(self._storage.broadcasts.settle_recall, outcomes)
            tally.update(state for _, state in outcomes)
            self._progress.show(broadcast.id, counts, tally)
            are_left = are_left or len(outcomes) < len(page)
            if not self._goes_on:
                return True
            after = page[-1][0].id
        return are_left

    @property
    def _goes_on(self) -> bool:
        return self._duty.is_held and not self._stopping.is_set()

    async def _take_back_all(
        self, broadcast: Broadcast, page: Sequence[_Sent], tries: Counter[int]
    ) -> list[tuple[Delivery, RecallState]]:
        tasks = []
        for sent in page:
            while self._goes_on and (wait := self._pace.wait(time.monotonic())):
                await is_set_within(self._stopping, min(wait, 1.0))
            if not self._goes_on:
                break
            tasks.append((sent[0], asyncio.create_task(self._try_paced(broadcast, sent, tries))))
            await asyncio.sleep(0)  # it goes
        return [(delivery, state) for delivery, task in tasks if (state := await task) is not None]

    async def _try_paced(self, broadcast: Broadcast, sent: _Sent, tries: Counter[int]) -> RecallState | None:
        began = time.monotonic()
        self._pace.go(began)
        try:
            return await self._try(broadcast, sent, tries)
        finally:
            self._pace.landed(began, time.monotonic())

    async def _try(self, broadcast: Broadcast, sent: _Sent, tries: Counter[int]) -> RecallState | None:
        """None where it is to be tried again."""
        delivery, message_id, sent_at = sent
        try:
            return await self._take_back(broadcast, delivery.chat_id, message_id, sent_at)
        except (BadRequest, Forbidden, ChatMigrated):
            return RecallState.FAILED
        except RetryAfter as error:
            self._pace.hold(time.monotonic() + seconds(error))
        except TelegramError as error:
            if not was_never_sent(error) and not isinstance(error, InvalidToken):
                tries[delivery.id] += 1
        return RecallState.FAILED if tries[delivery.id] >= _MOST_TRIES else None

    async def _take_back(self, broadcast: Broadcast, chat_id: int, message_id: int, sent_at: datetime) -> RecallState:
        if self._now() - sent_at < DELETABLE_FOR:
            try:
                await self._carrier.bot.delete_message(chat_id, message_id)
            except BadRequest as error:
                if "not found" in error.message:  # she deleted it herself, or we did and could not write it down
                    return RecallState.DELETED
            else:
                return RecallState.DELETED
        try:
            await self._withdraw(broadcast, chat_id, message_id)
        except BadRequest as error:
            if "not modified" not in error.message:
                raise
        return RecallState.WITHDRAWN

    async def _withdraw(self, broadcast: Broadcast, chat_id: int, message_id: int) -> None:
        bot = self._carrier.bot
        if broadcast.content.photo is not None:
            await bot.edit_message_caption(chat_id, message_id, caption=self._withdrawn)
        else:
            await bot.edit_message_text(self._withdrawn, chat_id, message_id)
