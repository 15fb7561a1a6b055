"""Values -> the JSON objects of the Bot API."""

from collections.abc import Callable
from typing import Any

from bot.preview.chats import Chat, Message, Person
from bot.preview.markup import Entity

_VALUE_FIELDS = {
    "text_link": "url",
    "pre": "language",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}


def person_json(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    if person.username:
        found["username"] = person.username
    if not person.is_bot:
        found["language_code"] = person.language_code
    return found


def chat_json(chat: Chat) -> dict[str, Any]:
    if chat.person is None:
        return {"id": chat.id, "type": chat.kind, "title": chat.title}
    found = {"id": chat.id, "type": chat.kind, "first_name": chat.person.first_name}
    return {**found, "username": chat.person.username} if chat.person.username else found


def message_json(
    message: Message, chat: Chat, find_message: Callable[[int], Message | None] | None = None
) -> dict[str, Any]:
    """The Message object; `find_message` looks up what it replies to, and is asked one level deep."""
    found: dict[str, Any] = {
        "message_id": message.message_id,
        "from": person_json(message.sender),
        "chat": chat_json(chat),
        "date": int(message.sent_at),
        **message.service,
    }
    if message.edited_at is not None:
        found["edit_date"] = int(message.edited_at)
    replied = find_message(message.reply_to) if find_message and message.reply_to else None
    if replied:
        found["reply_to_message"] = message_json(replied, chat)
    _add_content(message, found)
    if message.keyboard and message.keyboard.shape == "inline":
        found["reply_markup"] = {"inline_keyboard": message.keyboard.raw["inline_keyboard"]}
    return found


def inaccessible_json(message: Message, chat: Chat) -> dict[str, Any]:
    """What a tap on an old button carries instead of the message: no text, and date 0."""
    return {"message_id": message.message_id, "chat": chat_json(chat), "date": 0}


def _add_content(message: Message, found: dict[str, Any]) -> None:
    if message.attachment:
        found[message.attachment.kind] = message.attachment.fields
    text_field, entities_field = "text", "entities"
    if message.attachment:
        text_field, entities_field = "caption", "caption_entities"
    if message.text:
        found[text_field] = message.text
    if message.entities:
        found[entities_field] = [entity_json(entity) for entity in message.entities]


def entity_json(entity: Entity) -> dict[str, Any]:
    found: dict[str, Any] = {"type": entity.kind, "offset": entity.offset, "length": entity.length}
    if entity.kind == "text_mention":
        found["user"] = {"id": int(entity.value), "is_bot": False, "first_name": entity.value}
    elif entity.value:
        found[_VALUE_FIELDS.get(entity.kind, "value")] = entity.value
    return found
