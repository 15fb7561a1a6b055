"""Builds the PTB Application and runs it: the life of the process from the first call to the last."""

import asyncio
import itertools
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import BotCommand
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot import logs
from bot.core.pace import Pace
from bot.settings import Settings, choose_timedeltas
from bot.storage import Storage, StorageError
from bot.telegram.broadcaster import Broadcaster, Terms
from bot.telegram.failures import Failures
from bot.telegram.ordering import ChatByChat
from bot.telegram.patience import Patience, Seldom, StoppingError, seconds
from bot.telegram.patients import Dialogue, Patients
from bot.telegram.planner import Planner
from bot.telegram.polling import Poller
from bot.telegram.sending import Courier
from bot.telegram.staff import Staff
from bot.telegram.staff_desk import Desk
from bot.telegram.staff_setup import StaffSetup
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

CONNECTIONS = 16
# One connection stays free for what is not a reply: acknowledging taps waits in the same line, commands do
# not.
CALLS_AT_ONCE = CONNECTIONS - 1
UPDATES_AT_ONCE = 32
SWEEP_SECONDS = 60.0
SWEEPS_BETWEEN_PURGES = 60

CONVERSATION_KEPT = timedelta(days=1)
# Telegram keeps an update for a day, so a repeated one is no older; nor is an answer of yesterday of use to
# anyone.
UPDATE_KEPT = timedelta(days=2)
SENT_REPLIES_KEPT = timedelta(hours=2)  # an edit after an hour counts as a new question

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """How the bot presents itself: its menu (names without slash), and its texts before /start."""

    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str


@dataclass(frozen=True, slots=True)
class Notices:
    """What the shell itself says: ``late`` above an answer after ten minutes, ``failure`` in place of one.

    ``withdrawn`` takes the place of a message that the clinic takes back.

    ``failure`` should hold the clinic's telephone number: it may stand where advice was needed.
    """

    late: str
    failure: str
    withdrawn: str


def run(settings: Settings, dialogue: Dialogue, profile: Profile, notices: Notices, staff: StaffSetup) -> int:
    """Serve patients by long polling until SIGTERM or SIGINT; returns the exit code.

    0 after a stop that finished what was in hand; 1, and one line in the log, where the token or the
    database cannot be used. Raises SettingsError where there is no token. Sets up logging; waits for a
    network that is not there yet.
    """
    token = settings.token
    pulse = logs.set_up(settings.log_level, secrets=(token,))
    choose_timedeltas()
    try:
        storage = Storage(settings.database_url)
        storage.migrate()
        pace = Pace(settings.broadcast_rate)
        service = Service(settings.telegram_api_url, token, storage, dialogue, profile, notices, pace, staff, pulse)
        asyncio.run(service.run())
    except StorageError as error:
        logger.error("%s", error)
        return 1
    except InvalidToken:
        logger.error(
            "TELEGRAM_BOT_TOKEN is not accepted by %s; copy the token from @BotFather again",
            settings.telegram_api_url,
        )
        return 1
    return 0


