"""What an error says about whether a message arrived: held against errors as python-telegram-bot raises them."""

import asyncio
import socket

import httpx
import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.core.broadcasting import Content, DeliveryState
from bot.preview import faults
from bot.preview.server import LocalBotApi
from bot.telegram.delivering import Carrier, state_after

TOKEN = "123456789:AAlocal-bot-api-server-token-not-secret"


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NetworkError("Too Many Requests (429). Parsing the server response b'' failed"), "pending"),
        (InvalidToken("Unauthorized"), "pending"),
        (Conflict("x"), "pending"),
        (Forbidden("Forbidden: bot was blocked by the user"), "blocked"),
        (Forbidden("Forbidden: bot was kicked from the group chat"), "blocked"),
        (Forbidden("Forbidden: user is deactivated"), "gone"),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), "gone"),
        (BadRequest("Chat not found"), "gone"),
        (BadRequest("Can't parse entities"), "failed"),
        (NetworkError("Internal Server Error"), "unknown"),
        (NetworkError("Bad Gateway"), "unknown"),
        (TelegramError("Invalid server response"), "unknown"),
        (caused(TimedOut(), httpx.ReadTimeout("")), "unknown"),
        (caused(TimedOut(), httpx.WriteTimeout("")), "unknown"),
        (caused(TimedOut(), httpx.PoolTimeout("")), "pending"),
        (caused(TimedOut(), httpx.ConnectTimeout("")), "pending"),
        (caused(NetworkError("x"), httpx.ConnectError("")), "pending"),
        (caused(NetworkError("x"), httpx.ReadError("")), "unknown"),
        (caused(NetworkError("x"), httpx.WriteError("")), "unknown"),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), "unknown"),
    ],
    ids=lambda value: getattr(value, "message", value),
)
def test_only_what_certainly_did_not_arrive_is_tried_again(error, state):
    assert state_after(error) is DeliveryState(state)


def state_of_a_send_to(api_url, chat_id):
    async def send():
        carrier = Carrier(api_url, TOKEN)
        try:
            await carrier.send(Content(html="x"), chat_id)
        except TelegramError as error:
            return state_after(error)
        finally:
            await carrier.close()
        return DeliveryState.SENT

    return asyncio.run(send())


def test_without_a_server_nothing_arrived():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert state_of_a_send_to(f"http://127.0.0.1:{port}", 1) is DeliveryState.PENDING


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (faults.flood(1), "pending"),
        (faults.server_error(), "unknown"),
        (faults.bad_gateway(), "unknown"),
        (faults.dropped_before(), "unknown"),
        (faults.dropped_after(), "unknown"),
        (faults.blocked(), "blocked"),
        (None, "sent"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_call_that_goes_wrong_at_the_server_is_read_right(fault, state, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with LocalBotApi(TOKEN) as api:
        anna = api.person()
        anna.write("hello")
        if fault:
            api.faults.next(fault, methods=("sendMessage",))
        assert state_of_a_send_to(api.url, anna.chat_id) is DeliveryState(state)
