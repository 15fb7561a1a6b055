"""Broadcasts, sent by the real program: what was written down is what arrived."""

import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.broadcasting import BroadcastState, Content, RecallState
from bot.core.subscribing import SubscriptionState
from bot.preview import faults
from bot.preview.server import LocalBotApi
from bot.storage import Storage
from bot.storage.tables import deliveries, leases, subscribers
from tests.end_to_end.conftest import Program

HEALING = "how long does a sprained ankle take to heal?"
HEALING_ANSWER = "heals in two to six weeks"
TIP = "Put your foot up"


class Office:
    """The clinic's side of the database."""

    def __init__(self, program):
        self.storage = Storage(f"sqlite:///{program.database}")
        self.storage.migrate()

    def subscribe(self, *rooms):
        now = datetime.now(UTC)
        fields = {"state": SubscriptionState.ACTIVE, "wording": "v1", "consented_at": now, "changed_at": now}
        with self.storage.database.begin() as connection:
            connection.execute(subscribers.insert(), [{"chat_id": room.chat_id, **fields} for room in rooms])

    def schedule(self, *, html=f"<b>{TIP}</b>", progress=None, lasts=timedelta(days=1), **fields):
        now = datetime.now(UTC)
        made = self.storage.broadcasts.draft("Rest", Content(html=html, **fields), confirmation="x", now=now)
        if progress:
            self.storage.broadcasts.show_progress_at(made.id, progress.chat_id, progress.message_id)
        self.storage.broadcasts.confirm(made.id, "x", to=BroadcastState.SCHEDULED, due_at=now, expires_at=now + lasts)
        return made.id

    def change(self, broadcast_id, to):
        of = (BroadcastState.RUNNING, BroadcastState.PAUSED)
        assert self.storage.broadcasts.change(broadcast_id, of=of, to=to)

    def let_the_lease_end(self):
        """As it does by itself some seconds after its holder was killed."""
        with self.storage.database.begin() as connection:
            connection.execute(leases.delete())

    def state(self, broadcast_id):
        return self.storage.broadcasts.get(broadcast_id).state

    def is_over(self, broadcast_id):
        return self.storage.broadcasts.get(broadcast_id).is_over

    def counts(self, broadcast_id):
        return {state.value: count for state, count in self.storage.broadcasts.counts(broadcast_id).of.items()}

    def rows(self, broadcast_id):
        query = sa.select(deliveries.c.chat_id, deliveries.c.state, deliveries.c.message_id)
        with self.storage.database.begin() as connection:
            return connection.execute(query.where(deliveries.c.broadcast_id == broadcast_id)).all()

    def age(self, room):
        """What was sent to her is too old to be deleted."""
        old = datetime.now(UTC) - timedelta(hours=50)
        hers = deliveries.update().where(deliveries.c.chat_id == room.chat_id)
        with self.storage.database.begin() as connection:
            connection.execute(hers.values(settled_at=old))

    def subscription(self, room):
        query = sa.select(subscribers.c.state).where(subscribers.c.chat_id == room.chat_id)
        with self.storage.database.begin() as connection:
            return connection.scalar(query)


def got(room, text=TIP):
    """How often a message stands in a chat, counted at the server."""
    return sum(text in message.text for message in room.bot_messages)


def people(api, count):
    rooms = [api.person(f"P{number}") for number in range(count)]
    api.crowd(room.chat_id for room in rooms)
    return rooms


@pytest.fixture(scope="module")
def api():
    with LocalBotApi() as api:
        yield api


@pytest.fixture(scope="module")
def program(api, tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("program"), api.url, api.token)
    program.start()
    yield program
    program.close()


@pytest.fixture
def office(program):
    """Nobody is subscribed at first."""
    office = Office(program)
    with office.storage.database.begin() as connection:
        connection.execute(subscribers.delete())
    yield office
    office.storage.close()


