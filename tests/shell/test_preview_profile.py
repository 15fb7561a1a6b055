"""What a bot may say of itself on the local server: commands, name, descriptions."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.preview.server import LocalBotApi

START = {"command": "start", "description": "Begin"}


def test_commands_are_kept_by_scope_and_language(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna = api.person("Anna")
    anna.write("hello")
    chat = {"type": "chat", "chat_id": anna.chat_id}
    assert ask("setMyCommands", commands=[START]).result is True
    assert ask("setMyCommands", commands=[], scope=chat).result is True
    assert ask("setMyCommands", commands=[START], scope=chat, language_code="de").result is True
    assert ask("getMyCommands").result == [START]
    assert ask("getMyCommands", scope=chat).result == []
    assert ask("deleteMyCommands").result is True
    assert ask("getMyCommands").result == []
    assert api.profile.commands[f"chat:{anna.chat_id}", "de"] == [START]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Start", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "a-b", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "a" * 33, "description": "x"}, "command length must not exceed 32"),
        ({"command": "", "description": "x"}, "command must be non-empty"),
        ({"command": "a", "description": " "}, "command description must be non-empty"),
        ({"command": "a", "description": "x" * 257}, "command description length must not exceed 256"),
        ({"description": "x"}, "can't parse BotCommand: Can't find field \"command\""),
    ],
)
def test_a_command_that_telegram_refuses_is_refused(
    ask: Callable[..., Any], command: dict[str, str], reason: str
) -> None:
    assert ask("setMyCommands", commands=[START, command]).refusal == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 400)])
def test_a_hundred_commands_are_enough(ask: Callable[..., Any], count: int, status: int) -> None:
    commands = [{"command": f"c{number}", "description": "x" * 256} for number in range(count)]
    assert ask("setMyCommands", commands=commands).status == status


@pytest.mark.parametrize(
    "scope",
    [{"type": "everyone"}, {"type": "chat"}, {"type": "chat", "chat_id": 999}, "not an object", []],
)
def test_a_scope_has_to_be_one_of_telegrams(ask: Callable[..., Any], scope: object) -> None:
    assert ask("setMyCommands", commands=[START], scope=scope).status == 400


@pytest.mark.parametrize(
    ("method", "field", "longest"),
    [
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ],
)
def test_texts_about_the_bot_end_at_their_limit(ask: Callable[..., Any], method: str, field: str, longest: int) -> None:
    assert ask(method, **{field: "x" * longest}).result is True
    assert ask(method, **{field: "x" * (longest + 1)}).status == 400
    assert ask(method.replace("set", "get")).result == {field: "x" * longest}


def test_a_language_code_has_two_letters(ask: Callable[..., Any]) -> None:
    refusal = ask("setMyName", name="x", language_code="deutsch").refusal
    assert refusal == (400, "Bad Request: LANG_CODE_INVALID")
