"""Fetching updates, and confirming them to Telegram only when their outcome is stored.

PTB's own Updater asks for the next updates, and thereby confirms the last ones, while those still wait in
memory: a crash in that moment loses a patient's question without a trace. This loop waits until the
handlers are done.
"""

import asyncio
import logging
from collections.abc import Sequence

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.patience import Patience, Seldom, StoppingError, seconds

logger = logging.getLogger(__name__)

# Named, so that a kind of update that Telegram adds later does not reach handlers that were not written for
# it.
ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
POLL_SECONDS = 25  # Telegram allows 50; some networks drop a connection that is silent for half a minute
LONGEST_BACK_OFF_SECONDS = 30.0

_CONFLICT = (
    "another program is receiving this bot's messages with the same token (409 Conflict), so each gets only "
    "some of them; stop the other one. If you run none, somebody else has the token: let @BotFather revoke it"
)


class Poller:
    """Feeds a queue whose consumer calls ``task_done`` for each update when its outcome is stored."""

    def __init__(self, bot: Bot, queue: "asyncio.Queue[object]", patience: Patience) -> None:
        self._bot = bot
        self._queue = queue
        self._patience = patience
        self._offset: int | None = None
        self._back_off = 0.0
        self._seldom = Seldom()

    async def run(self) -> None:
        """Poll until the program is stopping; raises InvalidToken when Telegram no longer knows the token."""
        try:
            while not self._patience.stopping.is_set():
                await self._round()
        except StoppingError:
            pass
        await self._confirm()

    async def _round(self) -> None:
        try:
            updates = await self._fetch()
        except InvalidToken:
            raise
        except TelegramError as error:
            self._tell(error)
            await self._patience.pause(self._until_next_try(error))
            return
        self._back_off = 0.0
        for update in updates:
            await self._queue.put(update)
        await self._queue.join()
        if updates:
            self._offset = updates[-1].update_id + 1

    async def _fetch(self) -> Sequence[Update]:
        """The next updates; raises StoppingError instead of sitting out a long poll."""
        polling = asyncio.create_task(
            self._bot.get_updates(self._offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        )
        stopping = asyncio.create_task(self._patience.stopping.wait())
        await asyncio.wait((polling, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if polling.done():
            return polling.result()
        polling.cancel()
        raise StoppingError

    async def _confirm(self) -> None:
        """Tell Telegram what is done with, lest it come again. Without it, it does, and is known."""
        if self._offset is None:
            return
        try:
            await self._bot.get_updates(self._offset, timeout=0, limit=1, allowed_updates=ALLOWED_UPDATES)
        except TelegramError as error:
            logger.info("the last updates will come again error=%s", type(error).__name__)

    def _until_next_try(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            return seconds(error)
        self._back_off = min(LONGEST_BACK_OFF_SECONDS, max(1.0, self._back_off * 1.5))
        return self._back_off

    def _tell(self, error: TelegramError) -> None:
        if isinstance(error, Conflict) and self._seldom.lets("conflict"):
            logger.error(_CONFLICT)
        elif isinstance(error, TimedOut | NetworkError) and self._seldom.lets("network"):
            logger.warning("Telegram cannot be reached (%s); trying again", type(error).__name__)
        elif self._seldom.lets(type(error).__name__):
            logger.warning("Telegram refused to hand over updates (%s); trying again", type(error).__name__)
