"""What people do in their apps reaches the bot as Telegram would tell it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.preview.server import LocalBotApi, NotSeenError
from bot.preview.visitors import ImpossibleError, Visitor

Ask = Callable[..., Any]


@pytest.fixture
def anna(api: LocalBotApi) -> Visitor:
    return api.person("Anna", username="anna", language_code="de")


def newest(ask: Ask) -> Any:
    return ask("getUpdates", offset=-1).result[0]


def test_a_message_says_who_wrote_it_where_and_which_command_is_in_it(anna: Visitor, ask: Ask, clock: Any) -> None:
    anna.write("  /start tips_1\n")
    message = newest(ask)["message"]
    person = {"id": anna.chat_id, "first_name": "Anna", "username": "anna"}
    assert message == {
        "message_id": 1,
        "from": {**person, "is_bot": False, "language_code": "de"},
        "chat": {**person, "type": "private"},
        "date": int(clock()),
        "text": "/start tips_1",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }


def test_offsets_of_commands_count_utf16_units(anna: Visitor, ask: Ask) -> None:
    anna.write("😀 /help @clinic_test_bot")
    found = [(e["type"], e["offset"], e["length"]) for e in newest(ask)["message"]["entities"]]
    assert found == [("bot_command", 3, 5), ("mention", 9, 16)]


def test_a_reply_and_an_edit_carry_what_they_are_about(anna: Visitor, ask: Ask) -> None:
    first = anna.write("one")
    anna.write("two", reply_to=first.message_id)
    assert newest(ask)["message"]["reply_to_message"]["text"] == "one"
    anna.edit(first.message_id, "one, corrected")
    assert newest(ask)["edited_message"]["text"] == "one, corrected"
    assert anna.message(first.message_id).text == "one, corrected"


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "location"])
def test_other_things_than_text_arrive_without_text(anna: Visitor, ask: Ask, kind: str) -> None:
    getattr(anna, f"send_{kind}")()
    message = newest(ask)["message"]
    assert message[kind]
    assert "text" not in message


def test_the_bot_is_told_of_a_block_and_of_its_end(anna: Visitor, ask: Ask) -> None:
    anna.write("hello")
    anna.block()
    told = newest(ask)["my_chat_member"]
    assert (told["old_chat_member"]["status"], told["new_chat_member"]["status"]) == ("member", "kicked")
    with pytest.raises(ImpossibleError):
        anna.write("anyone?")
    anna.unblock()
    assert newest(ask)["my_chat_member"]["new_chat_member"]["status"] == "member"


def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    staff = api.group("Staff", [anna])
    sent = ask("sendMessage", chat_id=staff.chat_id, text="Report?").result
    anna.write("did you see the game", chat=staff)
    anna.write("/status", chat=staff)
    anna.write("/status@clinic_test_bot", chat=staff)
    anna.write("/status@other_bot", chat=staff)
    anna.write("yes", chat=staff, reply_to=sent["message_id"])
    updates = [update["message"] for update in ask("getUpdates").result if "message" in update]
    heard = [message.get("text", "joined") for message in updates]
    assert heard == ["joined", "/status", "/status@clinic_test_bot", "yes"]


def test_without_privacy_mode_the_bot_hears_all_of_a_group() -> None:
    with LocalBotApi(privacy_mode=False) as api:
        anna = api.person("Anna")
        staff = api.group("Staff", [anna])
        waiting = api.pending_updates
        anna.write("did you see the game", chat=staff)
        assert api.pending_updates == waiting + 1


def test_only_members_write_in_a_group(api: LocalBotApi, anna: Visitor) -> None:
    staff = api.group("Staff", [anna])
    with pytest.raises(ImpossibleError):
        api.person("Ben").write("hello", chat=staff)


def test_joining_and_leaving_a_group_is_told(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    staff = api.group("Staff", [anna])
    staff.kick_bot()
    staff.readmit_bot()
    members = [update["my_chat_member"] for update in ask("getUpdates").result if "my_chat_member" in update]
    assert [told["new_chat_member"]["status"] for told in members] == ["member", "kicked", "member"]


def test_calls_are_recorded_with_what_was_asked_and_answered(
    api: LocalBotApi, anna: Visitor, ask: Ask, clock: Any
) -> None:
    anna.write("hello")
    ask("sendMessage", chat_id=anna.chat_id, text="hi")
    ask("sendMessage", chat_id=anna.chat_id, text="")
    ask("getUpdates")
    good, bad = api.calls()
    assert (good.method, good.parameters["text"], good.status, good.at) == ("sendMessage", "hi", 200, clock())
    assert (bad.ok, bad.description, bad.chat_id) == (
        False,
        "Bad Request: message text is empty",
        anna.chat_id,
    )
    assert len(api.calls("getUpdates")) == 1


def test_waiting_ends_as_soon_as_the_message_comes(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    anna.write("hello")
    sender = threading.Thread(target=ask, args=("sendMessage",), kwargs={"chat_id": anna.chat_id, "text": "hi"})
    sender.start()
    assert api.wait_for_message(anna, "hi").text == "hi"
    assert api.wait_for_call("sendMessage", chat_id=anna.chat_id).ok
    sender.join()


def test_waiting_in_vain_shows_what_was_seen_instead(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    anna.write("hello")
    ask("sendMessage", chat_id=anna.chat_id, text="Good day")
    with pytest.raises(NotSeenError) as raised:
        api.wait_for_message(anna, "Goodbye", deadline_seconds=0.05)
    shown = str(raised.value)
    assert "'Goodbye' did not come within 0.05 s" in shown
    assert "bot: 'Good day'" in shown
    assert "sendMessage 200" in shown
