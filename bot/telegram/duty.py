"""Whether this copy of the bot is the one that sends broadcasts."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.storage import Storage
from bot.telegram.patience import Seldom, is_set_within
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

LASTS = timedelta(seconds=15)
RENEW_SECONDS = 5.0
# How often one that does not hold the lease reaches for it.
REACH_SECONDS = 1.0


class Duty:
    """Holds the lease for as long as it can be had.

    Storage looks at the lease again at each step; ``is_held`` only spares the steps that would be refused.
    """

    def __init__(
        self,
        storage: Storage,
        worker: Worker,
        stopping: asyncio.Event,
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """``wake`` is called when the lease was taken."""
        self.holder = secrets.token_hex(16)
        self.is_held = False
        self._storage = storage
        self._worker = worker
        self._stopping = stopping
        self._wake = wake
        self._now = now
        self._is_new = False
        self._seldom = Seldom()

    async def keep(self) -> None:
        """Take, renew and take again until the program is stopping."""
        while not self._stopping.is_set():
            was_held, self.is_held = self.is_held, await self._hold()
            if self.is_held and not was_held:
                self._is_new = True
                self._wake()
                logger.info("this copy sends the broadcasts")
            await is_set_within(self._stopping, RENEW_SECONDS if self.is_held else REACH_SECONDS)

    def was_just_taken(self) -> bool:
        """Whether it was taken since this was asked last: another copy may have left something unfinished."""
        is_new, self._is_new = self._is_new, False
        return is_new

    def doubt(self) -> None:
        """Storage refused a step: the lease counts as lost until it was renewed."""
        self.is_held = False

    async def release(self) -> None:
        """Give it back; without success it ends by itself."""
        self.is_held = False
        try:
            await self._worker.run(self._storage.lease.release, self.holder)
        except Exception as error:
            logger.warning("the lease was not given back", exc_info=error)

    async def _hold(self) -> bool:
        try:
            return await self._worker.run(self._storage.lease.hold, self.holder, self._now(), LASTS)
        except Exception as error:
            if self._seldom.lets("lease"):
                logger.error("the lease could not be renewed", exc_info=error)
            return False
