"""What passes between a patient and the bot in one turn. Values only; ``core.dialogue`` decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.grounds import Ground
from bot.core.knowledge import Strict
from bot.core.replies import Kind, Reply
from bot.core.subscribing import Effect

# What the bot asked of her own wishes and waits to be told: yes or no.
Wish = Literal["subscribe", "forget", "loss"]

# After an hour of silence a message starts a new talk: "how early?" no longer leans on anything.
CONTEXT_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a patient did at an instant (aware, UTC): typed a text, tapped a button, or sent a file without words."""

    at: datetime
    text: str | None = None
    button: str | None = None


class Asked(Strict):
    """The last question that was looked up, with what the talk was about when it came: why is asked of this one.

    ``happening`` is her answer to "is this happening now?", where that was asked about the question.
    """

    text: str
    point: str | None = None
    offered: tuple[str, ...] = ()
    sign: str | None = None
    happening: bool | None = None


class Conversation(Strict):
    """What is remembered of one chat between two messages. ``Conversation()`` is a chat nobody has written in.

    ``point`` is the one shown last, ``offered`` the list shown last, ``pending`` the message that waits for the
    answer to "is this happening now?", ``sign`` the danger sign of an urgent reply that nothing has followed yet,
    ``asked`` the last question, ``wish`` what the bot's last message asked about tips or about what it keeps.
    """

    point: str | None = None
    offered: tuple[str, ...] = ()
    pending: str | None = None
    sign: str | None = None
    asked: Asked | None = None
    wish: Wish | None = None
    at: datetime | None = None

    def at_time(self, now: datetime) -> "Conversation":
        """The same, or an empty one where the last turn is more than an hour ago."""
        if self.at is None or now - self.at > CONTEXT_LASTS:
            return Conversation(at=now)
        return self.model_copy(update={"at": now})

    def asking(self, wish: Wish | None) -> "Conversation":
        """With an open question of ours; the answer to "is this happening now?" is then no longer waited for."""
        return self.model_copy(update={"wish": wish, "pending": None if wish else self.pending})


@dataclass(frozen=True, slots=True)
class Ranked:
    """A point and its score, 0 to 100."""

    point: str
    score: float


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from a message. ``replies`` holds at least one, in the order in which they are to be sent.

    ``grounds`` are empty where nothing was looked up: after a tap, a command or small talk.
    ``effects`` are to be stored together with the conversation.
    """

    conversation: Conversation
    replies: tuple[Reply, ...]
    ranked: tuple[Ranked, ...] = ()
    grounds: tuple[Ground, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.replies[0].kind

    @property
    def is_urgent(self) -> bool:
        return any(reply.kind is Kind.URGENT for reply in self.replies)
