"""A text as it stands in the chat in the end: markup read, cleaned, trimmed, entities put in order."""

from typing import Any

from bot.preview.detection import find_entities
from bot.preview.links import LinkError, clean_link
from bot.preview.markup import ENTITY_KINDS, Entity, Formatted, MarkupError, parse_html, utf16_length
from bot.preview.parameters import Parameters
from bot.preview.refusals import bad_request
from bot.preview.tidying import mark_found, tidy

_FOUND_BY_TELEGRAM = frozenset(("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"))
_VALUE_FIELDS = {
    "text_link": "url", "text_mention": "user", "pre": "language", "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}  # fmt: skip
_LARGEST_SPAN = 1_000_000
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
        raise bad_request("array expected as message entities")
    length = utf16_length(text)
    entities = tuple(_entity(entity, length) for entity in given or ())
    return Formatted(text, tuple(entity for entity in entities if entity.kind in ENTITY_KINDS))


def settle(formatted: Formatted) -> Formatted:
    """What the reader gets: an empty text where nothing is left to see, and at most 100 entities."""
    tidied = tidy(formatted)
    tidied = mark_found(tidied, find_entities(tidied.text))
    return Formatted(tidied.text, tidied.entities[:MOST_ENTITIES])


def _entity(given: Any, length: int) -> Entity:
    prefix = "can't parse MessageEntity"
    if not isinstance(given, dict):
        raise bad_request(f"{prefix}: Expected an Object")
    kind = given.get("type")
    if kind not in ENTITY_KINDS and kind not in _FOUND_BY_TELEGRAM:
        raise bad_request(f"{prefix}: Unsupported type specified")
    span = {}
    for field in ("offset", "length"):
        if type(given.get(field)) is not int:
            raise bad_request(f'{prefix}: Can\'t find field "{field}"')
        span[field] = given[field]
    _check_span(span["offset"], span["length"], length)
    return Entity(kind, value=_entity_value(given, kind), **span)


def _check_span(offset: int, length: int, text_length: int) -> None:
    for what, value in (("offset", offset), ("length", length)):
        if not 0 <= value <= _LARGEST_SPAN:
            raise bad_request(f"receive an entity with incorrect {what} {value}")
    if offset > text_length:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > text_length:
        where = f"ends after the end of the text at UTF-16 offset {offset + length}"
        raise bad_request(f"entity beginning at UTF-16 offset {offset} {where}")


def _entity_value(given: dict[str, Any], kind: str) -> str:
    field = _VALUE_FIELDS.get(kind)
    if field is None or (field == "language" and field not in given):
        return ""
    value = given.get(field)
    if value is None:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{field}\"")
    if kind == "text_mention":
        return str(value.get("id", "")) if isinstance(value, dict) else ""
    if kind != "text_link":
        return str(value)
    try:
        return clean_link(str(value))
    except LinkError as error:
        raise bad_request(f"entity URL '{value}' is invalid: {error}") from None
