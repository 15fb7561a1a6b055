"""getMe, getChat and answerCallbackQuery."""

from typing import Any

from bot.preview.addressing import named_chat
from bot.preview.markup import utf16_length
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.wire import chat_json, person_json
from bot.preview.world import CallbackAnswer, World

LONGEST_CALLBACK_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, _parameters: Parameters) -> dict[str, Any]:
    powers = ("can_connect_to_business", "supports_inline_queries", "has_main_web_app")
    return {
        **person_json(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        **dict.fromkeys(powers, False),
    }


def get_chat(world: World, parameters: Parameters) -> dict[str, Any]:
    chat = named_chat(world, parameters)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat_json(chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    """Each query takes one answer, within the seconds that the server was started with."""
    query = world.callbacks.get(parameters.text("callback_query_id"))
    text = parameters.text("text")
    if utf16_length(text) > LONGEST_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    late = query and world.now() - query.tapped_at > world.callback_seconds
    if query is None or late or query.answer is not None:
        raise bad_request(_TOO_OLD)
    query.answer = CallbackAnswer(text, parameters.flag("show_alert"), parameters.text("url"))
    return True
