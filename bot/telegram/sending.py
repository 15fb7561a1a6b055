"""From the outbox to the patient: each chat's messages in order, until Telegram took them or never will."""

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.storage import Outgoing, Pending, Storage
from bot.telegram.patience import Patience, StoppingError
from bot.telegram.rendering import markup, with_notice
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=10)

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Courier:
    """Delivers what the outbox holds, in a task for each chat, so that one chat's wait is its own.

    A message leaves the outbox when Telegram has taken it, or has refused it for good (the patient blocked
    the bot, the chat is gone). After any other failure it stays for the next ``deliver`` or
    ``deliver_all``.
    """

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        worker: Worker,
        patience: Patience,
        spawn: Spawn,
        late: str,
        now: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._storage = storage
        self._worker = worker
        self._patience = patience
        self._spawn = spawn
        self._late = late
        self._now = now
        self._wanted: set[int] = set()
        self._busy: set[int] = set()

    def deliver(self, chat_id: int) -> None:
        """See to it that what the outbox now holds for a chat is sent; returns at once."""
        self._wanted.add(chat_id)
        if chat_id not in self._busy:
            self._busy.add(chat_id)
            self._spawn(self._drain(chat_id))

    async def deliver_all(self) -> None:
        """``deliver`` for each chat with something in the outbox: what a crash or an outage left there."""
        for chat_id in await self._worker.run(self._storage.chats_waiting):
            self.deliver(chat_id)

    async def say(self, chat_id: int, text: str) -> None:
        """Send a plain sentence past the outbox, for when the database itself fails; gives up quietly."""
        try:
            await self._patience.call(lambda: self._bot.send_message(chat_id, text))
        except (TelegramError, StoppingError) as error:
            logger.warning("a sentence was not delivered chat=%d error=%s", chat_id, type(error).__name__)

    async def _drain(self, chat_id: int) -> None:
        try:
            # No await stands between finding nothing wanted and being no longer busy: no deliver() is missed.
            while chat_id in self._wanted:
                self._wanted.discard(chat_id)
                await self._send_all(await self._worker.run(self._storage.pending, chat_id))
        finally:
            self._wanted.discard(chat_id)
            self._busy.discard(chat_id)

    async def _send_all(self, waiting: tuple[Pending, ...]) -> None:
        has_apologised = False
        for pending in waiting:
            is_late = self._is_late(pending.outgoing) and not has_apologised
            if not await self._settle(pending, is_late):
                return
            has_apologised = has_apologised or is_late

    def _is_late(self, outgoing: Outgoing) -> bool:
        return outgoing.asked_at is not None and self._now() - outgoing.asked_at > LATE_AFTER

    async def _settle(self, pending: Pending, is_late: bool) -> bool:
        """Send a message and cross it out; False if it, and so those behind it, must wait for a while."""
        try:
            message_id = await self._place(pending, is_late)
        except ChatMigrated as error:
            await self._worker.run(self._storage.move, pending.chat_id, error.new_chat_id)
            self.deliver(error.new_chat_id)
            return False
        except (Forbidden, BadRequest) as error:
            logger.warning("a reply was refused and is dropped chat=%d error=%s", pending.chat_id, _reason(error))
            message_id = None
        except (TelegramError, StoppingError) as error:
            logger.warning("a reply waits in the outbox chat=%d error=%s", pending.chat_id, type(error).__name__)
            return False
        await self._worker.run(self._storage.cross_out, pending, message_id, self._now())
        return True

    async def _place(self, pending: Pending, is_late: bool) -> int:
        outgoing = pending.outgoing
        if not outgoing.in_place or outgoing.question_id is None:
            return await self._send(pending, is_late)
        message_id = await self._edit_or_send(pending, outgoing.question_id, is_late)
        if outgoing.is_last:
            await self._delete_surplus(pending.chat_id, outgoing.question_id, outgoing.position)
        return message_id

    async def _edit_or_send(self, pending: Pending, question_id: int, is_late: bool) -> int:
        outgoing = pending.outgoing
        before = await self._worker.run(self._storage.sent_at_position, pending.chat_id, question_id, outgoing.position)
        if before is None or not await self._edit(pending, before):
            return await self._send(pending, is_late)
        return before

    async def _send(self, pending: Pending, is_late: bool) -> int:
        outgoing = pending.outgoing
        if outgoing.photo:
            return await self._send_photo(pending.chat_id, outgoing.photo, outgoing)
        quoted = outgoing.reply_to
        message = await self._patience.call(
            lambda: self._bot.send_message(
                pending.chat_id,
                with_notice(self._late, outgoing.html) if is_late else outgoing.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup(outgoing.keyboard),
                reply_parameters=ReplyParameters(quoted, allow_sending_without_reply=True) if quoted else None,
            )
        )
        return message.message_id

    async def _send_photo(self, chat_id: int, photo: str, outgoing: Outgoing) -> int:
        message = await self._patience.call(
            lambda: self._bot.send_photo(
                chat_id,
                photo,
                caption=outgoing.html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(outgoing.keyboard),
            )
        )
        return message.message_id

    async def _edit(self, pending: Pending, message_id: int) -> bool:
        """False if Telegram will not have that message edited (it was deleted): then a new one is due."""
        try:
            await self._patience.call(
                lambda: self._bot.edit_message_text(
                    pending.outgoing.html,
                    pending.chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=markup(pending.outgoing.keyboard),
                )
            )
        except BadRequest as error:
            return "not modified" in error.message.lower()
        return True

    async def _delete_surplus(self, chat_id: int, question_id: int, position: int) -> None:
        for message_id in await self._worker.run(self._storage.sent_after, chat_id, question_id, position):
            try:
                await self._patience.call(partial(self._bot.delete_message, chat_id, message_id))
            except BadRequest:
                logger.info("a reply was gone already chat=%d", chat_id)


def _reason(error: TelegramError) -> str:
    # What stands behind a colon in Telegram's words may quote the reply, and that may quote the patient.
    return f"{type(error).__name__} {error.message.partition(':')[0]!r}"
