"""The message in which staff watch a broadcast: edited while it runs, and at the end its report."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.core.broadcast_reports import controls, progress, recall_report, report
from bot.core.broadcasting import Broadcast, Counts, RecallState
from bot.storage import Storage
from bot.telegram.patience import is_set_within, seconds
from bot.telegram.rendering import Message, lay_out, markup
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

EDIT_SECONDS = 3.0
_TRIES = 5
_LONGEST_WAIT_SECONDS = 10.0


class Progress:
    """Edits in the background, one at a time: nothing waits for them, and their failure harms nothing."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        worker: Worker,
        rate: float,
        quiet_until: Callable[[], str | None],
        stopping: asyncio.Event,
    ) -> None:
        """``quiet_until`` says when the quiet hours end, where those are now."""
        self._bot = bot
        self._storage = storage
        self._worker = worker
        self._rate = rate
        self._quiet_until = quiet_until
        self._stopping = stopping
        self._shown_at: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, broadcast_id: int, counts: Counts, recalled: Mapping[RecallState, int] | None = None) -> None:
        """Show how it goes, unless that was shown in the last seconds; returns at once."""
        now = time.monotonic()
        if self._tasks or now - self._shown_at.get(broadcast_id, float("-inf")) < EDIT_SECONDS:
            return
        self._shown_at = {broadcast_id: now}
        task = asyncio.create_task(self._show(broadcast_id, counts, recalled or {}))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, broadcast_id: int) -> None:
        """Show how it stands in the database, and see to it that this is what is shown last."""
        await self.wait()
        try:
            counts = await self._worker.run(self._storage.broadcasts.counts, broadcast_id)
            recalled = await self._worker.run(self._storage.broadcasts.recall_counts, broadcast_id)
        except Exception as error:
            logger.warning("a report was not written broadcast=%d", broadcast_id, exc_info=error)
            return
        await self._show(broadcast_id, counts, recalled, _TRIES)

    async def wait(self) -> None:
        """Wait for the edit under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _show(
        self, broadcast_id: int, counts: Counts, recalled: Mapping[RecallState, int], tries: int = 1
    ) -> None:
        try:
            broadcast = await self._worker.run(self._storage.broadcasts.get, broadcast_id)
            if broadcast and broadcast.progress:
                await self._edit(broadcast, self._text(broadcast, counts, recalled), tries)
        except Exception as error:
            logger.warning("progress was not shown broadcast=%d", broadcast_id, exc_info=error)

    def _text(self, broadcast: Broadcast, counts: Counts, recalled: Mapping[RecallState, int]) -> str:
        if broadcast.recall:
            return recall_report(broadcast, recalled, counts)
        if broadcast.is_over:
            return report(broadcast, counts)
        return progress(broadcast, counts, self._rate, self._quiet_until())

    async def _edit(self, broadcast: Broadcast, text: str, tries: int) -> None:
        assert broadcast.progress is not None, "it was looked at before"
        keyboard = Message("", lay_out(controls(broadcast))).keyboard
        for _ in range(tries):
            try:
                await self._bot.edit_message_text(text, *broadcast.progress, reply_markup=markup(keyboard))
            except (BadRequest, Forbidden):  # not modified, or deleted
                return
            except TelegramError as error:
                wait = seconds(error) if isinstance(error, RetryAfter) else 1.0
                # Once the program ends this is not waited for: the next start shows the report again.
                if tries == 1 or await is_set_within(self._stopping, min(wait, _LONGEST_WAIT_SECONDS)):
                    return
            else:
                return
