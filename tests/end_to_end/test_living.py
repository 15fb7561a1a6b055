"""Starts, stops and crashes of the process: nothing is lost, and nothing is answered twice without need."""

import signal
import socket

import pytest

from bot.preview import faults
from bot.preview.server import LocalBotApi

HEALING = "how long does a sprained ankle take to heal?"
HEALING_ANSWER = "heals in two to six weeks"


@pytest.fixture
def anna(own_api):
    return own_api.person("Anna")


def test_after_a_crash_buttons_and_the_thread_of_the_talk_still_work(own_api, own_program, anna):
    own_program.start()
    anna.write(HEALING)
    answer = own_api.wait_for_message(anna, containing=HEALING_ANSWER)
    own_program.end(signal.SIGKILL)
    tap = anna.tap("Walking on it")
    own_program.start()
    walking = own_api.wait_for_message(anna, containing="Walk only as far", after=answer)
    own_api.wait_for(lambda: tap.answer)
    anna.write("where is that from")
    own_api.wait_for_message(anna, containing="Society for Ankles", after=walking)


def test_a_reply_that_was_decided_but_not_sent_when_the_process_died_is_sent_at_the_next_start(
    own_api, own_program, anna
):
    own_api.faults.always(faults.dropped_before(), methods=("sendMessage",))
    own_program.start()
    anna.write(HEALING)
    own_api.wait_for_call("sendMessage")
    own_program.end(signal.SIGKILL)
    own_api.faults.clear()
    own_program.start()
    own_api.wait_for_message(anna, containing=HEALING_ANSWER)
    anna.write("/help")
    own_api.wait_for(lambda: len(anna.bot_messages) == 2)


def test_an_update_that_comes_again_is_answered_once(own_api, own_program, anna):
    own_program.start()
    anna.write(HEALING)
    own_api.wait_for_message(anna, containing=HEALING_ANSWER)
    own_program.end()
    with LocalBotApi() as again:  # it counts updates from the same number
        own_program.api_url = again.url
        own_program.start()
        anna = again.person("Anna")
        anna.write(HEALING)
        own_program.wait_for_log("outcome=repeated")
        anna.write("/help")
        again.wait_for_message(anna)
        assert [HEALING_ANSWER in message.text for message in anna.bot_messages] == [False]
        own_program.end()


def test_an_update_is_not_confirmed_before_its_outcome_is_stored(own_api, own_program, anna):
    """The question of a patient in whose moment the process dies comes again."""
    own_program.start()
    own_program.lock_database()
    anna.write(HEALING)
    own_api.wait_for(lambda: any(call.result for call in own_api.calls("getUpdates")))
    own_program.end(signal.SIGKILL)
    assert own_api.pending_updates == 1


def test_a_stop_ends_it_cleanly_with_everything_answered_and_confirmed(own_api, own_program, anna):
    own_program.start()
    own_api.faults.next(faults.slow(0.5), methods=("sendMessage",))
    anna.write(HEALING)
    own_api.wait_for_call("sendMessage")
    assert own_program.end(signal.SIGTERM) == 0
    assert own_api.pending_updates == 0
    assert len(anna.bot_messages) == 1
    assert own_program.log.endswith("stopped\n")
    assert "raised" not in own_program.log


def test_a_stop_does_not_wait_for_a_long_refusal_but_leaves_the_reply_to_the_next_start(own_api, own_program, anna):
    own_program.start()
    own_api.faults.next(faults.flood(600), methods=("sendMessage",))
    anna.write(HEALING)
    own_program.wait_for_log("outcome=answer")
    own_api.wait_for_call("sendMessage")
    assert own_program.end(signal.SIGINT) == 0
    assert "a reply waits in the outbox" in own_program.log


def test_without_a_token_it_says_in_one_line_what_to_do(make_program, own_api):
    program = make_program(own_api.url, None)
    program.begin()
    assert program.exit_code() == 1
    assert "TELEGRAM_BOT_TOKEN" in program.log
    assert "python -m bot chat" in program.log
    assert len(program.log.strip().splitlines()) == 1


def test_a_token_that_is_refused_is_told_in_one_line_without_showing_it(make_program, own_api):
    program = make_program(own_api.url, "987654321:AAwrong-token-that-must-not-be-shown-1")
    program.begin()
    assert program.exit_code() == 1
    assert "TELEGRAM_BOT_TOKEN is not accepted" in program.log
    assert "AAwrong" not in program.log
    assert "raised" not in program.log


def test_it_waits_for_a_network_that_is_not_there_yet(make_program):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    token = "123456789:AAlocal-bot-api-server-token-not-secret"
    program = make_program(f"http://127.0.0.1:{port}", token)
    program.begin()
    program.wait_for_log("Telegram cannot be reached yet")
    with LocalBotApi(token, port=port) as late:
        program.wait_for_log("receives messages")
        anna = late.person("Anna")
        anna.write(HEALING)
        late.wait_for_message(anna, containing=HEALING_ANSWER)
        assert program.end() == 0


def test_it_ends_while_it_waits_for_a_network(make_program):
    program = make_program("http://127.0.0.1:9", "123456789:AAlocal-bot-api-server-token-not-secret")
    program.begin()
    program.wait_for_log("Telegram cannot be reached yet")
    assert program.end() == 0
    assert "raised" not in program.log


def test_two_programs_with_the_same_token_are_told_so_in_plain_words(own_api, own_program, make_program):
    second = make_program(own_api.url, own_api.token)
    own_program.start()
    second.begin()
    own_program.wait_for_log("another program is receiving this bot's messages")
    assert "raised" not in own_program.log
    assert own_program.is_running
