"""Everything that Telegram would know: people, chats, messages, what waits for the bot."""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.preview.calls import Call
from bot.preview.chats import Chat, Message, Person, Standing
from bot.preview.faults import Faults
from bot.preview.flood import FloodGate
from bot.preview.updates import UpdateQueue
from bot.preview.wire import message_json

_FIRST_QUERY_ID = 4_000_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the tapper sees: a note at the top, or an alert; an empty text only stops the spinner."""

    text: str
    show_alert: bool
    url: str = ""


@dataclass(slots=True)
class CallbackQuery:
    """A tap on a button that the bot has to answer in time."""

    query_id: str
    tapped_at: float
    answer: CallbackAnswer | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, by language; commands by scope and language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class World:
    """The state behind the server. Hold `lock` to look or change; `touch()` after a change wakes who waits.

    `kept_calls` bounds the list of calls, for runs of many thousands; None keeps all.
    """

    def __init__(
        self,
        bot: Person,
        now: Callable[[], float],
        *,
        first_update_id: int,
        gate: FloodGate | None,
        kept_calls: int | None,
        callback_seconds: float,
        privacy_mode: bool,
    ) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.bot = bot
        self.now = now
        self.gate = gate
        self.callback_seconds = callback_seconds
        self.privacy_mode = privacy_mode
        self.updates = UpdateQueue(first_update_id)
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=kept_calls)
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.members: dict[int, set[int]] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.files: dict[str, bytes] = {}
        self.profile = Profile()
        self.webhook: Webhook | None = None
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(_FIRST_QUERY_ID)

    def touch(self) -> None:
        self.changed.notify_all()

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def open_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        self.messages.setdefault(chat.id, {})
        self.touch()
        return chat

    def set_standing(self, chat_id: int, standing: Standing, upgraded_to: int | None = None) -> Chat:
        return self.open_chat(replace(self.chats[chat_id], standing=standing, upgraded_to=upgraded_to))

    def put(self, message: Message) -> Message:
        """Add or replace a message as it now stands."""
        self.messages[message.chat_id][message.message_id] = message
        self.touch()
        return message

    def find(self, chat_id: int, message_id: int) -> Message | None:
        return self.messages.get(chat_id, {}).get(message_id)

    def delete(self, message: Message) -> None:
        del self.messages[message.chat_id][message.message_id]
        self.touch()

    def json_of(self, message: Message) -> dict[str, Any]:
        in_chat = self.messages[message.chat_id]
        return message_json(message, self.chats[message.chat_id], in_chat.get)

    def tell_bot(self, kind: str, content: dict[str, Any]) -> int | None:
        update_id = self.updates.add(kind, content, self.now())
        self.touch()
        return update_id

    def new_callback(self) -> CallbackQuery:
        query = CallbackQuery(str(next(self._query_ids)), self.now())
        self.callbacks[query.query_id] = query
        return query

    def record(self, call: Call) -> None:
        self.calls.append(call)
        self.touch()
