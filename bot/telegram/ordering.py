"""Updates of one chat in order, those of different chats side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor


class ChatByChat(BaseUpdateProcessor):
    """A lock for each chat that has updates in hand; locks are fair, and PTB starts updates in order."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._locks: dict[int, asyncio.Lock] = {}
        self._holders: dict[int, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        async with self._turn(chat.id):
            await coroutine

    @property
    def chats_in_hand(self) -> int:
        """How many locks are kept: none when nothing is in hand."""
        return len(self._locks)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""

    @asynccontextmanager
    async def _turn(self, chat_id: int) -> AsyncIterator[None]:
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._holders[chat_id] = self._holders.get(chat_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._holders[chat_id] -= 1
            if not self._holders[chat_id]:
                del self._locks[chat_id], self._holders[chat_id]
