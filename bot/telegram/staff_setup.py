"""Who is staff and what they work with; and what follows from something that they did."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.core.broadcasting import BroadcastState, Content
from bot.core.replies import Button, Reply
from bot.core.staff_writing import StaffWriter
from bot.core.staffing import Clock
from bot.core.tips import Tip, Tips
from bot.storage import Mail, Outgoing
from bot.telegram.rendering import Message, lay_out, render
from bot.telegram.tip_content import content_of
from bot.telegram.written import Written

STOP_TIPS = "tips:stop"
# Confirmed, and not over.
AHEAD = (BroadcastState.UNAPPROVED, BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.PAUSED)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message of the bot's that is to say something else now."""

    chat_id: int
    message_id: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Done:
    """What follows once all is stored: a word at the tap, messages to edit, chats with new ones, a broadcast."""

    answer: str = ""
    edits: tuple[Edit, ...] = ()
    chats: tuple[int, ...] = ()
    wakes: bool = False


@dataclass(frozen=True, slots=True)
class StaffSetup:
    """``needs_two``: a broadcast goes out once a second member of staff approved it."""

    ids: frozenset[int]
    needs_two: bool
    tips: Tips
    write_tip: Callable[[Tip, datetime], Reply]
    label_stop: str
    zone: tzinfo
    new_token: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(12))

    @property
    def clock(self) -> Clock:
        return Clock(self.zone, self.tips.quiet_hours, self.tips.weekly)

    @property
    def writer(self) -> StaffWriter:
        return StaffWriter(self.tips, self.clock, self.needs_two)

    def tip_content(self, tip: Tip, now: datetime) -> Content:
        return content_of(self.write_tip(tip, now))

    def own_content(self, written: Written) -> Content:
        """What staff wrote, with the button that every tip has."""
        rows = lay_out([Button(self.label_stop, STOP_TIPS)])
        return Content(html=written.html, photo=written.photo, keyboard=Message("", rows).keyboard)


def letters(chat_id: int, *replies: Reply) -> Mail:
    return [
        (chat_id, Outgoing(html=message.html, keyboard=message.keyboard))
        for reply in replies
        for message in render(reply)
    ]


def preview(chat_id: int, content: Content) -> Mail:
    """The message exactly as patients get it."""
    return [(chat_id, Outgoing(html=content.html, keyboard=content.keyboard, photo=content.photo))]
