"""What stands in a chat: people, chats, messages and keyboards, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.preview.markup import Entity


class Standing(StrEnum):
    """Whether the bot may write to a chat, and if not, why not."""

    UNOPENED = "unopened"  # a person who never wrote to the bot: for the bot the chat does not exist
    OPEN = "open"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    KICKED = "kicked"
    UPGRADED = "upgraded"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account, or the bot itself."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = "en"
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative)."""

    id: int
    kind: str  # private | group | supergroup
    title: str
    standing: Standing
    person: Person | None = None
    upgraded_to: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a keyboard. `data` comes back when it is tapped, `url` is opened; both may be empty."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """What the bot put under a message (inline) or in place of the letters (reply, remove, force_reply)."""

    shape: str  # inline | reply | remove | force_reply
    rows: tuple[tuple[Button, ...], ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, voice message, sticker or location; `fields` is what the Bot API says of it."""

    kind: str
    fields: Any
    takes_caption: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a reader sees it. `text` is without markup; under an attachment it is the caption."""

    chat_id: int
    message_id: int
    sender: Person
    sent_at: float
    text: str = ""
    entities: tuple[Entity, ...] = ()
    attachment: Attachment | None = None
    keyboard: Keyboard | None = None
    reply_to: int | None = None
    edited_at: float | None = None
    service: Mapping[str, Any] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def buttons(self) -> tuple[str, ...]:
        """The words on the buttons, row by row."""
        return tuple(button.text for button in self.keyboard.buttons) if self.keyboard else ()

    def styled(self, kind: str) -> tuple[str, ...]:
        """Every stretch of text shown so: `styled("bold")`, `styled("text_link")`."""
        units = self.text.encode("utf-16-le")
        found = (entity for entity in self.entities if entity.kind == kind)
        return tuple(units[2 * entity.offset : 2 * entity.end].decode("utf-16-le") for entity in found)
