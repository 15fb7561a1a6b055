"""The local server takes and refuses messages as Telegram does, with Telegram's words."""

import asyncio
import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.preview.chats import Keyboard
from bot.preview.server import LocalBotApi

PNG = b"\x89PNG\r\n\x1a\n and more"


def one_button(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.fixture
def send(api: LocalBotApi, ask: Callable[..., Any]) -> Callable[..., Any]:
    """sendMessage to a patient who has written."""
    anna = api.person("Anna")
    anna.write("/start")
    return lambda **parameters: ask("sendMessage", **{"chat_id": anna.chat_id, "text": "x", **parameters})


REFUSED_TEXTS = [
    ({"text": ""}, "message text is empty"),
    ({"text": "   \n "}, "text must be non-empty"),
    ({"text": "\u200b"}, "text must be non-empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    (
        {"text": "1 < 2", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "" at byte offset 2',
    ),
    (
        {"text": "<b>x", "parse_mode": "html"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"parse_mode": "BBCode"}, "unsupported parse_mode"),
    ({"parse_mode": "MarkdownV2"}, "parse_mode markdownv2 is not supported by the local server; use HTML"),
    ({"chat_id": ""}, "chat_id is empty"),
    ({"chat_id": 999}, "chat not found"),
    ({"chat_id": "@nobody"}, "chat not found"),
    ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"reply_parameters": {"quote": "x"}}, 'can\'t find field "message_id"'),
]


@pytest.mark.parametrize(("parameters", "reason"), REFUSED_TEXTS)
def test_a_message_that_telegram_refuses_is_refused_in_its_words(
    send: Callable[..., Any], parameters: dict[str, Any], reason: str
) -> None:
    assert send(**parameters).refusal == (400, f"Bad Request: {reason}")


REFUSED_KEYBOARDS = [
    ("{", "can't parse reply keyboard markup JSON object"),
    ("[]", "object expected as reply markup"),
    ({"inline_keyboard": "bad"}, 'field "inline_keyboard" must be of type Array'),
    ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    (one_button(callback_data="x"), "can't parse inline keyboard button: Can't find field \"text\""),
    (one_button(text=" ", callback_data="x"), "inline keyboard button text must be non-empty"),
    (
        one_button(text="x"),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (one_button(text="x", callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    (one_button(text="x", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
    (
        one_button(text="x", url="not-a-url"),
        "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
    ),
    ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}, "reply markup is too long"),
    ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}, "reply markup is too long"),
    ({"keyboard": [[{}]]}, "can't parse keyboard button: Can't find field \"text\""),
]


@pytest.mark.parametrize(("markup", "reason"), REFUSED_KEYBOARDS)
def test_a_keyboard_that_telegram_refuses_is_refused_in_its_words(
    send: Callable[..., Any], markup: object, reason: str
) -> None:
    assert send(reply_markup=markup).refusal == (400, f"Bad Request: {reason}")


def test_a_refused_message_does_not_appear_in_the_chat(api: LocalBotApi, send: Callable[..., Any]) -> None:
    send(text="")
    assert api.person(id=1001).bot_messages == ()


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"type": "loud"}, "can't parse MessageEntity: Unsupported type specified"),
        ({"offset": 100}, "entity begins after the end of the text at UTF-16 offset 100"),
        (
            {"length": 100},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100",
        ),
        ({"offset": -1}, "receive an entity with incorrect offset -1"),
        ({"type": "text_link"}, "can't parse MessageEntity: Can't find field \"url\""),
        (
            {"type": "text_link", "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
    ],
)
def test_entities_without_markup_are_checked_too(send: Callable[..., Any], entity: dict[str, Any], reason: str) -> None:
    whole = {"type": "bold", "offset": 0, "length": 5, **entity}
    assert send(text="hello", entities=[whole]).refusal == (400, f"Bad Request: {reason}")


def test_entities_without_markup_are_shown(send: Callable[..., Any]) -> None:
    bold = {"type": "bold", "offset": 0, "length": 5}
    assert send(text="hello you", entities=[bold]).result["entities"] == [bold]


def test_half_a_character_is_no_text(send: Callable[..., Any]) -> None:
    refusal = (400, "Bad Request: strings must be encoded in UTF-8")
    assert send(text="\ud800").refusal == refusal
    assert send(reply_markup=one_button(text="\ud800", callback_data="x")).refusal == refusal


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048, "<b>" + "x" * 4096 + "</b>"])
def test_4096_utf16_units_after_the_markup_are_allowed(send: Callable[..., Any], text: str) -> None:
    assert send(text=text, parse_mode="HTML").status == 200


def test_eight_buttons_a_row_a_hundred_in_all_and_64_bytes_are_allowed(send: Callable[..., Any]) -> None:
    button = {"text": "x", "callback_data": "é" * 32}
    rows = [[button] * 8] * 12 + [[button] * 4]
    assert send(reply_markup={"inline_keyboard": rows}).status == 200


def test_entities_beyond_the_hundredth_are_dropped_without_a_word(send: Callable[..., Any]) -> None:
    sent = send(text="<b>x</b> " * 150, parse_mode="HTML")
    assert len(sent.result["entities"]) == 100


def test_the_reader_sees_the_text_without_markup_trimmed_and_styled(api: LocalBotApi, send: Callable[..., Any]) -> None:
    send(text=" <b>Call</b> us at <a href='clinic.example'>this page</a> &amp; rest.\n", parse_mode="HTML")
    (message,) = api.person(id=1001).bot_messages
    assert message.text == "Call us at this page & rest."
    assert (message.styled("bold"), message.styled("text_link")) == (("Call",), ("this page",))


def test_a_missing_message_to_reply_to_can_be_waived(send: Callable[..., Any]) -> None:
    waived = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in send(reply_parameters=waived).result