def staff_message(api):
    """A message of the bot's in which progress may be shown: staff got it before."""
    nurse = api.person("Nurse")
    nurse.write("/help")
    return nurse, api.wait_for_message(nurse)


def test_every_recipient_is_accounted_for_and_staff_read_the_numbers(api, office):
    anna, ben, carla, dora = people(api, 4)
    never = api.person("Never")
    stopped = people(api, 1)[0]
    nurse, message = staff_message(api)
    group = api.group("Ward", [anna])
    moved = group.upgrade()
    office.subscribe(anna, ben, carla, dora, never, group)
    api.faults.next(faults.blocked(), chat_id=ben.chat_id)
    carla.deactivate()
    broadcast = office.schedule(progress=message)
    report = api.wait_for(lambda: (m := nurse.message(message.message_id)).text.startswith("Finished") and m)
    assert office.counts(broadcast) == {"sent": 3, "blocked": 1, "gone": 2}
    assert [got(room) for room in (anna, ben, carla, dora, never, moved, stopped)] == [1, 0, 0, 1, 0, 1, 0]
    assert "Sent: 3\nBlocked the bot: 1\nAccount or chat gone: 2\nRecipients in all: 6" in report.text
    assert report.keyboard is None
    states = [office.subscription(room) for room in (anna, ben, carla, never, group, moved)]
    assert states == ["active", "blocked", "gone", "gone", None, "active"]
    sent = {row.chat_id: row.message_id for row in office.rows(broadcast) if row.state == "sent"}
    assert sent == {room.chat_id: room.bot_messages[-1].message_id for room in (anna, dora, moved)}
    assert anna.bot_messages[-1].styled("bold") == (TIP,)


def test_a_refusal_for_a_second_holds_the_broadcast_and_no_reply(api, program, office):
    rooms = people(api, 3)
    patient = api.person("Patient")
    office.subscribe(*rooms)
    api.faults.next(faults.flood(1), chat_id=rooms[0].chat_id)
    broadcast = office.schedule()
    refused = api.wait_for_call("sendMessage", chat_id=rooms[0].chat_id)
    patient.write(HEALING)
    api.wait_for_message(patient, containing=HEALING_ANSWER)
    assert not office.is_over(broadcast)
    sent = api.wait_for_call("sendMessage", chat_id=rooms[0].chat_id, count=2)
    assert (refused.status, sent.status) == (429, 200)
    assert sent.at - refused.at >= 1
    answered = api.wait_for_call("sendMessage", chat_id=patient.chat_id)
    assert answered.at - refused.at < 1
    program.wait_for_log(f"broadcast={broadcast} ended recipients=3 sent=3")
    assert [got(room) for room in rooms] == [1, 1, 1]


def test_what_may_have_arrived_is_unknown_and_not_sent_again(api, program, office):
    lost, failed, refused, fine = people(api, 4)
    office.subscribe(lost, failed, refused, fine)
    api.faults.next(faults.dropped_after(), chat_id=lost.chat_id)
    api.faults.next(faults.server_error(), chat_id=failed.chat_id)
    api.faults.next(faults.Fault("odd", faults.RefusalError(400, "Bad Request: odd")), chat_id=refused.chat_id)
    broadcast = office.schedule()
    program.wait_for_log(f"broadcast={broadcast} ended")
    assert {row.chat_id: row.state for row in office.rows(broadcast)} == {
        lost.chat_id: "unknown",
        failed.chat_id: "unknown",
        refused.chat_id: "failed",
        fine.chat_id: "sent",
    }
    assert [len(api.calls("sendMessage", chat_id=room.chat_id)) for room in (lost, failed, refused, fine)] == [1] * 4


