"""Trouble that a test can order: floods, dead connections, slow answers."""

import http.client
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.preview import faults
from bot.preview.flood import FloodGate, FloodLimits
from bot.preview.server import LocalBotApi
from bot.preview.visitors import Visitor

Ask = Callable[..., Any]


@pytest.fixture
def anna(api: LocalBotApi) -> Visitor:
    visitor = api.person("Anna")
    visitor.write("hello")
    return visitor


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (faults.flood(7), (429, "Too Many Requests: retry after 7")),
        (faults.blocked(), (403, "Forbidden: bot was blocked by the user")),
        (faults.server_error(), (500, "Internal Server Error")),
        (faults.bad_gateway(), (502, "Bad Gateway")),
    ],
)
def test_the_next_call_can_be_made_to_fail_and_only_that(
    api: LocalBotApi, anna: Visitor, ask: Ask, fault: faults.Fault, refusal: tuple[int, str]
) -> None:
    api.faults.next(fault)
    assert ask("sendMessage", chat_id=anna.chat_id, text="one").refusal == refusal
    assert ask("sendMessage", chat_id=anna.chat_id, text="two").status == 200
    assert [message.text for message in anna.bot_messages] == ["two"]


def test_a_flood_says_how_long_to_wait(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    api.faults.next(faults.flood(7))
    assert ask("sendMessage", chat_id=anna.chat_id, text="x").body["parameters"] == {"retry_after": 7}


def test_a_fault_can_be_kept_for_methods_and_chats(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    ben = api.person("Ben")
    ben.write("hello")
    api.faults.next(faults.server_error(), methods=["sendMessage"], times=2, chat_id=ben.chat_id)
    statuses = [
        ask("getMe").status,
        ask("sendMessage", chat_id=anna.chat_id, text="x").status,
        *(ask("sendMessage", chat_id=ben.chat_id, text="x").status for _ in range(3)),
    ]
    assert statuses == [200, 200, 500, 500, 200]


def test_a_fault_can_hold_until_it_is_cleared(api: LocalBotApi, ask: Ask) -> None:
    api.faults.always(faults.bad_gateway(), methods=["getMe"])
    assert [ask("getMe").status for _ in range(3)] == [502] * 3
    api.faults.clear()
    assert ask("getMe").status == 200


def test_polling_is_struck_only_where_it_is_named(api: LocalBotApi, ask: Ask) -> None:
    api.faults.always(faults.server_error())
    assert ask("getUpdates").status == 200
    api.faults.always(faults.server_error(), methods=["getUpdates"])
    assert ask("getUpdates").status == 500


def test_the_same_dice_bring_the_same_trouble() -> None:
    def statuses(seed: int) -> list[bool]:
        rules = faults.Faults()
        rules.sometimes(faults.server_error(), 0.3, random.Random(seed))
        return [rules.pick("sendMessage", 1) is not None for _ in range(50)]

    assert statuses(7) == statuses(7) != statuses(8)
    assert 5 <= sum(statuses(7)) <= 25


def test_a_connection_dropped_before_leaves_nothing_in_the_chat(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    api.faults.next(faults.dropped_before())
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask("sendMessage", chat_id=anna.chat_id, text="x")
    assert anna.bot_messages == ()
    assert (api.calls()[-1].status, api.calls()[-1].fault) == (0, "dropped_before")


def test_a_connection_dropped_after_leaves_the_message_in_the_chat(api: LocalBotApi, anna: Visitor, ask: Ask) -> None:
    api.faults.next(faults.dropped_after())
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask("sendMessage", chat_id=anna.chat_id, text="x")
    assert [message.text for message in anna.bot_messages] == ["x"]
    assert (api.calls()[-1].status, api.calls()[-1].fault) == (0, "dropped_after")


def test_a_slow_answer_comes_after_the_message(api: LocalBotApi, anna: Visitor) -> None:
    """A client that gives up waiting does not know that its message stands in the chat."""
    api.faults.next(faults.slow(30))
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=0.1)
    connection.request("GET", f"/bot{api.token}/sendMessage?chat_id={anna.chat_id}&text=x")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert [message.text for message in anna.bot_messages] == ["x"]


def test_every_call_can_be_made_to_take_its_time() -> None:
    with LocalBotApi(latency_seconds=0.05) as api:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
        connection.request("GET", f"/bot{api.token}/getMe")
        assert connection.getresponse().status == 200
        connection.close()
        assert time.monotonic() - begun >= 0.05


def test_flood_limits_refuse_the_fourth_message_at_once_and_let_it_through_later(clock: Any) -> None:
    gate = FloodGate(FloodLimits())
    assert [gate.wait_seconds(7, clock()) for _ in range(4)] == [0, 0, 0, 1]
    assert gate.wait_seconds(8, clock()) == 0
    clock.advance(1)
    assert [gate.wait_seconds(7, clock()) for _ in range(2)] == [0, 1]


def test_a_group_takes_twenty_messages_a_minute(clock: Any) -> None:
    gate = FloodGate(FloodLimits())
    waits = []
    for _ in range(20):
        waits.append(gate.wait_seconds(-7, clock()))
        clock.advance(1)
    assert waits == [0] * 20
    assert gate.wait_seconds(-7, clock()) == 40
    clock.advance(40)
    assert gate.wait_seconds(-7, clock()) == 0


def test_all_chats_together_take_thirty_messages_a_second(clock: Any) -> None:
    gate = FloodGate(FloodLimits())
    assert [gate.wait_seconds(chat_id, clock()) for chat_id in range(1, 32)] == [0] * 30 + [1]


def test_the_server_applies_the_limits_by_the_injected_clock(clock: Any, ask_of: Ask) -> None:
    with LocalBotApi(now=clock, flood_limits=FloodLimits(private_chat_burst=1)) as api:
        anna = api.person("Anna")
        anna.write("hello")
        message = {"chat_id": anna.chat_id, "text": "x"}
        assert ask_of(api, "sendMessage", **message).status == 200
        assert ask_of(api, "sendMessage", **message).refusal == (429, "Too Many Requests: retry after 1")
        clock.advance(1)
        assert ask_of(api, "sendMessage", **message).status == 200
        assert len(anna.bot_messages) == 2