def test_a_reply_carries_the_message_that_it_answers(send: Callable[..., Any]) -> None:
    assert send(reply_parameters={"message_id": 1}).result["reply_to_message"]["text"] == "/start"


def test_a_person_who_never_wrote_does_not_exist_for_the_bot(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    ben = api.person("Ben")
    assert ask("sendMessage", chat_id=ben.chat_id, text="x").refusal == (400, "Bad Request: chat not found")
    ben.write("hello")
    assert ask("sendMessage", chat_id=ben.chat_id, text="x").status == 200


def test_nobody_is_reached_who_blocked_the_bot_or_left_telegram(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna, ben = api.person("Anna"), api.person("Ben")
    anna.write("hello")
    ben.write("hello")
    anna.block()
    ben.deactivate()
    refusals = [ask("sendMessage", chat_id=who.chat_id, text="x").refusal for who in (anna, ben)]
    assert refusals == [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
    ]
    anna.unblock()
    assert ask("sendMessage", chat_id=anna.chat_id, text="x").status == 200


def test_a_group_that_threw_the_bot_out_refuses_it(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    staff = api.group("Staff", [api.person("Anna")])
    staff.kick_bot()
    refusal = ask("sendMessage", chat_id=staff.chat_id, text="x").refusal
    assert refusal == (403, "Forbidden: bot was kicked from the group chat")


def test_an_upgraded_group_names_its_successor(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    staff = api.group("Staff", [api.person("Anna")])
    successor = staff.upgrade()
    answer = ask("sendMessage", chat_id=staff.chat_id, text="x")
    assert answer.refusal == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert answer.body["parameters"] == {"migrate_to_chat_id": successor.chat_id}
    assert ask("sendMessage", chat_id=successor.chat_id, text="x").status == 200


def test_a_wrong_token_is_401_and_an_unknown_method_404(ask: Callable[..., Any]) -> None:
    assert ask("getMe", token="1:wrong").refusal == (401, "Unauthorized")
    assert ask("getMyMind").refusal == (404, "Not Found: method not found")
    assert ask("GETME").result["username"] == "clinic_test_bot"


def test_forms_queries_and_json_say_the_same(api: LocalBotApi) -> None:
    anna = api.person("Anna")
    anna.write("hello")
    requests = [
        ("GET", f"?chat_id={anna.chat_id}&text=caf%C3%A9", None, ""),
        ("POST", "", f"chat_id={anna.chat_id}&text=caf%C3%A9", "application/x-www-form-urlencoded"),
        ("POST", "", json.dumps({"chat_id": anna.chat_id, "text": "café"}), "application/json"),
    ]
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    for verb, query, body, content_type in requests:
        headers = {"Content-Type": content_type} if content_type else {}
        connection.request(verb, f"/bot{api.token}/sendMessage{query}", body, headers)
        assert json.loads(connection.getresponse().read())["ok"]
    connection.close()
    assert [message.text for message in anna.bot_messages] == ["café"] * 3


def test_python_telegram_bot_sends_texts_photos_and_keyboards(api: LocalBotApi) -> None:
    anna = api.person("Anna")
    anna.write("hello")

    async def scenario() -> None:
        async with Bot(api.token, base_url=f"{api.url}/bot") as bot:
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
            sent = await bot.send_message(anna.chat_id, "<i>hi</i>", parse_mode="HTML", reply_markup=keyboard)
            assert sent.text_html == "<i>hi</i>"
            photo = await bot.send_photo(anna.chat_id, PNG, caption="look")
            again = await bot.send_photo(anna.chat_id, photo.photo[0].file_id)
            assert (await bot.get_chat(anna.chat_id)).first_name == "Anna"
            assert await bot.send_chat_action(anna.chat_id, "typing")
            assert again.photo[0].file_id == photo.photo[0].file_id

    asyncio.run(scenario())
    seen = [(m.text, m.attachment.kind if m.attachment else "", m.buttons) for m in anna.bot_messages]
    assert seen == [("hi", "", ("Yes",)), ("look", "photo", ()), ("", "photo", ())]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({}, "there is no photo in the request"),
        ({"photo": "made-up"}, "wrong file identifier/HTTP URL specified"),
    ],
)
def test_a_photo_has_to_be_there(
    api: LocalBotApi, ask: Callable[..., Any], parameters: dict[str, Any], reason: str
) -> None:
    anna = api.person("Anna")
    anna.write("hello")
    assert ask("sendPhoto", chat_id=anna.chat_id, **parameters).refusal == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(("length", "status"), [(1024, 200), (1025, 400)])
def test_a_caption_ends_at_1024(api: LocalBotApi, ask: Callable[..., Any], length: int, status: int) -> None:
    anna = api.person("Anna")
    file_id = anna.send_photo("mine").attachment.fields[0]["file_id"]  # type: ignore[union-attr]
    sent = ask("sendPhoto", chat_id=anna.chat_id, photo=file_id, caption="x" * length)
    assert sent.status == status


def test_a_chat_action_has_to_be_one_that_exists(ask: Callable[..., Any]) -> None:
    refusal = ask("sendChatAction", chat_id=1001, action="dancing").refusal
    assert refusal == (400, "Bad Request: wrong parameter action in request")


def test_reply_keyboards_are_kept_as_the_reader_has_them(api: LocalBotApi, send: Callable[..., Any]) -> None:
    send(reply_markup={"keyboard": [["Yes", {"text": "No"}]], "resize_keyboard": True})
    send(reply_markup={"remove_keyboard": True})
    asked, removed = (message.keyboard for message in api.person(id=1001).bot_messages)
    assert isinstance(asked, Keyboard)
    assert [button.text for button in asked.buttons] == ["Yes", "No"]
    assert removed == Keyboard("remove")
