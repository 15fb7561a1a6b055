"""A tip's whole way through the real program: patients ask for tips, a nurse sends one, they ask on, and stop."""

import pytest

from bot.preview.server import LocalBotApi
from tests.end_to_end.conftest import Program

NORA = 501


@pytest.fixture
def api():
    with LocalBotApi() as api:
        yield api


@pytest.fixture
def nora(api, tmp_path):
    """A nurse, whose program runs."""
    nora = api.person("Nora", id=NORA)
    nora.write("/start")
    program = Program(tmp_path, api.url, api.token, STAFF_IDS=str(NORA))
    program.start()
    api.wait_for_message(nora)
    yield nora
    program.close()


@pytest.fixture
def say(api):
    return lambda person, words, containing: api.wait_for_message(
        person, containing=containing, after=person.write(words)
    )


@pytest.fixture
def send(api, nora, say):
    """The nurse sends a tip of the library; returns the panel that she confirmed and the report in its place."""

    def send(title):
        chosen = say(nora, "/broadcast", "Choose a tip")
        nora.tap(title, message_id=chosen.message_id)
        panel = api.wait_for_message(nora, containing="Send this?", after=chosen)
        nora.tap("Send now", message_id=panel.message_id)
        report = api.wait_for(
            lambda: (m := nora.message(panel.message_id)).text.startswith("Finished") and m, what="a report"
        )
        return panel, report.text

    return send


def numbers(report):
    """What stands in the lines of a report."""
    lines = (line.rpartition(": ") for line in report.splitlines())
    return {name: int(number) for name, _, number in lines if number.isdigit()}


def subscribe(api, person, say):
    say(person, "/subscribe", "Do you want them?")
    tapped = person.tap("Yes, send me tips")
    api.wait_for_message(person, containing="Tips will come from now on")
    return tapped


def test_a_tip_goes_from_the_yes_to_the_stop(api, nora, say, send):
    anna, ben, carla = (api.person(name) for name in ("Anna", "Ben", "Carla"))
    for person in (anna, ben, carla):
        subscribe(api, person, say)
    carla.deactivate()

    panel, first = send("Give it time")
    assert "It goes to 3 people" in panel.text
    assert numbers(first) == {"Sent": 2, "Account or chat gone": 1, "Recipients in all": 3}
    preview = nora.message(panel.message_id - 1)
    tip = api.wait_for_message(anna, containing="An ankle needs weeks to heal")
    assert (tip.text, tip.entities, tip.buttons) == (preview.text, preview.entities, preview.buttons)
    assert "Source: “" in tip.text
    assert {"Tell me more", "Stop tips"} <= set(tip.buttons)

    say(anna, "tell me more", "three months")
    say(ben, "where is that from?", "Society for Ankles")
    ben.tap("Tell me more", message_id=ben.bot_messages[-2].message_id)
    api.wait_for_message(ben, containing="heals in two to six weeks")

    anna.tap("Stop tips", message_id=tip.message_id)
    api.wait_for_message(anna, containing="Your tips have stopped")
    panel, second = send("Ten minutes are enough")
    assert "It goes to 1 person" in panel.text
    assert numbers(second) == {"Sent": 1, "Recipients in all": 1}
    assert not [message for message in anna.bot_messages if "ten minutes at a time" in message.text]
    api.wait_for_message(ben, containing="ten minutes at a time")


def test_a_nurse_who_gets_tips_herself_stops_them_in_the_middle_of_writing_one(api, nora, say):
    subscribe(api, nora, say)
    say(nora, "/broadcast", "Choose a tip")
    nora.tap("Write my own")
    api.wait_for_message(nora, containing="Send me the message")
    say(nora, "STOP", "Your tips have stopped")
    say(nora, "Stop", "Send this?")
