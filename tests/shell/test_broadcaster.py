"""Who sends broadcasts, by a clock turned by hand, with a real database and over real HTTP."""

import asyncio
import queue
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.broadcasting import BroadcastState, Content, RecallState
from bot.core.pace import Pace
from bot.core.staffing import Act, Clock
from bot.core.tips import QuietHours
from bot.preview.server import LocalBotApi
from bot.settings import choose_timedeltas
from bot.storage import Following, Storage
from bot.storage.tables import subscribers
from bot.telegram.broadcaster import Broadcaster, Terms
from bot.telegram.worker import Worker

# Who sends holds a lease of some seconds, and takes it anew where the clock jumps further.
EVENING = datetime(2026, 1, 14, 19, 59, 58, tzinfo=UTC)
NIGHT, MORNING = EVENING + timedelta(seconds=3), EVENING + timedelta(hours=13, seconds=2)
NORA, OTTO = 501, 502
TIP = "Put your foot up"


class Office:
    """A process's broadcaster in a thread, the clinic's side of its database, and what time it is."""

    def __init__(self, api, url):
        choose_timedeltas()
        self.now = EVENING
        self.storage = Storage(url)
        self.storage.migrate()
        self._delivered = queue.Queue()
        self._url, self._api = url, api
        self._stopping = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    async def _run(self):
        storage, worker = Storage(self._url), Worker()
        clock = Clock(UTC, QuietHours(start="20:00", end="09:00"), None)
        terms = Terms(clock, "withdrawn", frozenset({NORA, OTTO}))
        pace, deliver = Pace(25), self._delivered.put
        arguments = (self._api.url, self._api.token, storage, worker, pace, self._stopping, terms, deliver)
        await Broadcaster(*arguments, lambda: self.now).run()
        worker.close()
        storage.close()

    def start(self):
        self._thread.start()

    def close(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(20)
        self._loop.close()
        self.storage.close()

    def subscribe(self, *rooms):
        fields = {"state": "active", "wording": "v1", "consented_at": EVENING, "changed_at": EVENING}
        with self.storage.database.begin() as connection:
            connection.execute(subscribers.insert(), [{"chat_id": room.chat_id, **fields} for room in rooms])

    def schedule(self, progress=None, lasts=timedelta(days=1), html=TIP):
        made = self.storage.broadcasts.draft("Rest", Content(html=html), confirmation="x", now=EVENING)
        if progress:
            self.storage.broadcasts.show_progress_at(made.id, progress.chat_id, progress.message_id)
        fields = {"due_at": EVENING, "expires_at": EVENING + lasts}
        self.storage.broadcasts.confirm(made.id, "x", to=BroadcastState.SCHEDULED, **fields)
        return made.id

    def state(self, broadcast_id):
        return self.storage.broadcasts.get(broadcast_id).state

    def counts(self, broadcast_id):
        return {state.value: count for state, count in self.storage.broadcasts.counts(broadcast_id).of.items()}

    def told(self, count):
        """The chats that have new mail, once there are so many, and no more than those."""
        chats = [self._delivered.get(timeout=5) for _ in range(count)]
        assert self._delivered.empty()
        return chats

    def letters(self, staff_id):
        return [pending.outgoing for pending in self.storage.pending(staff_id)]


@pytest.fixture
def api():
    with LocalBotApi() as api:
        yield api


@pytest.fixture
def office(api, tmp_path):
    office = Office(api, f"sqlite:///{tmp_path}/clinic.sqlite3")
    yield office
    office.close()


@pytest.fixture
def rooms(api, office):
    rooms = [api.person(f"P{number}") for number in range(60)]
    api.crowd(room.chat_id for room in rooms)
    office.subscribe(*rooms)
    return rooms


@pytest.fixture
def shown(api, ask):
    """A message of the bot's to a nurse, in which progress may be shown; called, it is the message's text now."""
    nurse = api.person("Nurse", id=NORA)
    nurse.write("/help")
    message_id = ask("sendMessage", chat_id=NORA, text="Confirmed").result["message_id"]

    class Shown:
        chat_id = NORA

        def __init__(self):
            self.message_id = message_id

        @property
        def message(self):
            return nurse.message(message_id)

        def wait_for(self, words):
            return api.wait_for(lambda: words in self.message.text and self.message, deadline_seconds=15, what=words)

    return Shown()


def got(rooms):
    return sum(TIP in message.text for room in rooms for message in room.bot_messages)


def test_one_that_runs_into_the_quiet_hours_is_held_says_so_and_goes_on_when_they_end(api, office, rooms, shown):
    broadcast = office.schedule(shown)
    office.start()
    api.wait_for(lambda: got(rooms) >= 5, what="the first messages")
    office.now = NIGHT
    held = shown.wait_for("so nothing is sent. It goes on when they end, at 09:00.")
    assert held.buttons == ("Pause", "Stop")
    assert "Time left" not in held.text
    counts = office.counts(broadcast)
    assert (office.state(broadcast), set(counts)) == (BroadcastState.RUNNING, {"sent", "pending"})
    assert counts["sent"] == got(rooms)
    office.now = MORNING
    report = shown.wait_for("Finished")
    assert "Sent: 60\nRecipients in all: 60" in report.text
    assert got(rooms) == 60


def test_one_that_is_found_late_in_the_quiet_hours_waits_for_their_end(office, rooms, shown):
    broadcast = office.schedule(shown)
    office.now = NIGHT
    office.start()
    held = shown.wait_for("These are quiet hours. It begins when they end, at 09:00.")
    assert held.buttons == ("Cancel it",)
    assert (office.state(broadcast), office.counts(broadcast)) == (BroadcastState.SCHEDULED, {})
    office.now = MORNING
    shown.wait_for("Finished")
    assert got(rooms) == 60


def test_while_one_is_held_its_time_may_be_over(api, office, rooms, shown):
    broadcast = office.schedule(shown, lasts=timedelta(seconds=6))
    office.start()
    api.wait_for(lambda: got(rooms) >= 5, what="the first messages")
    office.now = NIGHT
    shown.wait_for("It goes on when they end")
    office.now = NIGHT + timedelta(seconds=3)
    report = shown.wait_for("Ended, because its time was over")
    counts = office.counts(broadcast)
    assert (office.state(broadcast), set(counts)) == (BroadcastState.EXPIRED, {"sent", "skipped"})
    assert counts["sent"] == got(rooms)
    assert "Recipients in all: 60" in report.text


def test_while_one_is_held_it_may_be_paused_and_stopped(api, office, rooms, shown):
    broadcast = office.schedule(shown)
    office.start()
    api.wait_for(lambda: got(rooms) >= 5, what="the first messages")
    office.now = NIGHT
    shown.wait_for("It goes on when they end")
    office.storage.broadcasts.change(broadcast, of=(BroadcastState.RUNNING,), to=BroadcastState.PAUSED)
    shown.wait_for("Paused")
    office.storage.broadcasts.change(broadcast, of=(BroadcastState.PAUSED,), to=BroadcastState.STOPPED)
    shown.wait_for("Stopped")
    assert set(office.counts(broadcast)) == {"sent", "skipped"}


def test_the_report_of_one_that_nobody_watches_goes_to_all_staff(office, rooms):
    office.schedule()
    office.start()
    assert office.told(2) == [NORA, OTTO]
    for staff_id in (NORA, OTTO):
        (told,) = office.letters(staff_id)
        assert f"Finished: Rest\n\nSent: {len(rooms)}\nRecipients in all: {len(rooms)}" in told.html


def test_a_pause_by_itself_that_nobody_watches_is_told_to_all_staff_once(office, rooms):
    broadcast = office.schedule(html="<b>never closed")
    office.start()
    assert office.told(2) == [NORA, OTTO]
    assert office.state(broadcast) is BroadcastState.PAUSED
    for staff_id in (NORA, OTTO):
        (told,) = office.letters(staff_id)
        assert "“Rest” was paused. Telegram refused" in told.html
        assert f"b:resume:{broadcast}" in told.keyboard
    assert len(rooms) > office.counts(broadcast)["failed"] >= 20


def test_a_pause_by_itself_that_somebody_watches_is_told_to_her_alone(office, rooms, shown):
    office.schedule(shown, html="<b>never closed")
    office.start()
    assert (office.told(1), len(office.letters(NORA)), office.letters(OTTO)) == ([NORA], 1, [])
    assert len(rooms) == 60


def test_whoever_took_a_broadcast_back_is_told_the_numbers_once(office, rooms, shown):
    broadcast = office.schedule(shown)
    office.start()
    shown.wait_for("Finished")
    following = Following(Act(EVENING, OTTO, "recall", broadcast))
    office.storage.broadcasts.set_recall(broadcast, RecallState.RUNNING, following)
    assert (office.told(1), office.letters(NORA)) == ([OTTO], [])
    (told,) = office.letters(OTTO)
    assert "Taken back: Rest\n\nDeleted: 60\n" in told.html
    assert "Sent in all: 60" in told.html
    assert got(rooms) == 0
    assert [act.action for act in office.storage.audit.latest(2)] == ["recalled", "recall"]
