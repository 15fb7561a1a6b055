"""What staff do, through the whole program and over real HTTP; what is to be sent is looked up in the database."""

import shutil
import signal
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.broadcasting import BroadcastState
from bot.core.tips import WEEKDAYS
from bot.preview.server import LocalBotApi
from bot.storage import Storage
from tests.end_to_end.conftest import KNOWLEDGE, Program

NORA, OTTO, PIA = 501, 502, 503
# What is due now may be under way by the time that a test looks.
CONFIRMED = {BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.FINISHED}
NO_QUIET_HOURS = "quiet_hours: {start: '00:00', end: '00:00'}\n"
TIPS = """tips:
  - {id: ice, title: Ice with care, text: Put a cloth between the ice and your skin., point: cooling}
  - {id: slow, title: Slowly does it, text: Walk a little more each day., point: walking}
"""


@pytest.fixture(scope="module")
def weekly_at():
    """When the tip of the week is due: in two hours, whenever the tests run."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=2)


@pytest.fixture(scope="module")
def folder(weekly_at, tmp_path_factory):
    """Knowledge files with tips and without quiet hours."""
    folder = tmp_path_factory.mktemp("knowledge") / "knowledge"
    shutil.copytree(KNOWLEDGE, folder)
    weekly = f"weekly: {{day: {WEEKDAYS[weekly_at.weekday()]}, at: '{weekly_at:%H:%M}'}}\n"
    (folder / "tips.yaml").write_text(NO_QUIET_HOURS + weekly + TIPS)
    return folder


@pytest.fixture(scope="module")
def api():
    with LocalBotApi() as api:
        yield api


@pytest.fixture(scope="module")
def nora(api):
    return api.person("Nora", id=NORA)


@pytest.fixture(scope="module")
def otto(api):
    return api.person("Otto", id=OTTO)


@pytest.fixture(scope="module")
def staffed(api, nora, otto, folder, tmp_path_factory):
    """One process for all tests that do not end it; Pia alone of its staff never wrote to it."""
    place = tmp_path_factory.mktemp("program")
    program = Program(place, api.url, api.token, KNOWLEDGE_DIR=str(folder), STAFF_IDS=f"{NORA}, {OTTO}, {PIA}")
    nora.write("/start")
    otto.write("/start")
    program.start()
    yield program
    program.close()


@pytest.fixture
def own_staffed(own_api, make_program, folder):
    """Makes a process that the test may end, both of its staff having written to it."""

    def make(**variables):
        people = [own_api.person(name, id=number) for name, number in (("Nora", NORA), ("Otto", OTTO))]
        for person in people:
            person.write("/start")
        settings = {"KNOWLEDGE_DIR": str(folder), "STAFF_IDS": f"{NORA} {OTTO}"} | variables
        return make_program(own_api.url, own_api.token, **settings), *people

    return make


def stored(program):
    """All that was more than a draft, newest first."""
    storage = Storage(f"sqlite:///{program.database}")
    try:
        return storage.broadcasts.latest(50)
    finally:
        storage.close()


def acts(program):
    storage = Storage(f"sqlite:///{program.database}")
    try:
        return [(act.staff_id, act.action) for act in storage.audit.latest(50)[::-1]]
    finally:
        storage.close()


def say(api, person, words, containing):
    return api.wait_for_message(person, containing=containing, after=person.write(words))


def begin_writing(api, person):
    chosen = say(api, person, "/broadcast", "Choose a tip")
    person.tap("Write my own")
    return api.wait_for_message(person, containing="Send me the message", after=chosen)


def draft(api, person, words="Drink enough."):
    """Write a message of one's own; returns the preview and what stands below it."""
    asked = begin_writing(api, person)
    person.write_formatted(words)
    panel = api.wait_for_message(person, containing="Send this?", after=asked)
    return person.bot_messages[-2], panel


def test_the_tip_of_the_week_is_planned_shown_to_all_staff_and_can_be_skipped(api, nora, otto, staffed, weekly_at):
    for person in (nora, otto):
        api.wait_for_message(person, containing="This is the tip of the week")
    planned = stored(staffed)[-1]
    assert (planned.state, planned.tip_id, planned.due_at) == (BroadcastState.SCHEDULED, "ice", weekly_at)
    tap = otto.tap("Skip this week")
    assert "was cancelled" in api.wait_for(lambda: tap.answer).text
    assert stored(staffed)[-1].state is BroadcastState.CANCELLED
    say(api, nora, "/audit", f"Staff {OTTO} skipped no. {planned.id}")


@pytest.mark.usefixtures("staffed")
def test_a_stranger_who_types_a_staff_command_gets_the_reply_to_an_unknown_one(api):
    anna = api.person("Anna")
    unknown = say(api, anna, "/nonsense", "").text
    for command in ("/broadcast", "/broadcasts", "/tips", "/audit", "/status", "/cancel"):
        assert say(api, anna, command, "").text == unknown


