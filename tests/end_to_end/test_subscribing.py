"""A patient decides about tips and about what is kept of her, in the whole program and over real HTTP."""

import sqlite3
import struct
from contextlib import closing

import pytest

HEALING = "how long does a sprained ankle take to heal?"
HEALING_ANSWER = "heals in two to six weeks"
# Six bytes long in SQLite, and by no chance part of anything else.
NUMBER = 0x123456789ABC


@pytest.fixture
def anna(own_api):
    return own_api.person("Anna", id=NUMBER)


def ask(api, person, words, containing="", **where):
    question = person.write(words, **where)
    return api.wait_for_message(where.get("chat", person), containing=containing, after=question)


def subscribe(api, person):
    offer = ask(api, person, "/subscribe", containing="Do you want them?")
    person.tap("Yes, send me tips")
    return api.wait_for_message(person, containing="Tips will come", after=offer)


def rows(program, query, *values):
    """What a query finds in the program's database, while that runs."""
    with closing(sqlite3.connect(program.database)) as connection, connection:
        return connection.execute(query, values).fetchall()


def state_of(program, chat_id):
    return [state for (state,) in rows(program, "SELECT state FROM subscribers WHERE chat_id = ?", chat_id)]


def send_tip(program, chat_id, tip_id):
    """Note a tip as sent, now, as the one who sends them does."""
    rows(
        program,
        "INSERT INTO broadcasts (id, title, content, tip_id, state, confirmation, created_at, is_enumerated) "
        "VALUES (1, 'T', '{}', ?, 'finished', 'c', datetime('now'), 1)",
        tip_id,
    )
    rows(
        program,
        "INSERT INTO deliveries (broadcast_id, chat_id, state, message_id, settled_at) "
        "VALUES (1, ?, 'sent', 77, strftime('%Y-%m-%d %H:%M:%f000', 'now'))",
        chat_id,
    )


def test_a_subscription_outlives_a_restart_and_a_typed_stop_ends_it(own_api, own_program, anna):
    own_program.start()
    subscribe(own_api, anna)
    assert own_program.end() == 0
    own_program.start()
    settings = ask(own_api, anna, "/settings", containing="You get tips. You said yes on")
    assert "Pause for 1 week" in settings.buttons
    ask(own_api, anna, "Stop!!", containing="Your tips have stopped")
    assert state_of(own_program, NUMBER) == ["stopped"]


def test_whoever_blocks_and_comes_back_gets_tips_again_and_is_told_so(own_api, own_program, anna):
    own_program.start()
    subscribe(own_api, anna)
    anna.block()
    own_program.wait_for_log(f"chat={NUMBER} outcome=blocked")
    assert state_of(own_program, NUMBER) == ["blocked"]
    anna.unblock()
    question = anna.write(HEALING)
    own_api.wait_for_message(anna, containing=HEALING_ANSWER, after=question)
    back = own_api.wait_for_message(anna, containing="Your tips come again", after=question)
    assert state_of(own_program, NUMBER) == ["active"]
    anna.tap("Stop tips")
    own_api.wait_for_message(anna, containing="Your tips have stopped", after=back)
    anna.block()
    own_program.wait_for_log(f"chat={NUMBER} outcome=blocked", 2)
    assert state_of(own_program, NUMBER) == ["stopped"]


def test_a_follow_up_to_a_tip_is_answered_from_its_point(own_api, own_program, anna):
    own_program.start()
    subscribe(own_api, anna)
    send_tip(own_program, NUMBER, "patience")
    ask(own_api, anna, "tell me more", containing="three months")
    ask(own_api, anna, "/mydata", containing="Give it time (patience)")


def test_a_loss_stops_the_tips_and_gets_the_clinics_number(own_api, own_program, anna):
    own_program.start()
    subscribe(own_api, anna)
    told = ask(own_api, anna, "we lost our baby last week", containing="I am so sorry")
    assert "555-0199" in told.text
    assert state_of(own_program, NUMBER) == ["stopped"]


def test_of_a_forgotten_patient_nothing_is_left_once_the_last_reply_is_sent(own_api, own_program, anna):
    own_program.start()
    subscribe(own_api, anna)
    send_tip(own_program, NUMBER, "patience")
    ask(own_api, anna, HEALING, containing=HEALING_ANSWER)
    asked = ask(own_api, anna, "/forget", containing="Shall I erase")
    anna.tap("Yes, erase everything")
    own_api.wait_for_message(anna, containing="I have erased all", after=asked)
    traces = (str(NUMBER).encode(), struct.pack(">q", NUMBER)[2:], HEALING_ANSWER.encode(), b"I have erased")
    files = [own_program.database, own_program.database.with_name("clinic.sqlite3-wal")]

    def is_clean():
        stored = b"".join(file.read_bytes() for file in files if file.exists())
        return not any(trace in stored for trace in traces)

    own_api.wait_for(is_clean, what="a database without a trace of her")
    assert rows(own_program, "SELECT chat_id, message_id, state FROM deliveries") == [(None, None, "sent")]
    ask(own_api, anna, "/mydata", containing="You get no tips")


def test_in_a_group_no_tips_are_offered(own_api, own_program, anna):
    own_program.start()
    group = own_api.group("Friends", [anna])
    ask(own_api, anna, "/subscribe", containing="only in a private chat", chat=group)
    assert rows(own_program, "SELECT * FROM subscribers") == []
