"""A text as it stands in the chat in the end: markup read, cleaned, trimmed, entities put in order."""

from typing import Any

from bot.preview.detection import find_entities
from bot.preview.markup import Entity, Formatted, MarkupError, parse_html
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.tidying import mark_found, tidy

MOST_ENTITIES = 100  # Telegram drops those after, without a word


def read_text(parameters: Parameters, field: str, entities_field: str) -> Formatted:
    """The text of a call by its parse_mode or its list of entities; Telegram lets parse_mode win."""
    text = parameters.text(field)
    mode = parameters.text("parse_mode").lower()
    if mode == "html":
        try:
            return parse_html(text)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    if mode in ("markdown", "markdownv2"):
        raise bad_request(f"parse_mode {mode} is not supported by the local server; use HTML")
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    given = parameters.decoded(entities_field, "can't parse entities JSON object")
    if given is not None and not isinstance(given, list):
        raise bad_request("object expected as message entities")
    return Formatted(text, tuple(_entity(entity) for entity in given or ()))


def settle(formatted: Formatted) -> Formatted:
    """What the reader gets: an empty text where nothing is left to see, and at most 100 entities."""
    tidied = tidy(formatted)
    tidied = mark_found(tidied, find_entities(tidied.text))
    return Formatted(tidied.text, tidied.entities[:MOST_ENTITIES])


def _entity(given: Any) -> Entity:
    if not isinstance(given, dict):
        raise bad_request("can't parse MessageEntity: Expected an Object")
    value = given.get("url") or given.get("language") or given.get("custom_emoji_id") or ""
    if "user" in given:
        value = given["user"]["id"]
    return Entity(
        str(given.get("type")), int(given.get("offset", 0)), int(given.get("length", 0)), str(value)
    )
