"""A message of a member of staff, read as one that can be sent on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from telegram import Message, MessageEntity
from telegram.constants import MessageEntityType

from bot.telegram.rendering import LONGEST_TEXT, utf16_length

LONGEST_CAPTION = 1024  # UTF-16 units, as with texts
_LONGEST_TITLE = 60

NOT_SENDABLE = (
    "I cannot send this. I can send a text, or one photo with a caption (as a photo, not as a file). Nothing was "
    "changed: send me the message, or /cancel."
)
AN_ALBUM = "I cannot send an album, only one photo with a caption. Nothing was changed: send me one, or /cancel."


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: Telegram's HTML with its formatting, the photo's ``file_id``, and a name for lists."""

    html: str
    photo: str | None
    title: str


def read_written(message: Message) -> Written | str:
    """What can be sent on, or a sentence that says why it cannot."""
    if message.media_group_id:
        return AN_ALBUM
    if message.text:
        html = _html(message, message.text, message.entities)
        return _too_long("The text", message.text, LONGEST_TEXT) or Written(html, None, _title(message.text))
    if message.photo:
        caption = message.caption or ""
        largest = max(message.photo, key=lambda size: size.width * size.height)
        html = _html(message, caption, message.caption_entities) if caption else ""
        too_long = _too_long("The caption", caption, LONGEST_CAPTION)
        return too_long or Written(html, largest.file_id, _title(caption) or "Photo")
    return NOT_SENDABLE


def _too_long(what: str, text: str, longest: int) -> str | None:
    length = utf16_length(text)
    if length <= longest:
        return None
    return f"{what} has {length} characters, and {longest} is the most. Nothing was changed: send me a shorter one."


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def _html(message: Message, text: str, entities: Sequence[MessageEntity]) -> str:
    """``Message.text_html``, which writes what stands in attributes as it is: made safe here."""
    safe = [_safe(entity) for entity in entities]
    return Message(message.message_id, message.date, message.chat, text=text, entities=safe).text_html or ""


def _safe(entity: MessageEntity) -> MessageEntity:
    if entity.type == MessageEntityType.TEXT_LINK and entity.url:
        return MessageEntity(entity.type, entity.offset, entity.length, url=escape(entity.url))
    if entity.type == MessageEntityType.PRE and entity.language:
        language = f"language-{quote(entity.language, safe='+#-_.')}"
        return MessageEntity(entity.type, entity.offset, entity.length, language=language)
    return entity