def test_a_message_that_telegram_refuses_again_and_again_is_paused_and_staff_are_told(api, office):
    rooms = people(api, 60)
    nurse, message = staff_message(api)
    office.subscribe(*rooms)
    broadcast = office.schedule(html="<b>never closed", progress=message)
    told = api.wait_for_message(nurse, containing="was paused")
    assert "Telegram refused" in told.text
    api.wait_for(lambda: nurse.message(message.message_id).buttons == ("Resume", "Stop"))
    counts = office.counts(broadcast)
    assert (office.state(broadcast), sum(counts.values())) == (BroadcastState.PAUSED, 60)
    assert 20 <= counts["failed"] <= 25
    assert "sending" not in counts


def test_a_broadcast_goes_on_after_a_stop_and_after_a_crash_and_nobody_gets_it_twice(api, program, office):
    rooms = people(api, 30)
    nurse, message = staff_message(api)
    office.subscribe(*rooms)
    broadcast = office.schedule(progress=message)

    def sent():
        return sum(got(room) for room in rooms)

    api.wait_for(lambda: sent() >= 6, what="the first messages")
    assert program.end() == 0
    assert set(office.counts(broadcast)) == {"sent", "pending"}, "what was under way was recorded"
    assert office.counts(broadcast)["sent"] == sent()
    program.start()
    at_start = sent()
    api.wait_for(lambda: sent() >= at_start + 6, what="more messages")
    program.end(signal.SIGKILL)
    office.let_the_lease_end()
    program.start()
    program.wait_for_log(f"broadcast={broadcast} ended recipients=30")
    api.wait_for(lambda: nurse.message(message.message_id).text.startswith("Finished"), what="the report")
    counts, arrived = office.counts(broadcast), {room.chat_id: got(room) for room in rooms}
    assert sum(counts.values()) == 30
    assert counts.get("unknown", 0) <= 10, "what was taken and under way"
    for row in office.rows(broadcast):
        assert row.state in ("sent", "unknown")
        assert arrived[row.chat_id] == 1 or (row.state, arrived[row.chat_id]) == ("unknown", 0)


def test_pause_resume_and_stop_are_followed_within_a_second(api, office):
    rooms = people(api, 100)
    nurse, message = staff_message(api)
    office.subscribe(*rooms)
    broadcast = office.schedule(progress=message)
    api.wait_for(lambda: sum(got(room) for room in rooms) >= 3, what="the first messages")
    office.change(broadcast, BroadcastState.PAUSED)
    paused = api.wait_for(lambda: (m := nurse.message(message.message_id)).text.startswith("Paused") and m)
    assert paused.buttons == ("Resume", "Stop")
    counts = office.counts(broadcast)
    assert set(counts) == {"sent", "pending"}
    assert counts["sent"] < 60
    office.storage.broadcasts.change(broadcast, of=(BroadcastState.PAUSED,), to=BroadcastState.RUNNING)
    api.wait_for(lambda: sum(got(room) for room in rooms) >= counts["sent"] + 3, what="more messages")
    office.change(broadcast, BroadcastState.STOPPED)
    report = api.wait_for(lambda: (m := nurse.message(message.message_id)).text.startswith("Stopped") and m)
    counts = office.counts(broadcast)
    assert set(counts) == {"sent", "skipped"}
    assert sum(counts.values()) == 100
    assert f"Sent: {counts['sent']}\nSkipped: {counts['skipped']}\nRecipients in all: 100" in report.text


def test_what_was_not_sent_before_its_time_is_over_is_not_sent(api, program, office):
    rooms = people(api, 90)
    office.subscribe(*rooms)
    broadcast = office.schedule(lasts=timedelta(seconds=1.5))
    program.wait_for_log(f"broadcast={broadcast} ended recipients=90")
    counts = office.counts(broadcast)
    assert office.state(broadcast) is BroadcastState.EXPIRED
    assert set(counts) <= {"sent", "skipped"}
    assert counts.get("sent", 0) == sum(map(got, rooms))
    assert counts["skipped"] > 0


