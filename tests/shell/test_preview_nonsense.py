"""Nonsense is refused, not stumbled over: no parameter makes the local server fail."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.preview.server import LocalBotApi

REPEATABLE = settings(deadline=None, derandomize=True, database=None, max_examples=150)
METHODS = [
    "answerCallbackQuery", "deleteMessage", "deleteWebhook", "editMessageCaption", "editMessageReplyMarkup",
    "editMessageText", "getChat", "getMe", "getMyCommands", "getUpdates", "getWebhookInfo", "sendChatAction",
    "sendMessage", "sendPhoto", "setMyCommands", "setMyDescription", "setMyName", "setMyShortDescription",
    "setWebhook",
]  # fmt: skip
PARAMETERS = [
    "action", "allow_sending_without_reply", "allowed_updates", "callback_query_id", "caption", "chat_id",
    "caption_entities", "commands", "entities", "limit", "message_id", "name", "offset", "parse_mode",
    "photo", "reply_markup", "reply_parameters", "scope", "text", "url",
]  # fmt: skip
FIELDS = [
    "command", "description", "inline_keyboard", "keyboard", "text", "callback_data", "url", "type", "offset",
    "length", "user", "message_id", "chat_id", "language", "force_reply",
]  # fmt: skip

_scalars = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        1001,
        2**70,
        0.5,
        "",
        "x",
        "1001",
        "html",
        "bold",
        "pre",
        "chat",
        "[",
        "{}",
        "\ud800",
    ]
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
        | inner.map(json.dumps)
    ),
    max_leaves=8,
)
_given = st.dictionaries(st.sampled_from(PARAMETERS), _values, max_size=5)
_useful = {"chat_id": 1001, "text": "<b>x</b>", "message_id": 2, "commands": []}


@pytest.fixture(scope="module")
def connection() -> Iterator[tuple[http.client.HTTPConnection, str]]:
    with LocalBotApi(kept_calls=10) as api:
        api.person("Anna", id=1001).write("hello")
        client = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
        yield client, f"/bot{api.token}/"
        client.close()


@REPEATABLE
@given(method=st.sampled_from(METHODS), parameters=_given, completed=st.booleans())
def test_no_parameter_makes_the_server_fail(
    connection: tuple[http.client.HTTPConnection, str],
    method: str,
    parameters: dict[str, Any],
    completed: bool,
) -> None:
    client, path = connection
    body = {**_useful, **parameters} if completed else parameters
    client.request("POST", path + method, json.dumps(body), {"Content-Type": "application/json"})
    answer = json.loads(client.getresponse().read())
    assert answer["ok"] or answer["error_code"] in (400, 403, 409), answer
