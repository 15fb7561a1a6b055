"""How updates reach a bot from the local server: kept until confirmed, to one poller at a time."""

import asyncio
import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler

from bot.preview.server import LocalBotApi

ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOK = "https://clinic.example/hook"


def test_updates_come_again_until_an_offset_confirms_them(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna = api.person("Anna")
    for text in ("one", "two", "three"):
        anna.write(text)
    first = ask("getUpdates").result
    ids = [update["update_id"] for update in first]
    assert ids == [700_000_001, 700_000_002, 700_000_003]
    assert ask("getUpdates", limit=2).result == first[:2]
    assert ask("getUpdates", offset=ids[1]).result == first[1:]
    assert ask("getUpdates").result == first[1:]
    assert ask("getUpdates", offset=ids[2] + 1).result == []
    assert api.pending_updates == 0


def test_a_negative_offset_keeps_only_the_newest(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna = api.person("Anna")
    for text in ("one", "two", "three"):
        anna.write(text)
    assert [update["message"]["text"] for update in ask("getUpdates", offset=-1).result] == ["three"]
    assert api.pending_updates == 1


def test_updates_are_forgotten_after_24_hours(api: LocalBotApi, ask: Callable[..., Any], clock: Any) -> None:
    api.person("Anna").write("help")
    clock.advance(24 * 3600 + 1)
    assert ask("getUpdates").result == []


def test_a_waiting_poll_answers_when_somebody_writes(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(ask, "getUpdates", timeout=50)
        api.wait_for(lambda: api.poll_is_waiting)
        api.person("Anna").write("hello")
        assert poll.result(timeout=5).result[0]["message"]["text"] == "hello"


def test_a_second_poller_ends_the_first_ones_wait(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    with ThreadPoolExecutor() as pool:
        first = pool.submit(ask, "getUpdates", timeout=50)
        api.wait_for(lambda: api.poll_is_waiting)
        second = pool.submit(ask, "getUpdates", timeout=50)
        assert first.result(timeout=5).refusal == (409, OTHER)
        api.person("Anna").write("hello")
        assert second.result(timeout=5).status == 200


def test_polling_and_a_webhook_exclude_each_other(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(ask, "getUpdates", timeout=50)
        api.wait_for(lambda: api.poll_is_waiting)
        assert ask("setWebhook", url=HOOK, secret_token="s3cret_-").result is True
        assert poll.result(timeout=5).refusal == (409, "Conflict: terminated by setWebhook request")
    assert ask("getUpdates").refusal == (409, ACTIVE)
    assert ask("getWebhookInfo").result["url"] == HOOK
    assert api.webhook is not None
    assert api.webhook.secret_token == "s3cret_-"
    assert ask("deleteWebhook").result is True
    assert ask("getUpdates").result == []


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"url": "http://clinic.example/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://clinic.example:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": HOOK, "secret_token": "no spaces"}, "secret token contains unallowed characters"),
        ({"url": HOOK, "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
def test_a_webhook_that_telegram_refuses_is_refused(
    ask: Callable[..., Any], parameters: dict[str, Any], reason: str
) -> None:
    assert ask("setWebhook", **parameters).refusal == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_a_webhook_may_stand_on_telegrams_four_ports(ask: Callable[..., Any], port: str) -> None:
    assert ask("setWebhook", url=f"https://clinic.example{port}/hook").result is True


def test_pending_updates_can_be_dropped(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    api.person("Anna").write("hello")
    ask("deleteWebhook", drop_pending_updates=True)
    assert api.pending_updates == 0


def test_a_bot_hears_only_of_what_it_allowed_from_then_on(api: LocalBotApi, ask: Callable[..., Any]) -> None:
    anna = api.person("Anna")
    message = anna.write("one")
    ask("getUpdates", allowed_updates=["edited_message"])
    anna.write("two")
    anna.edit(message.message_id, "one, corrected")
    kinds = [next(key for key in update if key != "update_id") for update in ask("getUpdates").result]
    assert kinds == ["message", "edited_message"]


def test_a_python_telegram_bot_application_answers_and_stops_cleanly(api: LocalBotApi) -> None:
    anna = api.person("Anna")

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(f"you said {update.message.text}")

    async def run_bot() -> None:
        application = ApplicationBuilder().token(api.token).base_url(f"{api.url}/bot").build()
        application.add_handler(TypeHandler(Update, echo))
        async with application:
            assert application.updater is not None
            await application.updater.start_polling()
            await application.start()
            anna.write("good morning")
            await asyncio.to_thread(api.wait_for_message, anna, "good morning")
            await application.updater.stop()
            await application.stop()

    asyncio.run(run_bot())
    assert [message.text for message in anna.bot_messages] == ["you said good morning"]
    assert api.pending_updates == 0


def test_a_poller_whose_connection_died_no_longer_polls(api: LocalBotApi) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.request("GET", f"/bot{api.token}/getUpdates?timeout=50")
    api.wait_for(lambda: api.poll_is_waiting)
    connection.close()
    api.wait_for(lambda: not api.poll_is_waiting)


def test_stopping_the_server_ends_a_waiting_poll(api: LocalBotApi) -> None:
    async def poll_until_stopped() -> None:
        async with Bot(api.token, base_url=f"{api.url}/bot") as bot:
            poll = asyncio.ensure_future(bot.get_updates(timeout=50))
            await asyncio.to_thread(api.wait_for, lambda: api.poll_is_waiting)
            await asyncio.to_thread(api.stop)
            assert isinstance((await asyncio.gather(poll, return_exceptions=True))[0], Exception)

    asyncio.run(poll_until_stopped())
