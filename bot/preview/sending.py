"""sendMessage, sendPhoto and sendChatAction."""

import hashlib
from typing import Any

from bot.preview.addressing import pass_flood_gate, replied_to, writable_chat
from bot.preview.chats import Attachment, Chat, Message
from bot.preview.keyboards import checked_keyboard, read_keyboard
from bot.preview.markup import Formatted, utf16_length
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.wording import read_text, settle
from bot.preview.world import World

LONGEST_TEXT = 4096  # UTF-16 units, after the markup is taken out
LONGEST_CAPTION = 1024
_IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
_CHAT_ACTIONS = frozenset(
    f"{verb}_{noun}"
    for verb, nouns in {
        "upload": ("photo", "video", "voice", "document", "video_note", "audio"),
        "record": ("video", "voice", "video_note", "audio"),
        "choose": ("sticker",),
        "find": ("location",),
    }.items()
    for noun in nouns
) | {"typing"}


def send_message(world: World, parameters: Parameters) -> Any:
    if not parameters.text("text"):
        raise bad_request("message text is empty")
    formatted = read_text(parameters, "text", "entities")
    keyboard = read_keyboard(parameters)
    chat = writable_chat(world, parameters)
    settled = settle(formatted)
    if not settled.text:
        raise bad_request("text must be non-empty")
    if utf16_length(settled.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    reply_to = replied_to(world, chat, parameters)
    keyboard = checked_keyboard(keyboard)
    return _deliver(world, chat, settled, reply_to, keyboard=keyboard)


def send_photo(world: World, parameters: Parameters) -> Any:
    caption = read_text(parameters, "caption", "caption_entities")
    keyboard = read_keyboard(parameters)
    chat = writable_chat(world, parameters)
    file_id = _photo_file(world, parameters)
    settled = settle(caption)
    if utf16_length(settled.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    reply_to = replied_to(world, chat, parameters)
    keyboard = checked_keyboard(keyboard)
    photo = Attachment("photo", photo_sizes(file_id, len(world.files[file_id])), takes_caption=True)
    return _deliver(world, chat, settled, reply_to, keyboard=keyboard, attachment=photo)


def send_chat_action(world: World, parameters: Parameters) -> bool:
    action = parameters.text("action").lower()
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    writable_chat(world, parameters)
    return True


def photo_sizes(file_id: str, size_bytes: int) -> list[dict[str, Any]]:
    """One size only; real photos come in several."""
    size = {"file_id": file_id, "file_unique_id": file_id[-16:], "width": 640, "height": 480}
    return [{**size, "file_size": size_bytes}]


def keep_file(world: World, body: bytes) -> str:
    """The id under which the same bytes can be sent again."""
    file_id = "AgACAgIAAx" + hashlib.sha256(body).hexdigest()[:40]
    world.files[file_id] = body
    return file_id


def _photo_file(world: World, parameters: Parameters) -> str:
    given = parameters.text("photo")
    upload = parameters.files.get(given.removeprefix("attach://") if given else "photo")
    if upload is not None:
        if not upload:
            raise bad_request("file must be non-empty")
        if not upload.startswith(_IMAGE_STARTS):
            raise bad_request("IMAGE_PROCESS_FAILED")
        return keep_file(world, upload)
    if not given:
        raise bad_request("there is no photo in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if given not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return given


def _deliver(world: World, chat: Chat, settled: Formatted, reply_to: int | None, **content: Any) -> Any:
    pass_flood_gate(world, chat)
    message = Message(
        chat.id,
        world.next_message_id(),
        world.bot,
        world.now(),
        settled.text,
        settled.entities,
        reply_to=reply_to,
        **content,
    )
    return world.json_of(world.put(message))
