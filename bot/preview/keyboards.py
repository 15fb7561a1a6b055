"""reply_markup: what Telegram accepts, and its words for the rest."""

from collections.abc import Callable
from typing import Any

from bot.preview.chats import Button, Keyboard
from bot.preview.links import LinkError, clean_link
from bot.preview.parameters import Parameters, checked_text
from bot.preview.refusals import RefusalError, bad_request

MOST_BUTTONS = 100
MOST_BUTTONS_IN_A_ROW = 8
MOST_DATA_BYTES = 64
_FLAGS = (
    "resize_keyboard",
    "one_time_keyboard",
    "is_persistent",
    "selective",
    "force_reply",
    "remove_keyboard",
)
_OTHER_ACTIONS = (
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
)


def read_keyboard(parameters: Parameters) -> Keyboard | None:
    """The keyboard as far as the HTTP front looks at it: shape and types. None where there is none."""
    markup = parameters.decoded("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    for flag in _FLAGS:
        if flag in markup and not isinstance(markup[flag], bool):
            raise bad_request(f'field "{flag}" must be of type Boolean')
    if "inline_keyboard" in markup:
        return Keyboard("inline", _rows(markup, "inline_keyboard", _inline_button), markup)
    if "keyboard" in markup:
        return Keyboard("reply", _rows(markup, "keyboard", _reply_button), markup)
    if markup.get("remove_keyboard"):
        return Keyboard("remove", raw=markup)
    return Keyboard("force_reply", raw=markup) if markup.get("force_reply") else None


def checked_keyboard(keyboard: Keyboard | None) -> Keyboard | None:
    """The keyboard as the servers behind look at it: sizes and contents. An empty inline keyboard is none."""
    if keyboard is None:
        return None
    if len(keyboard.buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in keyboard.rows:
        if len(row) > MOST_BUTTONS_IN_A_ROW:
            raise bad_request("reply markup is too long")
    for button in keyboard.buttons:
        _check_button(button, "Inline keyboard" if keyboard.shape == "inline" else "Keyboard")
    return None if keyboard.shape == "inline" and not keyboard.buttons else keyboard


def _rows(markup: dict[str, Any], field: str, read: Callable[[Any], Button]) -> tuple[tuple[Button, ...], ...]:
    rows = markup[field]
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    return tuple(tuple(read(button) for button in row) for row in rows if row)


def _inline_button(button: Any) -> Button:
    prefix = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}: Expected an Object")
    text = _string(button, "text", prefix, required=True)
    data, url = _string(button, "callback_data", prefix), _string(button, "url", prefix)
    for action, reason in (("pay", "BUTTON_TYPE_INVALID"), ("callback_game", "BUTTON_TYPE_INVALID")):
        if button.get(action):
            raise bad_request(reason)
    if not data and not url and not any(action in button for action in _OTHER_ACTIONS):
        _refuse_other(button, prefix)
    return Button(text, data, url)


def _refuse_other(button: dict[str, Any], prefix: str) -> None:
    for action in ("web_app", "login_url", "copy_text"):
        if action in button:
            raise RefusalError(400, f"Bad Request: {action} buttons are not supported by the local server")
    raise bad_request(f"{prefix}: Text buttons are unallowed in the inline keyboard")


def _reply_button(button: Any) -> Button:
    prefix = "can't parse keyboard button"
    if isinstance(button, str):
        return Button(button)
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}: KeyboardButton must be a String or an Object")
    return Button(_string(button, "text", prefix, required=True))


def _string(button: dict[str, Any], field: str, prefix: str, *, required: bool = False) -> str:
    value = button.get(field)
    if value is None:
        if required:
            raise bad_request(f'{prefix}: Can\'t find field "{field}"')
        return ""
    if isinstance(value, (dict, list, bool)):
        raise bad_request(f'{prefix}: Field "{field}" must be of type String')
    return checked_text(str(value))


def _check_button(button: Button, name: str) -> None:
    if not button.text.strip():
        raise bad_request(f"{name} button text must be non-empty")
    if len(button.data.encode()) > MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.url and not button.url.startswith("tg://user?id="):
        try:
            clean_link(button.url)
        except LinkError as error:
            raise bad_request(f"{name} button URL '{button.url}' is invalid: {error}") from None
