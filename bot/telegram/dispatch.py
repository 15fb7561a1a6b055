"""Sending one broadcast: take, send in time, record; until all is settled or something else ends it."""

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from telegram.error import ChatMigrated, RetryAfter, TelegramError

from bot.core.broadcasting import Broadcast, Counts, Delivery, DeliveryState, Outcome
from bot.core.pace import Pace
from bot.core.setbacks import Setbacks
from bot.core.staffing import Clock
from bot.storage import Storage
from bot.storage.broadcasts import Taken
from bot.telegram.delivering import CALLS_AT_ONCE, Carrier, state_after
from bot.telegram.patience import Seldom, is_set_within, seconds
from bot.telegram.progress import Progress
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

# How far ahead deliveries are taken. Within this time a pause is noticed, and what a crash leaves unknown is no more
# than what was taken and under way.
TAKEN_SECONDS = 0.2
MOST_TAKEN = 100
# A longer wait is not sat out with deliveries in hand: they go back, and the broadcast's state is looked at meanwhile.
LONGEST_TURN_SECONDS = 0.5
_TRIES_TO_RECORD = 5


class Dispatch:
    """One stretch of sending a broadcast. Run it once."""

    def __init__(
        self,
        broadcast: Broadcast,
        counts: Counts,
        holder: str,
        carrier: Carrier,
        storage: Storage,
        worker: Worker,
        pace: Pace,
        progress: Progress,
        clock: Clock,
        stopping: asyncio.Event,
        now: Callable[[], datetime],
    ) -> None:
        self._broadcast = broadcast
        self._holder = holder
        self._carrier = carrier
        self._storage = storage
        self._worker = worker
        self._pace = pace
        self._progress = progress
        self._clock = clock
        self._stopping = stopping
        self._now = now
        self._tally = Counter(counts.of)
        self._setbacks = Setbacks()
        self._under_way: set[asyncio.Task[None]] = set()
        self._landed: list[Outcome] = []
        self._seldom = Seldom()
        self._at_a_time = max(1, min(MOST_TAKEN, math.ceil(pace.rate * TAKEN_SECONDS)))

    @property
    def reason_to_pause(self) -> str | None:
        return self._setbacks.reason_to_pause

    @property
    def _may_send(self) -> bool:
        may_not = self._stopping.is_set() or self._setbacks.reason_to_pause or self._clock.is_quiet(self._now())
        return not may_not

    async def run(self) -> bool:
        """Send; True when every delivery is settled. Whatever ends it, what was under way is recorded."""
        try:
            while self._may_send:
                is_far_off = self._pace.wait(time.monotonic()) > LONGEST_TURN_SECONDS
                taken = await self._exchange(0 if is_far_off else self._at_a_time)
                if taken is None:  # the database may be well again in a moment; what has landed is kept until then
                    await is_set_within(self._stopping, 1.0)
                    continue
                if not taken.goes_on:
                    return False
                await self._start(taken.deliveries)
                if is_far_off:
                    await is_set_within(self._stopping, LONGEST_TURN_SECONDS)
                elif taken.is_all and not taken.deliveries:
                    if not self._under_way and not self._landed:
                        return True
                    await self._wait_for_one()
            return False
        finally:
            await self._land()

    async def _exchange(self, limit: int) -> Taken | None:
        landed, self._landed = self._landed, []
        try:
            taken = await self._worker.run(
                self._storage.broadcasts.exchange, self._broadcast.id, landed, limit, self._holder, self._now()
            )
        except Exception as error:
            self._landed = landed + self._landed
            if self._seldom.lets("database"):
                logger.error("deliveries could not be recorded broadcast=%d", self._broadcast.id, exc_info=error)
            return None
        self._count(landed)
        self._tally[DeliveryState.PENDING] -= len(taken.deliveries) + taken.skipped
        self._tally[DeliveryState.SENDING] += len(taken.deliveries)
        self._tally[DeliveryState.SKIPPED] += taken.skipped
        self._progress.show(self._broadcast.id, Counts(dict(self._tally)))
        return taken

    def _count(self, landed: Sequence[Outcome]) -> None:
        for outcome in landed:
            self._tally[DeliveryState.SENDING] -= 1
            self._tally[outcome.state] += 1

    async def _start(self, deliveries: Sequence[Delivery]) -> None:
        """Send each when it is its turn; where that is far off, those left go back."""
        for number, delivery in enumerate(deliveries):
            if not await self._is_its_turn():
                self._landed += [Outcome(other, DeliveryState.PENDING) for other in deliveries[number:]]
                return
            began = time.monotonic()
            self._pace.go(began)
            task = asyncio.create_task(self._deliver(delivery, began))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _is_its_turn(self) -> bool:
        most = 1 if self._setbacks.is_probing else CALLS_AT_ONCE
        if len(self._under_way) >= most:
            await self._wait_for_one()
            if len(self._under_way) >= most:
                return False
        while self._may_send:
            wait = self._pace.wait(time.monotonic())
            if wait > LONGEST_TURN_SECONDS:
                return False
            if not wait:
                return True
            await is_set_within(self._stopping, wait)
        return False

    async def _deliver(self, delivery: Delivery, began: float) -> None:
        state, message_id = DeliveryState.UNKNOWN, None
        try:
            state, message_id, delivery = await self._attempt(delivery)
        except Exception as error:
            logger.error("a delivery failed broadcast=%d", self._broadcast.id, exc_info=error)
        finally:
            self._pace.landed(began, time.monotonic())
            self._landed.append(Outcome(delivery, state, message_id))

    async def _attempt(self, delivery: Delivery, is_moved: bool = False) -> tuple[DeliveryState, int | None, Delivery]:
        try:
            message_id = await self._carrier.send(self._broadcast.content, delivery.chat_id)
        except ChatMigrated as error:
            if is_moved:
                return DeliveryState.FAILED, None, delivery
            moved = await self._worker.run(self._storage.broadcasts.move, delivery, error.new_chat_id)
            if moved is None:
                return DeliveryState.SKIPPED, None, delivery
            self._pace.note(time.monotonic())
            return await self._attempt(moved, is_moved=True)
        except TelegramError as error:
            return self._after(error), None, delivery
        self._setbacks.note(DeliveryState.SENT, "", time.monotonic())
        return DeliveryState.SENT, message_id, delivery

    def _after(self, error: TelegramError) -> DeliveryState:
        state, now = state_after(error), time.monotonic()
        if isinstance(error, RetryAfter):
            self._pace.hold(now + seconds(error))
            self._tell(f"Telegram asks to wait for {seconds(error):.0f} s")
            return state
        self._setbacks.note(state, error.message, now)
        self._pace.hold(self._setbacks.wait_until)
        if state in (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.FAILED):
            self._tell(f"{state} after {type(error).__name__}")
        return state

    def _tell(self, what: str) -> None:
        if self._seldom.lets(what):
            logger.warning("broadcast=%d %s", self._broadcast.id, what)

    async def _land(self) -> None:
        """Wait for the calls under way and record what became of them."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        landed, self._landed = self._landed, []
        for again in range(_TRIES_TO_RECORD):
            try:
                await self._worker.run(self._storage.broadcasts.settle, landed, self._now())
            except Exception as error:
                # What cannot be recorded stays in ``sending``, and becomes unknown.
                logger.error("outcomes were not recorded broadcast=%d", self._broadcast.id, exc_info=error)
                await asyncio.sleep(again)
            else:
                self._count(landed)
                return

    async def _wait_for_one(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LONGEST_TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
