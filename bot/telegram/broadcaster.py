"""Sends what is due, for the life of the process: claim, send, record; one copy of the bot at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.broadcast_reports import controls, paused_by_itself, report
from bot.core.broadcasting import Broadcast, BroadcastState, Counts
from bot.core.pace import Pace
from bot.core.replies import Notice
from bot.core.staffing import Act, Clock
from bot.storage import Following, Storage
from bot.telegram.delivering import Carrier
from bot.telegram.dispatch import Dispatch
from bot.telegram.duty import Duty
from bot.telegram.progress import Progress
from bot.telegram.recalling import Recalls
from bot.telegram.staff_setup import letters
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

# How soon work is noticed that another process wrote down.
IDLE_SECONDS = 1.0
# A reply waits behind one such page in the worker's line.
ENUMERATED_AT_ONCE = 500
SKIPPED_AT_ONCE = 500
# After a crash these may show less than what is known of them.
_REPORTS_SHOWN_AGAIN = 3

_UNFINISHED = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.STOPPED)


@dataclass(frozen=True, slots=True)
class Terms:
    """How the clinic sends: nothing in the quiet hours of its ``clock``; who of its staff are told of what.

    ``withdrawn`` takes the place of a message that is taken back.
    """

    clock: Clock
    withdrawn: str
    staff_ids: frozenset[int] = frozenset()


class Broadcaster:
    """``run`` it for the life of the process; ``wake`` it when storage has new work.

    It takes its orders from storage: whatever state a broadcast is moved to there, it follows within a second.
    ``pace`` is shared with whoever notes the replies in it; ``deliver`` is told each chat with new mail in the outbox.
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        storage: Storage,
        worker: Worker,
        pace: Pace,
        stopping: asyncio.Event,
        terms: Terms,
        deliver: Callable[[int], None],
        now: Callable[[], datetime],
    ) -> None:
        self._carrier = Carrier(api_url, token)
        self._storage = storage
        self._worker = worker
        self._pace = pace
        self._stopping = stopping
        self._terms = terms
        self._clock = terms.clock
        self._deliver = deliver
        self._now = now
        self._woken = asyncio.Event()
        self._progress = Progress(
            self._carrier.bot, storage, worker, pace.rate, lambda: terms.clock.quiet_until(now()), stopping
        )
        self._duty = Duty(storage, worker, stopping, self.wake, now)
        self._recalls = Recalls(
            self._carrier, storage, worker, pace, self._progress, self._duty, stopping, terms.withdrawn, deliver, now
        )

    @property
    def has_duty(self) -> bool:
        """Whether this copy is the one that sends."""
        return self._duty.is_held

    def wake(self) -> None:
        """Look at once for what is to be done."""
        self._woken.set()

    async def run(self) -> None:
        """Until the program is stopping; what is under way then is finished and recorded."""
        try:
            await asyncio.gather(
                self._duty.keep(), self._again_and_again(self._work), self._again_and_again(self._recalls.work)
            )
        finally:
            await self._duty.release()
            await self._progress.wait()
            await self._carrier.close()

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                if self._duty.is_held:
                    await work()
            except Exception as error:  # the next look may find the database well again
                logger.error("broadcasting failed", exc_info=error)
            await self._rest()

    async def _rest(self) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self._stopping, self._woken)]
        await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self._woken.clear()

    async def _work(self) -> None:
        """Close what is to be closed, then send what is due."""
        if self._duty.was_just_taken():
            await self._take_over()
        await self._close_all()
        due = await self._worker.run(self._storage.broadcasts.due, self._now())
        if due is not None and self._clock.is_quiet(self._now()):
            await self._hold(due)
        elif due is not None and await self._begin(due):
            await self._send(due)

    async def _hold(self, broadcast: Broadcast) -> None:
        """Wait for the end of the quiet hours, or until something is decided about it meanwhile."""
        logger.info("broadcast=%d waits for the end of the quiet hours", broadcast.id)
        await self._progress.settle(broadcast.id)
        after: Broadcast | None = broadcast
        while self._is_quiet_and_on_duty and after and after.state is broadcast.state:
            await self._rest()
            await self._close_all()
            after = await self._worker.run(self._storage.broadcasts.get, broadcast.id)
        if after and after.state is not broadcast.state and not after.is_over:
            await self._progress.settle(broadcast.id)

    @property
    def _is_quiet_and_on_duty(self) -> bool:
        return not self._stopping.is_set() and self._duty.is_held and self._clock.is_quiet(self._now())

    async def _close_all(self) -> None:
        for broadcast in await self._worker.run(self._storage.broadcasts.to_close, self._now()):
            await self._close(broadcast)

    async def _take_over(self) -> None:
        """Whoever had the lease before may have ended in the middle of a call, and before a report was shown."""
        for broadcast in await self._worker.run(self._storage.broadcasts.in_state, *_UNFINISHED):
            if not broadcast.is_over:
                await self._abandon(broadcast)
                await self._progress.settle(broadcast.id)
        for broadcast in await self._worker.run(self._storage.broadcasts.latest, _REPORTS_SHOWN_AGAIN):
            if broadcast.is_over and broadcast.progress:
                await self._progress.settle(broadcast.id)

    async def _abandon(self, broadcast: Broadcast) -> None:
        unknown = await self._worker.run(self._storage.broadcasts.abandon, broadcast.id, self._now())
        if unknown:
            logger.warning("broadcast=%d unknown=%d were being sent when a copy ended", broadcast.id, unknown)

    async def _begin(self, due: Broadcast) -> bool:
        if due.state is BroadcastState.RUNNING:
            return True
        logger.info("broadcast=%d begins", due.id)
        return await self._change(due, BroadcastState.SCHEDULED, BroadcastState.RUNNING, started_at=self._now())

    async def _send(self, broadcast: Broadcast) -> None:
        await self._enumerate(broadcast)
        dispatch = Dispatch(
            broadcast,
            await self._worker.run(self._storage.broadcasts.counts, broadcast.id),
            self._duty.holder,
            self._carrier,
            self._storage,
            self._worker,
            self._pace,
            self._progress,
            self._clock,
            self._stopping,
            self._now,
        )
        if await dispatch.run():
            await self._finish(broadcast)
        elif dispatch.reason_to_pause:
            await self._pause(broadcast, dispatch.reason_to_pause)
        elif not self._stopping.is_set():
            await self._close_all()
            after = await self._worker.run(self._storage.broadcasts.get, broadcast.id)
            if after and after.state is BroadcastState.RUNNING:
                await self._hold(after) if self._clock.is_quiet(self._now()) else self._duty.doubt()
            elif after and not after.is_over:
                await self._progress.settle(broadcast.id)

    async def _enumerate(self, broadcast: Broadcast) -> None:
        while not self._stopping.is_set() and await self._worker.run(
            self._storage.broadcasts.enumerate,
            broadcast.id,
            ENUMERATED_AT_ONCE,
            self._duty.holder,
            self._now(),
        ):
            pass

    async def _finish(self, broadcast: Broadcast) -> None:
        # Nothing is under way any more: what is still in ``sending`` was never recorded.
        await self._abandon(broadcast)
        after = await self._worker.run(self._storage.broadcasts.get, broadcast.id)
        if after is None or not after.is_enumerated:  # it was paused for a moment while recipients were written down
            return
        if await self._change(broadcast, BroadcastState.RUNNING, BroadcastState.FINISHED, finished_at=self._now()):
            await self._tell_end(broadcast)

    async def _pause(self, broadcast: Broadcast, reason: str) -> None:
        # Whoever watches it is told by a message of its own: an edit makes no sound. Where nobody does, all are told.
        chats = [broadcast.progress[0]] if broadcast.progress else sorted(self._terms.staff_ids)
        buttons = controls(replace(broadcast, state=BroadcastState.PAUSED))
        told = Notice(paragraphs=(paused_by_itself(broadcast, reason),), buttons=buttons)
        following = Following(
            Act(self._now(), None, "pause", broadcast.id, reason[:200]),
            [letter for chat_id in chats for letter in letters(chat_id, told)],
        )
        if await self._change(broadcast, BroadcastState.RUNNING, BroadcastState.PAUSED, following):
            logger.error("broadcast=%d was paused: too many deliveries in a row went wrong", broadcast.id)
            for chat_id in chats:
                self._deliver(chat_id)
        await self._progress.settle(broadcast.id)

    async def _close(self, broadcast: Broadcast) -> None:
        """What is left of one that was stopped or is past its time is skipped."""
        state = broadcast.state
        if state is not BroadcastState.STOPPED and state is not BroadcastState.EXPIRED:
            if not await self._change(broadcast, state, BroadcastState.EXPIRED):
                return
            state = BroadcastState.EXPIRED
        while not self._stopping.is_set():
            skipped = await self._worker.run(self._storage.broadcasts.skip, broadcast.id, self._now(), SKIPPED_AT_ONCE)
            if not skipped:
                await self._abandon(broadcast)
                if await self._change(broadcast, state, state, finished_at=self._now()):
                    await self._tell_end(broadcast)
                return

    async def _tell_end(self, broadcast: Broadcast) -> None:
        counts: Counts = await self._worker.run(self._storage.broadcasts.counts, broadcast.id)
        logger.info(
            "broadcast=%d ended recipients=%d %s",
            broadcast.id,
            counts.recipients,
            " ".join(f"{state}={count}" for state, count in sorted(counts.of.items())),
        )
        await self._progress.settle(broadcast.id)
        if not broadcast.progress:
            await self._report_to_all(broadcast, counts)

    async def _report_to_all(self, broadcast: Broadcast, counts: Counts) -> None:
        """Of a broadcast that nobody watches: the week's tip, or an order from a shell."""
        over = await self._worker.run(self._storage.broadcasts.get, broadcast.id)
        told = Notice(paragraphs=tuple(report(over or broadcast, counts).split("\n\n")))
        staff_ids = sorted(self._terms.staff_ids)
        mail = [letter for staff_id in staff_ids for letter in letters(staff_id, told)]
        await self._worker.run(self._storage.post, mail, self._now())
        for staff_id in staff_ids:
            self._deliver(staff_id)

    async def _change(
        self,
        broadcast: Broadcast,
        before: BroadcastState,
        after: BroadcastState,
        following: Following | None = None,
        **fields: object,
    ) -> bool:
        return await self._worker.run(
            lambda: self._storage.broadcasts.change(broadcast.id, following, of=(before,), to=after, **fields)
        )
