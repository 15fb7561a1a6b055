"""The local Bot API server: Telegram on loopback, for tests and for trying the bot without Telegram."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from bot.preview.calls import Call
from bot.preview.chats import Message, Person
from bot.preview.faults import Faults
from bot.preview.flood import FloodGate, FloodLimits
from bot.preview.serving import BotApi
from bot.preview.visitors import Group, Room, Visitor, admit, gather, introduce
from bot.preview.world import Profile, Webhook, World

Seen = TypeVar("Seen")

DEFAULT_TOKEN = "123456789:AAlocal-bot-api-server-token-not-secret"
_FIRST_PERSON_ID = 1001
_START_SECONDS = 10.0
_SHOWN_CALLS = 8
_SHOWN_MESSAGES = 6


class NotSeenError(AssertionError):
    """What a test waited for did not come; the text shows what did."""


class LocalBotApi:
    """A server in its own thread, ready when the constructor returns; `with` or stop() ends it.

    Everything may be called from any thread. `now` gives seconds since 1970 and rules over dates, flood
    limits, the 48 hours for deleting and the time for answering a tap; a poll waits in real time.
    """

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        *,
        username: str = "clinic_test_bot",
        now: Callable[[], float] = time.time,
        port: int = 0,
        flood_limits: FloodLimits | None = None,
        latency_seconds: float = 0.0,
        callback_seconds: float = 15.0,
        privacy_mode: bool = True,
        first_update_id: int = 700_000_001,
        kept_calls: int | None = None,
    ) -> None:
        bot = Person(int(token.partition(":")[0]), "Clinic", username, is_bot=True)
        self._world = World(
            bot,
            now,
            first_update_id=first_update_id,
            gate=FloodGate(flood_limits) if flood_limits else None,
            kept_calls=kept_calls,
            callback_seconds=callback_seconds,
            privacy_mode=privacy_mode,
        )
        self.token = token
        self._api = BotApi(self._world, token, latency_seconds)
        self._socket = bind_sockets(port, "127.0.0.1", family=socket.AF_INET)[0]
        self.port: int = self._socket.getsockname()[1]
        self._start()

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is set to; python-telegram-bot's base_url is this with "/bot" behind."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends polls under way and gives the port back. A second call does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(_START_SECONDS)

    def person(
        self,
        first_name: str = "Anna",
        *,
        id: int | None = None,
        username: str = "",
        language_code: str = "en",
    ) -> Visitor:
        """A person with an account. The bot may write to her once she has written to it."""
        with self._world.lock:
            person_id = id or _FIRST_PERSON_ID + len(self._world.chats)
            return introduce(self._world, Person(person_id, first_name, username, language_code))

    def crowd(self, ids: Iterable[int]) -> None:
        """People who have all written to the bot before: it may write to them. For many at once."""
        admit(self._world, ids)

    def group(self, title: str, members: Iterable[Visitor], *, id: int | None = None) -> Group:
        """A group that the first member adds the bot to."""
        return gather(self._world, title, members, id)

    @property
    def faults(self) -> Faults:
        return self._world.faults

    @property
    def profile(self) -> Profile:
        """What the bot has set of its commands, name and descriptions."""
        return self._world.profile

    @property
    def webhook(self) -> Webhook | None:
        return self._world.webhook

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed yet."""
        with self._world.lock:
            return len(self._world.updates)

    @property
    def poll_is_waiting(self) -> bool:
        """Whether a getUpdates call waits for updates just now: the bot is up and has nothing to do."""
        with self._world.lock:
            return self._world.updates.poll is not None

    def calls(self, method: str | None = None, *, chat_id: int | None = None) -> tuple[Call, ...]:
        """The calls so far, oldest first, without getUpdates unless it is named."""
        with self._world.lock:
            return tuple(
                call
                for call in self._world.calls
                if (call.method == method if method else call.method != "getUpdates")
                and (chat_id is None or call.chat_id == chat_id)
            )

    def count_messages(self) -> Counter[int]:
        """How many messages of the bot stand in each chat that has any."""
        with self._world.lock:
            return Counter(
                chat_id for chat_id, held in self._world.messages.items() for each in held.values() if each.from_bot
            )

    def wait_for(
        self,
        condition: Callable[[], Seen | None],
        *,
        deadline_seconds: float = 5.0,
        what: str = "the condition",
    ) -> Seen:
        """The first truthy value of the condition, looked at again after every change.

        Raises NotSeenError, which shows the last messages and calls, when the deadline has passed.
        """
        last: list[Seen | None] = []

        def holds() -> bool:
            last[:] = [condition()]
            return bool(last[0])

        with self._world.changed:
            if not self._world.changed.wait_for(holds, deadline_seconds):
                raise NotSeenError(f"{what} did not come within {deadline_seconds} s\n{self.picture()}")
        seen = last[0]
        assert seen is not None, "a truthy value is not None"
        return seen

    def wait_for_message(
        self, room: Room, containing: str = "", *, after: Message | None = None, deadline_seconds: float = 5.0
    ) -> Message:
        """The newest message of the bot in this chat that has these words and came after the given one."""

        def newest() -> Message | None:
            fitting = [m for m in room.bot_messages if containing in m.text and not m.service]
            if after:
                fitting = [m for m in fitting if m.message_id > after.message_id]
            return fitting[-1] if fitting else None

        what = f"a message of the bot containing {containing!r}"
        return self.wait_for(newest, deadline_seconds=deadline_seconds, what=what)

    def wait_for_call(
        self, method: str, *, count: int = 1, chat_id: int | None = None, deadline_seconds: float = 5.0
    ) -> Call:
        """The count-th call of this method, once it has been answered."""

        def found() -> Call | None:
            calls = self.calls(method, chat_id=chat_id)
            return calls[count - 1] if len(calls) >= count else None

        return self.wait_for(found, deadline_seconds=deadline_seconds, what=f"call {count} of {method}")

    def picture(self) -> str:
        """The last messages of every chat and the last calls, for a failing test to show."""
        with self._world.lock:
            lines = []
            for chat_id, messages in self._world.messages.items():
                lines.append(f"chat {chat_id} ({self._world.chats[chat_id].standing}):")
                lines += [f"  {_line(message)}" for message in list(messages.values())[-_SHOWN_MESSAGES:]]
            lines.append(f"{len(self._world.updates)} updates wait for the bot; its last calls:")
            for call in list(self._world.calls)[-_SHOWN_CALLS:]:
                lines.append(f"  {call.method} {call.status} {call.description} {call.fault}".rstrip())
        return "\n".join(lines)

    def _start(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="local-bot-api", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError("the local Bot API server did not start")

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = HTTPServer(self._api)
        server.add_sockets([self._socket])
        self._ready.set()
        await self._stopping.wait()
        server.stop()
        await self._api.stop()
        await server.close_all_connections()


def _line(message: Message) -> str:
    who = "bot" if message.from_bot else message.sender.first_name
    kind = f" <{message.attachment.kind}>" if message.attachment else ""
    buttons = f" {list(message.buttons)}" if message.buttons else ""
    return f"{message.message_id} {who}:{kind} {message.text!r}{buttons}"
