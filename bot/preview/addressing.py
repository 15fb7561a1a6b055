"""Whom a call is about: the chat it may write to, the message it may change."""

from bot.preview.chats import Chat, Message, Standing
from bot.preview.parameters import Parameters
from bot.preview.refusals import RefusalError, bad_request, forbidden, too_many_requests
from bot.preview.world import World


def named_chat(world: World, parameters: Parameters) -> Chat:
    """The chat that chat_id names; for the bot a person who never wrote to it does not exist."""
    given = parameters.text("chat_id")
    if not given:
        raise bad_request("chat_id is empty")
    chat = world.chats.get(parameters.integer("chat_id"))
    if given.startswith("@"):
        wanted = given[1:].lower()
        groups = (chat for chat in world.chats.values() if chat.person is None)
        chat = next((chat for chat in groups if chat.title.lower() == wanted), None)
    if chat is None or chat.standing is Standing.UNOPENED:
        raise bad_request("chat not found")
    return chat


def writable_chat(world: World, parameters: Parameters) -> Chat:
    """The named chat, if the bot may write there."""
    chat = named_chat(world, parameters)
    if chat.standing is Standing.OPEN:
        return chat
    raise _not_writable(chat)


def _not_writable(chat: Chat) -> RefusalError:
    if chat.standing is Standing.BLOCKED:
        return forbidden("bot was blocked by the user")
    if chat.standing is Standing.DEACTIVATED:
        return forbidden("user is deactivated")
    if chat.standing is Standing.KICKED:
        kind = "supergroup" if chat.kind == "supergroup" else "group"
        return forbidden(f"bot was kicked from the {kind} chat")
    assert chat.upgraded_to is not None, "an upgraded group knows its successor"
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return RefusalError(400, text, {"migrate_to_chat_id": chat.upgraded_to})


def pass_flood_gate(world: World, chat: Chat) -> None:
    """Counts the message, or refuses it with 429 and the seconds to wait."""
    if world.gate and (wait_seconds := world.gate.wait_seconds(chat.id, world.now())):
        raise too_many_requests(wait_seconds)


def replied_to(world: World, chat: Chat, parameters: Parameters) -> int | None:
    """The id of the message that the new one answers, None where it answers none."""
    reply = parameters.decoded("reply_parameters", "can't parse reply parameters JSON object") or {}
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    if reply and "message_id" not in reply:
        raise bad_request('can\'t find field "message_id"')
    message_id = reply.get("message_id") or parameters.integer("reply_to_message_id")
    if not message_id:
        return None
    if not isinstance(message_id, int):
        raise bad_request('field "message_id" must be of type Number')
    if world.find(chat.id, message_id):
        return message_id
    if reply.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def message_to_edit(world: World, parameters: Parameters) -> Message:
    """A message of the bot's own in the named chat, without a reply keyboard: Telegram edits no other."""
    if parameters.text("inline_message_id"):
        raise bad_request("inline messages are not supported by the local server")
    chat = writable_chat(world, parameters)
    message_id = parameters.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = world.find(chat.id, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.service or (message.keyboard and message.keyboard.shape != "inline"):
        raise bad_request("message can't be edited")
    return message
