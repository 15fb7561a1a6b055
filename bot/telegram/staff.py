"""Updates from staff: who asks is looked at in each, what they do goes to the desk, what follows is shown."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeChat, CallbackQuery, LinkPreviewOptions, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.ext.filters import BaseFilter

from bot.core.staffing import COMMANDS, STAFF_DATA, read_tap
from bot.telegram.patience import Patience, StoppingError
from bot.telegram.patients import Patients
from bot.telegram.rendering import markup, render
from bot.telegram.sending import Courier, Spawn
from bot.telegram.staff_desk import Desk
from bot.telegram.staff_setup import Done, Edit
from bot.telegram.worker import Worker
from bot.telegram.written import read_written

logger = logging.getLogger(__name__)

_LONGEST_ANSWER = 200
_ABOUT_WHAT_IS_KEPT = ("/mydata", "/forget")


class FromStaff(filters.UpdateFilter):
    """An update of a member of staff in her private chat with the bot."""

    def __init__(self, ids: frozenset[int]) -> None:
        super().__init__()
        self._ids = ids

    def filter(self, update: Update) -> bool:
        user, chat = update.effective_user, update.effective_chat
        return bool(user and chat and user.id in self._ids and chat.type == ChatType.PRIVATE)


class Staff:
    """The handlers. What is no business of staff's goes the way of patients' updates."""

    def __init__(
        self,
        ids: frozenset[int],
        desk: Desk,
        patients: Patients,
        bot: Bot,
        worker: Worker,
        courier: Courier,
        patience: Patience,
        spawn: Spawn,
        wake: Callable[[], None],
        menu: tuple[tuple[str, str], ...],
        now: Callable[[], datetime],
    ) -> None:
        self._ids = ids
        self._from_staff = FromStaff(ids)
        self._desk = desk
        self._patients = patients
        self._bot = bot
        self._worker = worker
        self._courier = courier
        self._patience = patience
        self._spawn = spawn
        self._wake = wake
        self._menu = menu
        self._now = now
        self._has_menu: set[int] = set()
        self._last_album: dict[int, str] = {}

    def add_handlers(self, application: Application[Any, Any, Any, Any, Any, Any], spoken: BaseFilter) -> None:
        """Before those of patients, which would take these updates too."""
        application.add_handler(CallbackQueryHandler(self.button, pattern=f"^{STAFF_DATA}"))
        application.add_handler(CommandHandler(list(COMMANDS), self.command, self._from_staff & spoken))
        application.add_handler(MessageHandler(self._from_staff & spoken, self.message))

    async def command(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """One of ``COMMANDS``, in an update that passed ``FromStaff``."""
        message = update.effective_message
        if message is None or not message.text:
            return
        name = message.text.split()[0].removeprefix("/").partition("@")[0].lower()
        if message.chat.id not in self._has_menu:
            self._spawn(self.set_menu(message.chat.id))
        self.apply(await self._worker.run(self._desk.command, name, message.chat.id, self._now()))
        logger.info("update=%d staff=%d command=%s", update.update_id, message.chat.id, name)

    async def button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A tap whose data begins as that of staff buttons, whoever's it is."""
        query = update.callback_query
        tap = read_tap(query.data) if query and query.data else None
        if not self._from_staff.filter(update) or query is None or query.message is None or tap is None:
            await self._patients.button(update, context)
            return
        staff_id, message_id = query.from_user.id, query.message.message_id
        done = await self._worker.run(self._desk.tapped, tap, staff_id, message_id, self._now())
        self._spawn(self._answer(query, done.answer))
        self.apply(done)
        logger.info("update=%d staff=%d tap=%s broadcast=%d", update.update_id, staff_id, tap.verb, tap.broadcast_id)

    async def message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """In an update that passed ``FromStaff``: part of what she is in the middle of, or a question of her own."""
        message = update.effective_message
        if message is None or (message.text or "").startswith("/"):
            await self._patients.message(update, context)
            if message and not update.edited_message and (message.text or "").split()[0] in _ABOUT_WHAT_IS_KEPT:
                self.apply(await self._worker.run(self._desk.say_what_is_kept, message.chat.id, self._now()))
            return
        staff_id, written, text = message.chat.id, read_written(message), message.text or ""
        if update.edited_message:
            done = await self._worker.run(self._desk.edited, staff_id, written, message.message_id, self._now())
        elif message.media_group_id and self._last_album.get(staff_id) == message.media_group_id:
            return  # an album comes as a message for each photo; one word about it is enough
        else:
            arguments = (staff_id, written, text, message.message_id, self._now())
            done = await self._worker.run(self._desk.wrote, *arguments)
        if done is None:
            await self._patients.message(update, context)
            return
        if message.media_group_id:
            self._last_album[staff_id] = message.media_group_id
        self.apply(done)
        logger.info("update=%d staff=%d outcome=written", update.update_id, staff_id)

    def apply(self, done: Done) -> None:
        """Show what follows; returns at once."""
        for chat_id in done.chats:
            self._courier.deliver(chat_id)
        if done.edits or done.wakes:
            self._spawn(self._show(done))

    async def _show(self, done: Done) -> None:
        # What the sender draws over these messages must come later than they do.
        for edit in done.edits:
            await self._edit(edit)
        if done.wakes:
            self._wake()

    async def _edit(self, edit: Edit) -> None:
        message = render(edit.reply)[-1]
        try:
            await self._patience.call(
                lambda: self._bot.edit_message_text(
                    message.html,
                    edit.chat_id,
                    edit.message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=markup(message.keyboard),
                )
            )
        except (TelegramError, StoppingError) as error:  # what it would say stands in /broadcasts too
            logger.info("a message to staff was not edited chat=%d error=%s", edit.chat_id, type(error).__name__)

    async def _answer(self, query: CallbackQuery, text: str) -> None:
        try:
            await self._patience.call(lambda: query.answer(text[:_LONGEST_ANSWER] or None))
        except BadRequest:
            pass  # too late for a word, not for the deed
        except (TelegramError, StoppingError) as error:
            logger.debug("a tap was not acknowledged error=%s", type(error).__name__)

    async def set_menus(self) -> None:
        for staff_id in sorted(self._ids):
            await self.set_menu(staff_id)

    async def set_menu(self, staff_id: int) -> None:
        """Show the commands of staff to one of them; one who never wrote to the bot has no chat to show them in."""
        commands = [BotCommand(name, description) for name, description in (*self._menu, *COMMANDS.items())]
        try:
            await self._patience.call(lambda: self._bot.set_my_commands(commands, BotCommandScopeChat(staff_id)))
        except StoppingError:
            return
        except TelegramError as error:
            logger.info("the menu of a member of staff was not set staff=%d error=%s", staff_id, type(error).__name__)
        else:
            self._has_menu.add(staff_id)