def test_a_recall_deletes_what_is_young_and_marks_what_is_old(api, program, office):
    rooms = people(api, 3)
    nurse, message = staff_message(api)
    office.subscribe(*rooms)
    broadcast = office.schedule(progress=message)
    api.wait_for(lambda: all(got(room) for room in rooms), what="the tip")
    program.wait_for_log(f"broadcast={broadcast} ended")
    office.age(rooms[0])
    rooms[1].delete(rooms[1].bot_messages[-1].message_id)
    office.storage.broadcasts.set_recall(broadcast, RecallState.RUNNING)
    report = api.wait_for(lambda: (m := nurse.message(message.message_id)).text.startswith("Taken back") and m)
    assert "Deleted: 2\nToo old to delete, now says that it was withdrawn: 1" in report.text
    assert [got(room) for room in rooms] == [0, 0, 0]
    assert "taken this message back" in rooms[0].bot_messages[-1].text
    assert Counter(len(room.bot_messages) for room in rooms) == {1: 1, 0: 2}


def test_a_photo_goes_out_with_its_caption_and_is_marked_by_its_caption(api, program, office):
    (room,) = people(api, 1)
    file_id = room.send_photo().attachment.fields[-1]["file_id"]
    office.subscribe(room)
    broadcast = office.schedule(photo=file_id, keyboard='[[["More", "p:healing"]]]')
    sent = api.wait_for_message(room, containing=TIP)
    assert sent.attachment.kind == "photo"
    assert sent.buttons == ("More",)
    program.wait_for_log(f"broadcast={broadcast} ended")
    office.age(room)
    office.storage.broadcasts.set_recall(broadcast, RecallState.RUNNING)
    api.wait_for(lambda: "taken this message back" in room.message(sent.message_id).text)


class TestFromAShell:
    @pytest.fixture
    def message(self, tmp_path):
        path = tmp_path / "message.txt"
        path.write_text(f"{TIP} & <rest>")
        return str(path)

    @pytest.fixture
    def own(self, api, make_program):
        """A folder in which no bot runs."""
        return make_program(api.url, api.token)

    def test_it_is_sent_from_there_when_no_bot_runs(self, api, own, message):
        rooms = people(api, 3)
        office = Office(own)
        office.subscribe(*rooms)
        output, _ = (shell := own.command("broadcast", "--text-file", message)).communicate(timeout=20)
        assert shell.returncode == 0, output
        assert "Sent: 3\nRecipients in all: 3" in output
        assert [room.bot_messages[-1].text for room in rooms] == [f"{TIP} & <rest>"] * 3
        (act,) = office.storage.audit.latest(5)
        assert act.action == "shell"
        office.storage.close()

    def test_it_is_watched_there_when_a_bot_runs(self, api, office, program, message):
        rooms = people(api, 3)
        office.subscribe(*rooms)
        output, _ = (shell := program.command("broadcast", "--text-file", message)).communicate(timeout=20)
        assert shell.returncode == 0, output
        assert "Sent: 3\nRecipients in all: 3" in output
        assert [got(room) for room in rooms] == [1, 1, 1]
        (made, *_) = office.storage.broadcasts.latest(1)
        program.wait_for_log(f"broadcast={made.id} ended recipients=3")

    def test_ctrl_c_stops_between_two_messages_and_the_bot_goes_on(self, api, own, message):
        rooms = people(api, 40)
        office = Office(own)
        office.subscribe(*rooms)
        shell = own.command("broadcast", "--text-file", message)
        api.wait_for(lambda: sum(map(got, rooms)) >= 5, what="the first messages")
        shell.send_signal(signal.SIGINT)
        output, _ = shell.communicate(timeout=20)
        assert shell.returncode == 130, output
        (made,) = office.storage.broadcasts.latest(5)
        assert "python -m bot run" in output
        counts = office.counts(made.id)
        assert set(counts) == {"sent", "pending"}
        assert counts["sent"] == sum(map(got, rooms))
        office.storage.close()
