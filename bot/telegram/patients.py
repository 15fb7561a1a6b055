"""Updates from patients: read, decide, commit, hand to the courier, log. Nothing here waits for Telegram."""

import logging
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from telegram import Bot, CallbackQuery, ChatMember, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.replies import Kind
from bot.core.subscribing import Standing, SubscriptionState
from bot.storage import Committed, Outgoing, Storage
from bot.telegram.addressing import Me, Question, question_in
from bot.telegram.patience import Patience, StoppingError
from bot.telegram.rendering import render
from bot.telegram.sending import Courier, Spawn
from bot.telegram.worker import Worker

logger = logging.getLogger(__name__)

# Only another copy of the bot can overtake, and only by answering the same patient in the same milliseconds.
TRIES_TO_COMMIT = 5

_GONE = (ChatMember.BANNED, ChatMember.LEFT)  # "banned" is also what a patient who blocks the bot makes of it
_LOUD = (Kind.URGENT, Kind.CONFIRM_URGENT)


class Dialogue(Protocol):
    """What decides; ``bot.core`` has it."""

    def step(self, conversation: Conversation, incoming: Incoming, standing: Standing | None) -> Turn: ...


class OvertakenError(Exception):
    """A conversation was changed by others each time that we had decided."""


@dataclass(frozen=True, slots=True)
class Decision:
    committed: Committed
    turn: Turn


def decide(storage: Storage, dialogue: Dialogue, question: Question, now: datetime) -> Decision:
    """Decide on a question and write down all that follows from it, unless its update is known.

    Raises OvertakenError.
    """
    for _ in range(TRIES_TO_COMMIT):
        stored = storage.load(question.talk)
        turn = dialogue.step(stored.conversation, question.incoming, stored.standing)
        committed = storage.commit(
            question.talk, stored, turn.conversation, question.update_id, written(turn, question), now, turn.effects
        )
        if committed is not Committed.OVERTAKEN:
            return Decision(committed, turn)
    raise OvertakenError


def written(turn: Turn, question: Question) -> tuple[Outgoing, ...]:
    """A turn's replies, ready for the outbox.

    What is urgent comes as a new message even after an edit, since an edited one makes no sound, and
    without a word about being late above it.
    """
    is_loud = any(reply.kind in _LOUD for reply in turn.replies)
    messages = [message for reply in turn.replies for message in render(reply)]
    return tuple(
        Outgoing(
            html=message.html,
            keyboard=message.keyboard,
            position=position,
            is_last=position == len(messages) - 1,
            question_id=question.question_id,
            in_place=question.in_place and not is_loud,
            reply_to=question.reply_to,
            asked_at=None if is_loud else question.asked_at,
        )
        for position, message in enumerate(messages)
    )


class Patients:
    """The handlers. Each is done when its update is committed: sending is left to the courier's tasks."""

    def __init__(
        self,
        dialogue: Dialogue,
        storage: Storage,
        worker: Worker,
        courier: Courier,
        patience: Patience,
        spawn: Spawn,
        commands: Set[str],
        now: Callable[[], datetime],
    ) -> None:
        self._dialogue = dialogue
        self._storage = storage
        self._worker = worker
        self._courier = courier
        self._patience = patience
        self._spawn = spawn
        self._commands = commands
        self._now = now

    async def message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A message, or an edited one."""
        await self._answer(update, context.bot)

    async def button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A tap on a button, its message however old."""
        if update.callback_query:
            self._spawn(self._stop_spinner(update.callback_query))
        await self._answer(update, context.bot)

    async def membership(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A patient blocked the bot, or a group removed it: of the chat no more is kept than a wish for tips."""
        change = update.my_chat_member
        if change and change.new_chat_member.status in _GONE:
            await self._worker.run(self._storage.forget, change.chat.id)
            blocked = (change.chat.id, SubscriptionState.BLOCKED, self._now())
            await self._worker.run(self._storage.subscribers.mark, *blocked)
            logger.info("update=%d chat=%d outcome=blocked", update.update_id, change.chat.id)

    async def _answer(self, update: Update, bot: Bot) -> None:
        started = time.perf_counter()
        me = Me(bot.id, bot.username, self._commands)
        question = question_in(update, me, self._now())
        if question is None:
            return
        decision = await self._worker.run(decide, self._storage, self._dialogue, question, self._now())
        # A known update has nothing new to send, but perhaps something that a crash left unsent.
        self._courier.deliver(question.talk.chat_id)
        _log(question, decision, (time.perf_counter() - started) * 1000)

    async def _stop_spinner(self, query: CallbackQuery) -> None:
        try:
            await self._patience.call(query.answer)
        except BadRequest:
            pass  # too late for a spinner ("query is too old"), not for the answer
        except (TelegramError, StoppingError) as error:
            logger.debug("a tap was not acknowledged error=%s", type(error).__name__)


def _log(question: Question, decision: Decision, milliseconds: float) -> None:
    turn = decision.turn
    known = decision.committed is Committed.KNOWN
    best = turn.ranked[0] if turn.ranked else None
    shown = turn.replies[0].points
    logger.info(
        "update=%d chat=%d outcome=%s point=%s score=%s ms=%.0f",
        question.update_id,
        question.talk.chat_id,
        "repeated" if known else "+".join(reply.kind for reply in turn.replies),
        shown[0] if shown else best.point if best else "-",
        f"{best.score:.0f}" if best else "-",
        milliseconds,
    )
