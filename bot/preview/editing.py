"""editMessageText, editMessageCaption, editMessageReplyMarkup and deleteMessage."""

from dataclasses import replace
from typing import Any

from bot.preview.addressing import message_to_edit, named_chat
from bot.preview.chats import Chat, Message
from bot.preview.keyboards import checked_keyboard, read_keyboard
from bot.preview.markup import Formatted, utf16_length
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.sending import LONGEST_CAPTION, LONGEST_TEXT
from bot.preview.wording import read_text, settle
from bot.preview.world import World

DELETABLE_SECONDS = 48 * 60 * 60
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, parameters: Parameters) -> Any:
    if not parameters.text("text"):
        raise bad_request("message text is empty")
    formatted = read_text(parameters, "text", "entities")
    edited = replace(_edited(world, parameters), edited_at=world.now())
    if edited.attachment:
        raise bad_request("there is no text in the message to edit")
    settled = settle(formatted)
    if not settled.text:
        raise bad_request("text must be non-empty")
    _check_length(settled, LONGEST_TEXT, "MESSAGE_TOO_LONG")
    return _replace_message(world, replace(edited, text=settled.text, entities=settled.entities))


def edit_message_caption(world: World, parameters: Parameters) -> Any:
    formatted = read_text(parameters, "caption", "caption_entities")
    edited = replace(_edited(world, parameters), edited_at=world.now())
    if not edited.attachment or not edited.attachment.takes_caption:
        raise bad_request("there is no caption in the message to edit")
    settled = settle(formatted)
    _check_length(settled, LONGEST_CAPTION, "MEDIA_CAPTION_TOO_LONG")
    return _replace_message(world, replace(edited, text=settled.text, entities=settled.entities))


def edit_message_reply_markup(world: World, parameters: Parameters) -> Any:
    return _replace_message(world, _edited(world, parameters))


def delete_message(world: World, parameters: Parameters) -> bool:
    """Own messages and, in a private chat, the other's too; only under 48 hours old."""
    chat = named_chat(world, parameters)
    message = world.find(chat.id, parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(message, chat):
        raise bad_request("message can't be deleted")
    if world.now() - message.sent_at > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


def _may_delete(message: Message, chat: Chat) -> bool:
    return message.from_bot or chat.kind == "private"


def _edited(world: World, parameters: Parameters) -> Message:
    """The message with its new keyboard; an edit that names none takes the old one away, as Telegram does."""
    keyboard = read_keyboard(parameters)
    message = message_to_edit(world, parameters)
    if keyboard and keyboard.shape != "inline":
        raise bad_request("inline keyboard expected")
    return replace(message, keyboard=checked_keyboard(keyboard))


def _check_length(settled: Formatted, longest: int, reason: str) -> None:
    if utf16_length(settled.text) > longest:
        raise bad_request(reason)


def _replace_message(world: World, edited: Message) -> Any:
    before = world.find(edited.chat_id, edited.message_id)
    assert before is not None, "an edit begins with the message"
    if replace(edited, edited_at=before.edited_at) == before:
        raise bad_request(_NOT_MODIFIED)
    return world.json_of(world.put(edited))
