"""What the bot says of itself: commands, name, descriptions."""

import re
from typing import Any

from bot.preview.addressing import named_chat
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.world import World

MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
LONGEST_NAME = 64
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
_COMMAND = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def set_my_commands(world: World, parameters: Parameters) -> bool:
    commands = parameters.decoded("commands", "can't parse bot commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("can't parse bot commands: Expected an Array")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _scope(world, parameters), _language(parameters)
    world.profile.commands[key] = [_command(command) for command in commands]
    return True


def delete_my_commands(world: World, parameters: Parameters) -> bool:
    world.profile.commands.pop((_scope(world, parameters), _language(parameters)), None)
    return True


def get_my_commands(world: World, parameters: Parameters) -> list[dict[str, str]]:
    return world.profile.commands.get((_scope(world, parameters), _language(parameters)), [])


def set_my_name(world: World, parameters: Parameters) -> bool:
    return _set(world.profile.names, parameters, "name", LONGEST_NAME)


def get_my_name(world: World, parameters: Parameters) -> dict[str, str]:
    return {"name": world.profile.names.get(_language(parameters), world.bot.first_name)}


def set_my_description(world: World, parameters: Parameters) -> bool:
    return _set(world.profile.descriptions, parameters, "description", LONGEST_DESCRIPTION)


def get_my_description(world: World, parameters: Parameters) -> dict[str, str]:
    return {"description": world.profile.descriptions.get(_language(parameters), "")}


def set_my_short_description(world: World, parameters: Parameters) -> bool:
    return _set(world.profile.short_descriptions, parameters, "short_description", LONGEST_SHORT_DESCRIPTION)


def get_my_short_description(world: World, parameters: Parameters) -> dict[str, str]:
    return {"short_description": world.profile.short_descriptions.get(_language(parameters), "")}


def _set(texts: dict[str, str], parameters: Parameters, field: str, longest: int) -> bool:
    text = parameters.text(field)
    if len(text) > longest:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    texts[_language(parameters)] = text
    return True


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _scope(world: World, parameters: Parameters) -> str:
    scope: Any = parameters.decoded("scope", "can't parse BotCommandScope JSON object")
    if scope is None:
        return "default"
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    for field in _SCOPES[kind]:
        if field not in scope:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{field}\"")
    if "chat_id" in scope:
        named_chat(world, Parameters({"chat_id": scope["chat_id"]}))
    return ":".join([kind, *(str(scope[field]) for field in _SCOPES[kind])])


def _command(command: Any) -> dict[str, str]:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: Expected an Object")
    for field in ("command", "description"):
        if not isinstance(command.get(field), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{field}\"")
    name = command["command"].strip().removeprefix("/")
    description = command["description"].strip()
    for what, text, longest in (
        ("command", name, LONGEST_COMMAND),
        ("command description", description, LONGEST_COMMAND_DESCRIPTION),
    ):
        if not text:
            raise bad_request(f"{what} must be non-empty")
        if len(text) > longest:
            raise bad_request(f"{what} length must not exceed {longest}")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}