class Service:
    """Everything that lives as long as the process, joined together. Make it and run it in one event loop."""

    def __init__(
        self,
        api_url: str,
        token: str,
        storage: Storage,
        dialogue: Dialogue,
        profile: Profile,
        notices: Notices,
        pace: Pace,
        staff: StaffSetup,
        pulse: logs.Pulse,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._profile = profile
        self._storage = storage
        self._now = now
        self._worker = Worker()
        self._patience = Patience(CALLS_AT_ONCE, lambda: pace.note(time.monotonic()))
        self._application = _application(api_url, token)
        spawn = self._application.create_task
        self._courier = Courier(self._application.bot, storage, self._worker, self._patience, spawn, notices.late, now)
        self._broadcaster = Broadcaster(
            api_url,
            token,
            storage,
            self._worker,
            pace,
            self._patience.stopping,
            Terms(staff.clock, notices.withdrawn, staff.ids),
            self._courier.deliver,
            now,
        )
        commands = frozenset(name for name, _ in profile.commands) | {"start", "help"}
        patients = Patients(dialogue, storage, self._worker, self._courier, self._patience, spawn, commands, now)
        desk = Desk(staff, storage, pulse)
        shared = (patients, self._application.bot, self._worker, self._courier, self._patience, spawn)
        self._staff = Staff(staff.ids, desk, *shared, self._broadcaster.wake, profile.commands, now)
        self._planner = Planner(staff, desk, storage, self._worker, self._patience, self._staff.apply, now)
        self._staff.add_handlers(self._application, _SPOKEN)
        _add_handlers(self._application, patients, Failures(self._courier, spawn, notices.failure))

    async def run(self) -> None:
        """Until a signal to stop; raises InvalidToken."""
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, self._patience.stopping.set)
        try:
            await self._reach(self._application.initialize)
            # Polling and a webhook exclude each other; what waits at Telegram is kept.
            await self._reach(self._application.bot.delete_webhook)
            await self._serve()
        except StoppingError:
            pass  # asked to stop before Telegram could be reached
        finally:
            await self._close()

    async def _serve(self) -> None:
        application = self._application
        await application.start()
        for task in (self._present(), self._sweep(), self._planner.run()):
            application.create_task(task)
        broadcasting = asyncio.create_task(self._broadcaster.run())
        logger.info("bot=%s receives messages", application.bot.username)
        try:
            await Poller(application.bot, application.update_queue, self._patience).run()
        finally:
            self._patience.stopping.set()
            await application.stop()  # waits for the replies under way; the outbox keeps what has to wait longer
            await broadcasting  # for the deliveries under way; the rest stays pending

    async def _close(self) -> None:
        await self._application.shutdown()
        await self._application.bot.shutdown()  # for a start that got no further than the first call
        self._worker.close()
        self._storage.close()
        logger.info("stopped")

    async def _reach(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make a call until it succeeds; raises StoppingError or InvalidToken."""
        seldom, wait = Seldom(), 1.0
        while True:
            try:
                await call()
            except InvalidToken:
                raise
            except TelegramError as error:
                if seldom.lets("network"):
                    logger.warning("Telegram cannot be reached yet (%s); trying again", type(error).__name__)
                await self._patience.pause(seconds(error) if isinstance(error, RetryAfter) else wait)
                wait = min(30.0, wait * 1.5)
            else:
                return

    async def _present(self) -> None:
        """Set the menu and the texts. Without them the bot still answers, so a failure is only noted."""
        bot = self._application.bot
        menu = [BotCommand(name, description) for name, description in self._profile.commands]
        try:
            await self._patience.call(lambda: bot.set_my_commands(menu))
            await self._patience.call(lambda: bot.set_my_description(self._profile.description))
            await self._patience.call(lambda: bot.set_my_short_description(self._profile.short_description))
        except StoppingError:
            return
        except TelegramError as error:
            logger.warning("the bot's menu or texts were not set error=%s", type(error).__name__)
        await self._staff.set_menus()

    async def _sweep(self) -> None:
        """At the start and each minute, send what a crash or an outage left in the outbox; purge hourly."""
        for sweep in itertools.count():
            try:
                await self._courier.deliver_all()
                if sweep % SWEEPS_BETWEEN_PURGES == 0:
                    await self._purge()
            except Exception as error:  # the next sweep may find the database well again
                logger.error("a sweep failed", exc_info=error)
            try:
                await self._patience.pause(SWEEP_SECONDS)
            except StoppingError:
                return

    async def _purge(self) -> None:
        now = self._now()
        purged = await self._worker.run(
            lambda: self._storage.purge(
                untouched_since=now - CONVERSATION_KEPT,
                known_before=now - UPDATE_KEPT,
                sent_before=now - SENT_REPLIES_KEPT,
            )
        )
        logger.debug("purged rows=%d", purged)


def _application(api_url: str, token: str) -> AnyApplication:
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .connection_pool_size(CONNECTIONS)
        .pool_timeout(10)  # seconds; the default of one would fail calls in a busy moment instead of delaying them
        .concurrent_updates(ChatByChat(UPDATES_AT_ONCE))
        .updater(None)  # see polling.py
        .job_queue(None)
        .build()
    )


# Not what Telegram itself reports in a chat (a pinned message, a new member), nor channels, where no patient asks.
_SPOKEN = filters.UpdateType.MESSAGES & ~filters.StatusUpdate.ALL & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)


def _add_handlers(application: AnyApplication, patients: Patients, failures: Failures) -> None:
    """Within a group PTB asks the handlers in this order and runs the first that wants the update."""
    # A tap carries all that it needs and never a message of the patient's: no other handler would want it.
    application.add_handler(CallbackQueryHandler(patients.button))
    application.add_handler(ChatMemberHandler(patients.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    # Last, because it takes all the rest: commands too, since the dialogue reads them like any words.
    application.add_handler(MessageHandler(_SPOKEN, patients.message))
    application.add_error_handler(failures.handle)
