"""Broadcasts as values: their states, what becomes of each delivery, and when a broadcast may go out.

A broadcast has one delivery for each recipient. A delivery is ``pending``, then ``sending`` (written down before the
call to Telegram), then what became of it (written down after). One that a crash left in ``sending`` becomes
``unknown``: it may have arrived, so it is never sent again by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.knowledge import Strict


class BroadcastState(StrEnum):
    DRAFT = "draft"  # not yet confirmed
    UNAPPROVED = "unapproved"  # confirmed by one member of staff, waiting for a second
    SCHEDULED = "scheduled"  # due at ``due_at``, which may be now
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    EXPIRED = "expired"  # past ``expires_at``: what was not sent by then is not sent
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"  # the recipient blocked the bot, and is unsubscribed by that
    GONE = "gone"  # her account or the chat is no more, and is unsubscribed by that
    FAILED = "failed"  # Telegram refused the message itself
    UNKNOWN = "unknown"  # the answer never came: it may have arrived
    SKIPPED = "skipped"  # not sent: she unsubscribed meanwhile, or the broadcast was stopped or expired


class RecallState(StrEnum):
    """Of a broadcast: ``running`` or ``finished``. Of a delivery: what became of it."""

    RUNNING = "running"
    FINISHED = "finished"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"  # too old to be deleted: edited to say that the clinic withdrew it
    FAILED = "failed"


class Content(Strict):
    """What is sent, rendered: Telegram's HTML, a photo's ``file_id``, the keyboard as ``rendering.markup`` reads it.

    With a photo the HTML is its caption (up to 1024 UTF-16 units), else the text (up to 4096).
    """

    html: str
    photo: str | None = None
    keyboard: str = "[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it is stored.

    ``confirmation`` is the secret of the draft's confirm button: it changes when it was used. ``created_by`` is None
    for one that the week's plan or the shell made. ``progress`` is the chat and the message that show how it goes.
    """

    id: int
    title: str
    content: Content
    tip_id: str | None
    state: BroadcastState
    confirmation: str
    created_by: int | None
    created_at: datetime
    confirmed_by: int | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    is_enumerated: bool = False
    progress: tuple[int, int] | None = None
    recall: RecallState | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a broadcast to one chat."""

    id: int
    chat_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. ``pending`` puts it back: it is certain that Telegram did not take it."""

    delivery: Delivery
    state: DeliveryState
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries of a broadcast are in each state."""

    of: Mapping[DeliveryState, int]

    def __getitem__(self, state: DeliveryState) -> int:
        return self.of.get(state, 0)

    @property
    def recipients(self) -> int:
        return sum(self.of.values())

    @property
    def left(self) -> int:
        """Those not settled yet."""
        return self[DeliveryState.PENDING] + self[DeliveryState.SENDING]
