"""Refusals, dead connections, errors: every patient gets her answer, nobody waits for another's trouble."""

import pytest

from bot.preview import faults

HEALING = "how long does a sprained ankle take to heal?"
HEALING_ANSWER = "heals in two to six weeks"

pytestmark = pytest.mark.usefixtures("program")


@pytest.fixture
def anna(api):
    return api.person("Anna")


@pytest.fixture
def ben(api):
    return api.person("Ben")


def test_a_reply_that_is_refused_for_a_second_is_sent_after_it(api, anna):
    api.faults.next(faults.flood(1), chat_id=anna.chat_id)
    anna.write(HEALING)
    api.wait_for_message(anna, containing=HEALING_ANSWER)
    refused, sent = api.calls("sendMessage", chat_id=anna.chat_id)
    assert (refused.status, sent.status) == (429, 200)
    assert sent.at - refused.at >= 1


def test_one_chat_that_has_to_wait_holds_up_no_other(api, anna, ben):
    api.faults.next(faults.flood(30), chat_id=anna.chat_id)
    anna.write(HEALING)
    api.wait_for_call("sendMessage", chat_id=anna.chat_id)
    for _ in range(3):  # nor do further messages of hers
        anna.write("and ice?")
    ben.write(HEALING)
    api.wait_for_message(ben, containing=HEALING_ANSWER)
    assert anna.bot_messages == ()


@pytest.mark.parametrize(
    "fault",
    [faults.dropped_before(), faults.server_error(), faults.bad_gateway()],
    ids=lambda fault: fault.name,
)
def test_a_reply_that_did_not_get_through_is_sent_again_once(api, anna, fault):
    api.faults.next(fault, chat_id=anna.chat_id)
    anna.write(HEALING)
    api.wait_for_message(anna, containing=HEALING_ANSWER)
    anna.write("/help")
    api.wait_for(lambda: len(anna.bot_messages) > 1)
    assert [HEALING_ANSWER in message.text for message in anna.bot_messages] == [True, False]


def test_a_reply_whose_fate_is_unknown_is_rather_sent_twice_than_never(api, anna):
    api.faults.next(faults.dropped_after(), chat_id=anna.chat_id)
    anna.write(HEALING)
    api.wait_for(lambda: [HEALING_ANSWER in message.text for message in anna.bot_messages] == [True, True])


def test_a_reply_to_somebody_who_blocked_the_bot_is_dropped(api, program, anna):
    api.faults.next(faults.blocked(), chat_id=anna.chat_id)
    anna.write(HEALING)
    program.wait_for_log(f"is dropped chat={anna.chat_id} error=Forbidden")
    anna.write("/help")
    api.wait_for_message(anna)
    assert HEALING_ANSWER not in anna.bot_messages[0].text


def test_a_chat_that_blocks_the_bot_is_forgotten(api, program, anna):
    anna.write(HEALING)
    answer = api.wait_for_message(anna, containing=HEALING_ANSWER)
    anna.block()
    program.wait_for_log(f"chat={anna.chat_id} outcome=blocked")
    anna.unblock()
    anna.write("tell me more")
    reply = api.wait_for_message(anna, after=answer)
    assert "three months" not in reply.text


def test_an_error_in_one_chat_gives_it_a_calm_sentence_and_leaves_the_others_alone(api, program, anna, ben):
    program.break_database_for(anna.chat_id)
    anna.write("xylophone quandary: how long does an ankle take to heal?")
    sorry = api.wait_for_message(anna, containing="something went wrong")
    assert "555-0199" in sorry.text
    ben.write(HEALING)
    api.wait_for_message(ben, containing=HEALING_ANSWER)
    program.wait_for_log(f"chat={anna.chat_id}\n")
    assert "raised sqlalchemy.exc.OperationalError" in program.log
    assert "in commit" in program.log


def test_an_edited_question_survives_a_refused_edit(api, anna):
    question = anna.write(HEALING)
    answer = api.wait_for_message(anna, containing=HEALING_ANSWER)
    api.faults.next(faults.server_error(), methods=("editMessageText",), chat_id=anna.chat_id)
    anna.edit(question.message_id, "should I put ice on a sprained ankle?")
    api.wait_for(lambda: "ten minutes" in anna.message(answer.message_id).text)


def test_the_log_has_a_line_for_each_message_and_no_words_names_or_token(api, program):
    zelda = api.person("Zeldamarie", username="zeldamarie")
    zelda.write("my xylophone ankle hurts, how long does it take to heal?")
    api.wait_for_message(zelda)
    program.wait_for_log(f"chat={zelda.chat_id} outcome=")
    secret = api.token.partition(":")[2]
    said = ("xylophone", "quandary", "zeldamarie", "hurts", "two to six weeks", secret)
    assert "Warning at" not in program.log
    assert [word for word in said if word in program.log.lower() or word in program.log] == []


def test_polling_goes_on_after_failures_of_its_own(api, program, anna):
    api.faults.next(faults.server_error(), methods=("getUpdates",), times=1)
    anna.write("/help")
    api.wait_for_message(anna)
    anna.write(HEALING)
    api.wait_for_message(anna, containing=HEALING_ANSWER)
    program.wait_for_log("Telegram cannot be reached")
