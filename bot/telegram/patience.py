"""Calls to Telegram that wait out its refusals, and waits that end when the program does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter

T = TypeVar("T")

# Half a minute in all but for what Telegram itself asks for: longer outages are left to the outbox.
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
# Telegram counts to the second and rounds down.
_SLACK_SECONDS = 0.1


class StoppingError(Exception):
    """The program is ending: what was being waited for will not happen any more."""


class Patience:
    """Tries a call again when a 429's time is over, and, backing off, when the network failed.

    At most ``at_once`` calls are under way, so that none waits for one of the pool's connections. A call
    that is waiting for its next try does not count.
    """

    def __init__(self, at_once: int, note: Callable[[], None] = lambda: None) -> None:
        """``note`` is told of each call as it is made."""
        self.stopping = asyncio.Event()
        self._slots = asyncio.Semaphore(at_once)
        self._note = note

    async def call(self, make: Callable[[], Awaitable[T]]) -> T:
        """``make`` and await a call, up to six times.

        Raises StoppingError, or Telegram's last error; what another try cannot mend is raised at once. A
        call that timed out may have arrived, and is made again all the same.
        """
        for back_off in BACK_OFF_SECONDS:
            try:
                return await self._try(make)
            except BadRequest:  # is a NetworkError, and final
                raise
            except RetryAfter as error:
                wait = seconds(error)
            except NetworkError:
                wait = back_off
            await self.pause(wait)
        return await self._try(make)

    async def _try(self, make: Callable[[], Awaitable[T]]) -> T:
        async with self._slots:
            self._note()
            return await make()

    async def pause(self, wait: float) -> None:
        """Wait; raises StoppingError as soon as the program is ending."""
        if await is_set_within(self.stopping, wait):
            raise StoppingError


class Seldom:
    """Lets one through a minute for each key, so that a log tells of an outage without drowning in it."""

    def __init__(self, every_seconds: float = 60, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_seconds = every_seconds
        self._clock = clock
        self._last: dict[str, float] = {}

    def lets(self, key: str) -> bool:
        now = self._clock()
        if key in self._last and now - self._last[key] < self._every_seconds:
            return False
        self._last[key] = now
        return True


async def is_set_within(event: asyncio.Event, wait: float) -> bool:
    """Wait for an event; False where it did not come within ``wait`` seconds."""
    try:
        await asyncio.wait_for(event.wait(), wait)
    except TimeoutError:
        return False
    return True


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return _SLACK_SECONDS + (after.total_seconds() if isinstance(after, timedelta) else after)
