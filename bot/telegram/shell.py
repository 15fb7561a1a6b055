"""A broadcast ordered in a shell: sent from here, or watched while the running bot sends it."""

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from html import escape
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.core.broadcast_reports import in_words, report
from bot.core.broadcasting import Broadcast, BroadcastState, Content
from bot.core.orders import Order, OrderError, clock
from bot.core.pace import Pace
from bot.core.replies import Button
from bot.core.staffing import Act
from bot.settings import Settings, choose_timedeltas
from bot.storage import Storage, StorageError
from bot.telegram.broadcaster import Broadcaster, Terms
from bot.telegram.delivering import Carrier
from bot.telegram.patience import is_set_within
from bot.telegram.rendering import LONGEST_TEXT, Message, lay_out, utf16_length
from bot.telegram.worker import Worker

_LOOK_SECONDS = 0.5
_STOPPED_BY_HAND = 130  # as a shell reports SIGINT


def text_in(path: Path) -> str:
    """A text file that can be sent as one message; raises OrderError."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OrderError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OrderError(f"{path} is not text in UTF-8.") from None
    if not text:
        raise OrderError(f"{path} is empty; there is nothing to send.")
    if (length := utf16_length(text)) > LONGEST_TEXT:
        raise OrderError(f"{path} has {length:,} characters; Telegram takes {LONGEST_TEXT:,} in a message.")
    return text


def text_content(text: str, *buttons: Button) -> Content:
    """Plain text as it stands: nothing in it is markup."""
    return Content(html=escape(text, quote=False), keyboard=Message("", lay_out(buttons)).keyboard)


def dry_run(settings: Settings, order: Order, zone: tzinfo, console: Console) -> int:
    """Show what would be sent, to how many and until when. Nothing is sent or stored."""
    try:
        recipients = _recipients(settings.database_url, order.due_at)
    except Exception as error:
        print(f"The subscribers cannot be counted ({type(error).__name__}); run the bot once.", file=sys.stderr)
        return 1
    console.print(Panel(Text(order.text), title="The message", title_align="left", width=88))
    _say_when(order, zone, console)
    ends_at = order.ends_at(recipients, settings.broadcast_rate)
    console.print(f"Recipients as of now: {recipients:,}.")
    took = in_words(ends_at - order.due_at)
    console.print(f"At {settings.broadcast_rate} a second it takes about {took}, until {clock(ends_at, zone)}.")
    console.print("Nothing was sent or stored.")
    return 0


def _recipients(url: str, at: datetime) -> int:
    # Opening a SQLite file that is not there would make one.
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return 0
    storage = Storage(url)
    try:
        return storage.subscribers.count_active(at)
    finally:
        storage.close()


def _say_when(order: Order, zone: tzinfo, console: Console) -> None:
    if order.is_put_off:
        console.print(f"{clock(order.wanted_at, zone)} lies in the quiet hours.")
    console.print(f"It goes out at {clock(order.due_at, zone)} ({zone}).")


def broadcast(settings: Settings, order: Order, terms: Terms, console: Console, now: Callable[[], datetime]) -> int:
    """Carry the order out; returns the exit code.

    0 when it is sent or scheduled, 1 where it could not begin or was ended by others, 130 after Ctrl-C.
    Raises SettingsError where there is no token.
    """
    token = settings.token
    logs.set_up("WARNING", secrets=(token,))
    choose_timedeltas()
    try:
        storage = Storage(settings.database_url)
        storage.migrate()
    except StorageError as error:
        print(error, file=sys.stderr)
        return 1
    if order.due_at > now():
        made = _store(storage, order, settings.broadcast_rate, now())
        storage.close()
        _say_when(order, terms.clock.zone, console)
        console.print(f"Scheduled as broadcast {made.id}. The running bot sends it; if none runs: python -m bot run")
        return 0
    return asyncio.run(Shell(settings, token, storage, terms, console, now).send(order))


def _store(storage: Storage, order: Order, rate: float, now: datetime) -> Broadcast:
    recipients = storage.subscribers.count_active(now)
    made = storage.broadcasts.draft(order.title, order.content, confirmation="", now=now, tip_id=order.tip_id)
    storage.broadcasts.change(
        made.id,
        of=(BroadcastState.DRAFT,),
        to=BroadcastState.SCHEDULED,
        due_at=order.due_at,
        expires_at=order.expires_at(recipients, rate),
    )
    storage.audit.note(Act(now, None, "shell", made.id, order.tip_id or "text"))
    return made


class Shell:
    """Sends what is ordered if no running copy does, and shows how it goes in either case."""

    def __init__(
        self,
        settings: Settings,
        token: str,
        storage: Storage,
        terms: Terms,
        console: Console,
        now: Callable[[], datetime],
    ) -> None:
        self._rate = settings.broadcast_rate
        self._api_url = settings.telegram_api_url
        self._token = token
        self._storage = storage
        self._worker = Worker()
        self._console = console
        self._now = now
        self._stopping = asyncio.Event()
        self._broadcaster = Broadcaster(
            self._api_url,
            token,
            storage,
            self._worker,
            Pace(self._rate),
            self._stopping,
            terms,
            lambda _chat_id: None,  # what staff are told waits in the outbox for the running bot, as their answers do
            now,
        )
        self._clock = terms.clock

    async def send(self, order: Order) -> int:
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, self._stopping.set)
        try:
            if problem := await self._problem():
                print(problem, file=sys.stderr)
                return 1
            made = await self._worker.run(_store, self._storage, order, self._rate, self._now())
            broadcasting = asyncio.create_task(self._broadcaster.run())
            try:
                await self._watch(made)
            finally:
                self._stopping.set()
                await broadcasting
            return await self._conclude(made)
        finally:
            self._worker.close()
            self._storage.close()

    async def _problem(self) -> str | None:
        """Why nothing can be sent now, before anything is stored."""
        carrier = Carrier(self._api_url, self._token)
        try:
            await carrier.bot.get_me()
        except InvalidToken:
            return f"TELEGRAM_BOT_TOKEN is not accepted by {self._api_url}; copy the token from @BotFather again."
        except TelegramError as error:
            return f"{self._api_url} cannot be reached ({type(error).__name__}); nothing was stored or sent."
        finally:
            await carrier.close()
        return None

    async def _watch(self, made: Broadcast) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console) as bar:
            task = bar.add_task("Waiting", total=None)
            while not await self._show(made.id, bar, task):
                if await is_set_within(self._stopping, _LOOK_SECONDS):
                    return

    async def _show(self, broadcast_id: int, bar: Progress, task: TaskID) -> bool:
        """True when it is over."""
        found = await self._worker.run(self._storage.broadcasts.get, broadcast_id)
        counts = await self._worker.run(self._storage.broadcasts.counts, broadcast_id)
        assert found is not None, "broadcasts are not deleted"
        by = "from here" if self._broadcaster.has_duty else "by the running bot"
        said = f"Sending {by}" if found.state is BroadcastState.RUNNING else str(found.state).capitalize()
        if found.state is BroadcastState.RUNNING and (until := self._clock.quiet_until(self._now())):
            said = f"Quiet hours until {until}"
        total = counts.recipients if found.is_enumerated else None
        bar.update(task, description=said, total=total, completed=counts.recipients - counts.left)
        return found.is_over

    async def _conclude(self, made: Broadcast) -> int:
        found = await self._worker.run(self._storage.broadcasts.get, made.id)
        counts = await self._worker.run(self._storage.broadcasts.counts, made.id)
        assert found is not None, "broadcasts are not deleted"
        self._console.print(Text(report(found, counts)))
        if found.is_over:
            return 0 if found.state is BroadcastState.FINISHED else 1
        self._console.print(
            f"\nStopped here. Broadcast {made.id} is still {found.state}: the running bot goes on with it; "
            "if none runs, python -m bot run does. Staff can stop it on Telegram with /broadcasts."
        )
        return _STOPPED_BY_HAND