def test_a_stranger_who_forges_a_staff_button_gets_the_reply_to_an_old_one(api, nora, staffed):
    anna = api.person("Anna")
    _, panel = draft(api, nora)
    before = stored(staffed)
    hello = say(api, anna, "/start", "")
    anna.tap_forged(panel.keyboard.buttons[0].data, hello.message_id)
    api.wait_for_message(anna, containing="This button is from an older time", after=hello)
    assert stored(staffed) == before


@pytest.mark.usefixtures("staffed")
def test_staff_commands_do_nothing_in_a_group(api, nora):
    group = api.group("Nurses", [nora])
    asked = nora.write("/broadcast@clinic_test_bot", chat=group)
    reply = api.wait_for_message(group, after=asked)
    assert "I do not know this command" in reply.text


def test_the_menu_of_staff_has_their_commands_and_one_who_never_wrote_is_only_noted(api, staffed):
    staffed.wait_for_log(f"was not set staff={PIA}")
    menu = {command["command"] for command in api.profile.commands[(f"chat:{NORA}", "")]}
    assert {"help", "broadcast", "broadcasts", "tips", "audit", "status", "cancel"} <= menu
    assert "broadcast" not in {command["command"] for command in api.profile.commands[("default", "")]}
    say(api, api.person("Pia", id=PIA), "/status", "Running since")
    api.wait_for(lambda: (f"chat:{PIA}", "") in api.profile.commands)


@pytest.mark.usefixtures("staffed")
@pytest.mark.parametrize("command", ["/mydata", "/forget"])
def test_staff_are_told_which_record_of_them_stays(api, nora, command):
    reply = say(api, nora, command, "rase")
    api.wait_for_message(nora, containing="/forget does not erase it", after=reply)


@pytest.mark.usefixtures("staffed")
def test_staff_may_ask_like_patients(api, nora):
    say(api, nora, "how long does a sprained ankle take to heal?", "heals in two to six weeks")


def test_a_tip_is_shown_as_patients_get_it_and_scheduled_once_it_is_confirmed(api, nora, staffed):
    chosen = say(api, nora, "/broadcast", "Choose a tip")
    assert "Ice with care: never sent" in chosen.text
    nora.tap("Ice with care")
    panel = api.wait_for_message(nora, containing="Send this?", after=chosen)
    preview = nora.bot_messages[-2]
    assert "Put a cloth between" in preview.text
    assert "Society for Ankles" in preview.text
    assert "Stop tips" in preview.buttons
    assert "nobody is subscribed" in panel.text
    tap = nora.tap("Send now")
    assert api.wait_for(lambda: tap.answer).text == "Confirmed."
    broadcast = stored(staffed)[0]
    assert broadcast.state in CONFIRMED
    assert (broadcast.tip_id, broadcast.confirmed_by, broadcast.progress) == ("ice", NORA, (NORA, panel.message_id))
    assert broadcast.expires_at - broadcast.due_at == timedelta(hours=24)


def test_formatting_is_kept(api, nora, staffed):
    words = (
        '<b>Bold</b> &amp; <a href="https://example.org/?a=1&amp;lt=2">a link</a>, <i>this <u>too</u></i> 1 &lt; 2 🤰'
    )
    preview, _ = draft(api, nora, words)
    nora.tap("Send now")
    assert preview.text == "Bold & a link, this too 1 < 2 🤰"
    assert preview.styled("bold") == ("Bold",)
    assert preview.styled("underline") == ("too",)
    assert [entity.value for entity in preview.entities if entity.kind == "text_link"] == [
        "https://example.org/?a=1&lt=2"
    ]
    assert preview.buttons == ("Stop tips",)
    broadcast = api.wait_for(lambda: next((b for b in stored(staffed) if b.title.startswith("Bold")), None))
    assert "<b>Bold</b>" in broadcast.content.html


def test_a_photo_with_its_caption_is_sent_and_a_sticker_is_refused_without_losing_anything(api, nora, staffed):
    asked = begin_writing(api, nora)
    nora.send_sticker()
    refused = api.wait_for_message(nora, containing="I cannot send this", after=asked)
    nora.send_photo("Our new door")
    panel = api.wait_for_message(nora, containing="Send this?", after=refused)
    preview = nora.bot_messages[-2]
    assert (preview.attachment.kind, preview.text, preview.buttons) == ("photo", "Our new door", ("Stop tips",))
    nora.tap("Send now", message_id=panel.message_id)
    broadcast = api.wait_for(lambda: next((b for b in stored(staffed) if b.title == "Our new door"), None))
    assert broadcast.content.photo == preview.attachment.fields[0]["file_id"]


@pytest.mark.usefixtures("staffed")
def test_an_album_is_refused_with_one_word_and_the_next_message_is_taken(api, nora):
    begin_writing(api, nora)
    last = nora.send_album(3)
    nora.write("Drink enough.")
    api.wait_for_message(nora, containing="Send this?", after=last)
    said = [message.text for message in nora.bot_messages if message.message_id > last.message_id]
    assert [text.partition(" an album")[0] for text in said[:-1]] == ["I cannot send", "Drink enough."]


