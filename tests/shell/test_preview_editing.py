"""Edits, deletions and answers to taps on the local server, as Telegram takes and refuses them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.preview.server import LocalBotApi
from bot.preview.visitors import ImpossibleError, Visitor

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
NO = {"inline_keyboard": [[{"text": "No", "callback_data": "no"}]]}


@pytest.fixture
def anna(api: LocalBotApi) -> Visitor:
    visitor = api.person("Anna")
    visitor.write("hello")
    return visitor


@pytest.fixture
def menu(anna: Visitor, ask: Callable[..., Any]) -> dict[str, Any]:
    """Where the bot's message with one button stands."""
    sent = ask("sendMessage", chat_id=anna.chat_id, text="Sure?", reply_markup=YES).result
    return {"chat_id": anna.chat_id, "message_id": sent["message_id"]}


def test_an_edit_shows_in_the_chat_and_takes_the_old_buttons_away(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any]
) -> None:
    edited = ask("editMessageText", **menu, text="<b>Done</b>", parse_mode="HTML").result
    (message,) = anna.bot_messages
    assert (message.text, message.styled("bold"), message.buttons) == ("Done", ("Done",), ())
    assert edited["edit_date"] == int(message.edited_at or 0)


def test_an_edit_that_changes_nothing_is_refused(menu: dict[str, Any], ask: Callable[..., Any]) -> None:
    same = ask("editMessageText", **menu, text="Sure?", reply_markup=YES)
    assert same.refusal == (400, NOT_MODIFIED)
    assert ask("editMessageReplyMarkup", **menu, reply_markup=YES).refusal == (400, NOT_MODIFIED)
    assert ask("editMessageReplyMarkup", **menu, reply_markup=NO).status == 200


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " "}, "text must be non-empty"),
        ({"text": "x" * 4097}, "MESSAGE_TOO_LONG"),
        ({"message_id": 0}, "message identifier is not specified"),
        ({"message_id": 999}, "message to edit not found"),
        ({"message_id": 1}, "message can't be edited"),
        ({"chat_id": 999}, "chat not found"),
        ({"reply_markup": {"keyboard": [["x"]]}}, "inline keyboard expected"),
    ],
)
def test_an_edit_that_telegram_refuses_is_refused_in_its_words(
    menu: dict[str, Any], ask: Callable[..., Any], parameters: dict[str, Any], reason: str
) -> None:
    answer = ask("editMessageText", **{**menu, "text": "x", **parameters})
    assert answer.refusal == (400, f"Bad Request: {reason}")


def test_a_message_with_a_reply_keyboard_cannot_be_edited(anna: Visitor, ask: Callable[..., Any]) -> None:
    sent = ask("sendMessage", chat_id=anna.chat_id, text="x", reply_markup={"keyboard": [["a"]]}).result
    answer = ask("editMessageText", chat_id=anna.chat_id, message_id=sent["message_id"], text="y")
    assert answer.refusal == (400, "Bad Request: message can't be edited")


def test_captions_are_edited_as_captions_and_texts_as_texts(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any]
) -> None:
    photo = anna.send_photo().attachment
    assert photo is not None
    file_id = photo.fields[0]["file_id"]
    sent = ask("sendPhoto", chat_id=anna.chat_id, photo=file_id, caption="a").result
    where = {"chat_id": anna.chat_id, "message_id": sent["message_id"]}
    assert ask("editMessageCaption", **where, caption="b").result["caption"] == "b"
    assert ask("editMessageCaption", **menu, caption="b").refusal == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )
    assert ask("editMessageText", **where, text="b").refusal == (
        400,
        "Bad Request: there is no text in the message to edit",
    )


def test_a_message_is_deleted_within_48_hours(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any], clock: Any
) -> None:
    clock.advance(48 * 3600)
    assert ask("deleteMessage", **menu).result is True
    assert anna.bot_messages == ()
    assert ask("deleteMessage", **menu).refusal == (400, "Bad Request: message to delete not found")


def test_after_48_hours_a_message_stays(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any], clock: Any
) -> None:
    clock.advance(48 * 3600 + 1)
    refusal = ask("deleteMessage", **menu).refusal
    assert refusal == (400, "Bad Request: message can't be deleted for everyone")
    assert len(anna.bot_messages) == 1


def test_in_a_group_the_bot_deletes_only_its_own(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna = api.person("Anna")
    staff = api.group("Staff", [anna])
    message = anna.write("mine", chat=staff)
    answer = ask("deleteMessage", chat_id=staff.chat_id, message_id=message.message_id)
    assert answer.refusal == (400, "Bad Request: message can't be deleted")


@pytest.mark.usefixtures("menu")
def test_the_answer_to_a_tap_reaches_the_tapper_once(anna: Visitor, ask: Callable[..., Any]) -> None:
    tap = anna.tap("Yes")
    assert tap.answer is None
    answer = {"callback_query_id": tap.query_id, "text": "Noted", "show_alert": True}
    assert ask("answerCallbackQuery", **answer).result is True
    assert tap.answer is not None
    assert (tap.answer.text, tap.answer.show_alert) == ("Noted", True)
    assert ask("answerCallbackQuery", **answer).refusal == (400, TOO_OLD)


@pytest.mark.usefixtures("menu")
def test_late_unknown_and_overlong_answers_are_refused(anna: Visitor, ask: Callable[..., Any], clock: Any) -> None:
    tap = anna.tap("Yes")
    long = ask("answerCallbackQuery", callback_query_id=tap.query_id, text="x" * 201)
    assert long.refusal == (400, "Bad Request: MESSAGE_TOO_LONG")
    assert ask("answerCallbackQuery", callback_query_id="77").refusal == (400, TOO_OLD)
    clock.advance(15.1)
    assert ask("answerCallbackQuery", callback_query_id=tap.query_id).refusal == (400, TOO_OLD)


def test_only_buttons_that_stand_there_can_be_tapped(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any]
) -> None:
    with pytest.raises(ImpossibleError, match="no button 'no'"):
        anna.tap("no")
    ask("editMessageText", **menu, text="Done")
    with pytest.raises(ImpossibleError):
        anna.tap("yes")


@pytest.mark.usefixtures("menu")
def test_the_message_of_an_old_button_can_come_without_its_text(anna: Visitor, ask: Callable[..., Any]) -> None:
    anna.tap("yes", inaccessible=True)
    query = ask("getUpdates", offset=-1).result[0]["callback_query"]
    assert query["data"] == "yes"
    assert query["message"].keys() == {"message_id", "chat", "date"}
    assert query["message"]["date"] == 0


def test_a_modified_app_can_send_data_that_no_button_has(
    anna: Visitor, menu: dict[str, Any], ask: Callable[..., Any]
) -> None:
    anna.tap_forged("no-such-data", menu["message_id"])
    assert ask("getUpdates", offset=-1).result[0]["callback_query"]["data"] == "no-such-data"
