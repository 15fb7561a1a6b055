"""What a patient did, read from an update; None where the bot was not spoken to. Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.core.conversation import Incoming
from bot.storage import Talk

# After that an edited question is a new one: its old answer has scrolled away, and was perhaps acted upon.
EDITED_IN_PLACE_WITHIN = timedelta(hours=1)

_COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?P<rest>(?:\s.*)?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is, for others to address, and which commands it has."""

    id: int
    username: str
    commands: Set[str]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be answered: what ``Outgoing`` and the conversation's ``step`` need to know of it."""

    talk: Talk
    update_id: int
    incoming: Incoming
    question_id: int | None = None
    in_place: bool = False
    reply_to: int | None = None
    asked_at: datetime | None = None


def question_in(update: Update, me: Me, now: datetime) -> Question | None:
    """The question that an update holds.

    In a private chat everything is one, but for edits that change no words (a live location sends them by
    the dozen). In a group only what is addressed to the bot: a command, a mention, a reply to one of its
    messages, a button.
    """
    if update.callback_query:
        return _tapped(update.update_id, update.callback_query, now)
    if update.message:
        return _said(update.update_id, update.message, me)
    if update.edited_message and _words(update.edited_message):
        return _said(update.update_id, update.edited_message, me)
    return None


def _tapped(update_id: int, query: CallbackQuery, now: datetime) -> Question | None:
    # The message under an old button may be inaccessible: its chat and id are all that is read of it.
    if query.message is None or query.data is None:
        return None
    is_private = query.message.chat.type == ChatType.PRIVATE
    return Question(
        talk=Talk(query.message.chat.id, 0 if is_private else query.from_user.id),
        update_id=update_id,
        incoming=Incoming(at=now, button=query.data),
        reply_to=None if is_private else query.message.message_id,
    )


def _said(update_id: int, message: Message, me: Me) -> Question | None:
    is_private = message.chat.type == ChatType.PRIVATE
    words = _words(message)
    if not is_private and (_is_from_a_bot(message.from_user) or not _is_addressed(message, words, me)):
        return None
    at = message.edit_date or message.date
    return Question(
        talk=Talk(message.chat.id, 0 if is_private else _user_id(message)),
        update_id=update_id,
        incoming=Incoming(at=at, text=_without_address(words, me) if words else None),
        question_id=message.message_id,
        in_place=message.edit_date is not None and at - message.date <= EDITED_IN_PLACE_WITHIN,
        reply_to=None if is_private else message.message_id,
        asked_at=at,
    )


def _words(message: Message) -> str | None:
    return message.text or message.caption or None


def _user_id(message: Message) -> int:
    # Without a user (a channel that speaks in its group) the sender stands for one.
    if message.from_user:
        return message.from_user.id
    return message.sender_chat.id if message.sender_chat else 0


def _is_from_a_bot(user: User | None) -> bool:
    # An administrator who stays anonymous speaks as this bot of Telegram's own.
    return user is not None and user.is_bot and user.username != "GroupAnonymousBot"


def _is_addressed(message: Message, words: str | None, me: Me) -> bool:
    if words and (command := _COMMAND.fullmatch(words)):
        if command["bot"]:
            return command["bot"].casefold() == me.username.casefold()
        if command["name"].casefold() in me.commands:
            return True
    if words and _mention(me).search(words):
        return True
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == me.id)


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@/])@{re.escape(me.username)}\b", re.IGNORECASE)


def _without_address(words: str, me: Me) -> str:
    """The words without the bot's name. A mention alone is a greeting: the start says what to do."""
    command = _COMMAND.fullmatch(words)
    if command and (command["bot"] or me.username).casefold() == me.username.casefold():
        return f"/{command['name'].casefold()}{command['rest'].rstrip()}"
    said, mentions = _mention(me).subn(" ", words)
    if not mentions:
        return words
    return re.sub(r"[^\S\n]+", " ", said).strip(" \n,:;") or "/start"