def test_a_double_tap_confirms_once_and_the_second_is_told_so(api, nora, staffed):
    before = len(stored(staffed))
    draft(api, nora)
    taps = [nora.tap("Send now") for _ in range(2)]
    answers = [api.wait_for(lambda tap=tap: tap.answer).text for tap in taps]
    assert sorted(answers) == ["Confirmed.", "This was confirmed already. Nothing is sent twice."]
    assert len(stored(staffed)) == before + 1
    assert acts(staffed)[-2:] == [(NORA, "draft"), (NORA, "confirm")]


def test_a_confirm_button_dies_with_its_time_with_another_draft_and_with_cancel(api, nora, staffed):
    before = stored(staffed)
    _, first = draft(api, nora)
    _, second = draft(api, nora)
    dead = [nora.tap("Send now", message_id=first.message_id)]
    with sqlite3.connect(staffed.database) as connection:
        connection.execute("UPDATE broadcasts SET confirmable_until = created_at WHERE state = 'draft'")
    connection.close()
    dead.append(nora.tap("Send now", message_id=second.message_id))
    _, third = draft(api, nora)
    say(api, nora, "/cancel", "Nothing is sent")
    dead.append(nora.tap("Send now", message_id=third.message_id))
    assert ["no longer good" in api.wait_for(lambda tap=tap: tap.answer).text for tap in dead] == [True] * 3
    assert stored(staffed) == before


def test_an_edited_message_makes_the_draft_anew(api, nora, staffed):
    begin_writing(api, nora)
    written = nora.write("Drink enoug")
    first = api.wait_for_message(nora, containing="Send this?", after=written)
    nora.edit(written.message_id, "Drink enough water")
    second = api.wait_for_message(nora, containing="Send this?", after=first)
    assert nora.bot_messages[-2].text == "Drink enough water"
    tap = nora.tap("Send now", message_id=first.message_id)
    assert "no longer good" in api.wait_for(lambda: tap.answer).text
    nora.tap("Send now", message_id=second.message_id)
    api.wait_for(lambda: stored(staffed)[0].title == "Drink enough water")


def test_a_time_may_be_typed_and_a_scheduled_one_cancelled(api, nora, staffed):
    _, panel = draft(api, nora)
    nora.tap("Choose a time")
    api.wait_for(lambda: "When?" in nora.message(panel.message_id).text)
    past = say(api, nora, "2020-01-01 10:00", "is in the past")
    assert "UTC" in past.text
    offered = say(api, nora, "tomorrow 10:00", "Send this?")
    nora.tap(offered.buttons[0])
    api.wait_for(lambda: "goes out" in nora.message(offered.message_id).text)
    assert nora.message(offered.message_id).buttons == ("Cancel it",)
    broadcast = stored(staffed)[0]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert broadcast.due_at == datetime(tomorrow.year, tomorrow.month, tomorrow.day, 10, tzinfo=UTC)
    tap = nora.tap("Cancel it", message_id=offered.message_id)
    api.wait_for(lambda: tap.answer)
    assert stored(staffed)[0].state is BroadcastState.CANCELLED
    assert acts(staffed)[-1] == (NORA, "cancel")


@pytest.mark.usefixtures("staffed")
def test_lists_show_what_there_is(api, nora):
    draft(api, nora)
    say(api, nora, "/broadcasts", "The last broadcasts")
    say(api, nora, "/audit", f"Staff {NORA} wrote a draft no.")
    assert "Subscribers: 0 get tips" in say(api, nora, "/status", "Running since").text
    listed = say(api, nora, "/tips", "Slowly does it")
    nora.tap("Slowly does it")
    below = api.wait_for_message(nora, containing="as patients see it", after=listed)
    assert "Walk a little more" in nora.message(below.message_id - 1).text


def test_what_a_member_of_staff_is_in_the_middle_of_survives_a_crash(own_api, own_staffed):
    program, nora, _ = own_staffed()
    program.start()
    begin_writing(own_api, nora)
    program.end(signal.SIGKILL)
    nora.write("Drink enough.")
    program.start()
    panel = own_api.wait_for_message(nora, containing="Send this?")
    nora.tap("Send now", message_id=panel.message_id)
    own_api.wait_for(lambda: stored(program)[0].title == "Drink enough.")


def test_with_two_persons_nobody_approves_her_own_broadcast(own_api, own_staffed):
    program, nora, otto = own_staffed(TWO_PERSON_BROADCASTS="true")
    program.start()
    _, panel = draft(own_api, nora)
    nora.tap("Send now")
    asked = own_api.wait_for_message(otto, containing="Do you approve this?")
    assert otto.bot_messages[-2].text == "Drink enough."
    assert stored(program)[0].state is BroadcastState.UNAPPROVED
    approve = asked.keyboard.buttons[0].data
    own = nora.tap_forged(approve, panel.message_id)
    assert "somebody else" in own_api.wait_for(lambda: own.answer).text
    otto.tap("Approve")
    own_api.wait_for_message(nora, containing=f"Staff {OTTO} approved")
    assert stored(program)[0].state in CONFIRMED
    again = otto.tap_forged(approve, asked.message_id)
    assert "decided already" in own_api.wait_for(lambda: again.answer).text
    assert acts(program)[-3:] == [(NORA, "draft"), (NORA, "confirm"), (OTTO, "approve")]
