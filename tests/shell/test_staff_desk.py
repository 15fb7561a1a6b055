"""What staff do, by a clock turned by hand and with a real database. The clinic's clock is Chicago's."""

import itertools
import json
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.broadcasting import BroadcastState, Content, RecallState
from bot.core.replies import Button, Notice
from bot.core.staffing import read_tap
from bot.core.tips import QuietHours, Tip, Tips, Weekly
from bot.logs import Pulse
from bot.storage import Storage
from bot.telegram.planner import plan_week
from bot.telegram.staff_desk import Desk
from bot.telegram.staff_setup import StaffSetup
from bot.telegram.written import Written

NORA, OTTO, PIA = 501, 502, 503
NOON = datetime(2026, 1, 14, 18, 0, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 1, 15, 14, 0, tzinfo=UTC)  # eight o'clock on Thursday, when quiet hours end
ICE, SLOW = (Tip(id=name, title=name.title(), text=f"{name}.", point="point") for name in ("ice", "slow"))
PANEL = 77  # the message under which the buttons stand


class Office:
    """A desk and its storage, with the time of day; ``tap`` finds a button among the last messages."""

    def __init__(self, url, **changed):
        tokens = itertools.count()
        self.setup = StaffSetup(
            **{
                "ids": frozenset({NORA, OTTO, PIA}),
                "needs_two": False,
                "tips": Tips(weekly=Weekly(day="friday", at="09:00"), quiet_hours=QuietHours(), tips=(ICE, SLOW)),
                "write_tip": lambda tip, _now: Notice(
                    title=tip.title, paragraphs=(tip.text,), buttons=(Button("Stop tips", "tips:stop"),)
                ),
                "label_stop": "Stop tips",
                "zone": ZoneInfo("America/Chicago"),
                "new_token": lambda: f"token-{next(tokens):010}",
            }
            | changed
        )
        self.storage = Storage(url)
        self.storage.migrate()
        self.now = NOON
        self.desk = Desk(self.setup, self.storage, Pulse())
        self.shown = {staff_id: [] for staff_id in self.setup.ids}

    def after(self, done):
        """Note what everybody sees once it is sent and edited."""
        for chat_id in done.chats:
            for pending in self.storage.pending(chat_id):
                self.shown[chat_id].append((pending.outgoing.html, json.loads(pending.outgoing.keyboard)))
                self.storage.cross_out(pending, None, self.now)
        for edit in done.edits:
            buttons = [[button.label, button.data] for button in edit.reply.buttons]
            self.shown[edit.chat_id].append(("\n".join((edit.reply.title or "", *edit.reply.paragraphs)), [buttons]))
        return done

    def command(self, name, staff_id=NORA):
        return self.after(self.desk.command(name, staff_id, self.now))

    def write(self, text, staff_id=NORA, message_id=1):
        done = self.desk.wrote(staff_id, Written(text, None, text), text, message_id, self.now)
        return done and self.after(done)

    def data(self, label, staff_id=NORA):
        for _, rows in reversed(self.shown[staff_id]):
            for row in rows:
                for shown, data in row:
                    if shown.startswith(label):
                        return data
        raise AssertionError(f"no button {label!r} in {self.shown[staff_id]}")

    def tap(self, label, staff_id=NORA):
        return self.tap_data(self.data(label, staff_id), staff_id)

    def tap_data(self, data, staff_id=NORA):
        return self.after(self.desk.tapped(read_tap(data), staff_id, PANEL, self.now))

    def draft(self, words="Drink.", staff_id=NORA):
        self.command("broadcast", staff_id)
        self.tap("Write my own", staff_id)
        self.write(words, staff_id)

    @property
    def last(self):
        return self.storage.broadcasts.latest(1)[0]

    @property
    def acts(self):
        return [(act.staff_id, act.action) for act in self.storage.audit.latest(20)[::-1]]

    def text(self, staff_id=NORA):
        return self.shown[staff_id][-1][0]


@pytest.fixture
def open_office(tmp_path):
    opened = []

    def open_(**changed):
        opened.append(Office(f"sqlite:///{tmp_path}/clinic.sqlite3", **changed))
        return opened[-1]

    yield open_
    for office in opened:
        office.storage.close()


@pytest.fixture
def office(open_office):
    return open_office()


class TestDrafts:
    def test_what_was_written_is_previewed_with_the_button_to_stop_tips(self, office):
        office.draft("<b>Drink</b>")
        preview, panel = office.shown[NORA][-2:]
        assert preview == ("<b>Drink</b>", [[["Stop tips", "tips:stop"]]])
        assert "Send this?" in panel[0]

    def test_confirming_schedules_it_at_once(self, office):
        office.draft()
        done = office.tap("Send now")
        assert (done.answer, done.wakes) == ("Confirmed.", True)
        assert (office.last.state, office.last.due_at, office.last.confirmed_by) == ("scheduled", NOON, NORA)
        assert (office.last.expires_at, office.last.progress) == (NOON + 24 * HOUR, (NORA, PANEL))
        assert office.acts == [(NORA, "draft"), (NORA, "confirm")]

    def test_two_taps_in_the_same_instant_and_from_two_copies_confirm_once(self, office, open_office):
        office.draft()
        tap, copies = read_tap(office.data("Send now")), [office, open_office(), open_office()]
        barrier, answers = threading.Barrier(len(copies)), []

        def send(copy):
            barrier.wait(10)
            answers.append(copy.desk.tapped(tap, NORA, PANEL, NOON).answer)

        threads = [threading.Thread(target=send, args=(copy,)) for copy in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(answers) == ["Confirmed.", *["This was confirmed already. Nothing is sent twice."] * 2]
        assert office.acts == [(NORA, "draft"), (NORA, "confirm")]

    def test_a_confirm_button_is_good_for_15_minutes(self, office):
        office.draft()
        office.now += 15 * MINUTE
        assert "no longer good" in office.tap("Send now").answer
        assert office.storage.broadcasts.latest(1) == ()

    def test_nobody_else_confirms_her_draft(self, office):
        office.draft()
        assert "no longer good" in office.tap_data(office.data("Send now"), OTTO).answer

    def test_in_quiet_hours_it_goes_out_at_their_end_and_never_before(self, office):
        office.draft()
        office.now = MORNING - 10 * HOUR
        office.draft()
        office.tap("Send Thu 15 Jan 2026, 08:00 CST")
        assert office.last.due_at == MORNING
        assert "goes out Thu 15 Jan 2026, 08:00 CST" in office.text()

    def test_quiet_hours_that_began_before_the_tap_are_kept_too(self, office):
        office.now = MORNING - 11 * HOUR - MINUTE
        office.draft()
        data = office.data("Send now")
        office.now += 2 * MINUTE
        office.tap_data(data)
        assert office.last.due_at == MORNING

    def test_a_time_is_chosen_by_a_button_and_kills_the_button_before(self, office):
        office.draft()
        old = office.data("Send now")
        office.tap("Choose a time")
        office.tap("Tomorrow")
        assert "no longer good" in office.tap_data(old).answer
        office.tap("Send Thu 15 Jan 2026, 09:00 CST")
        assert office.last.due_at == MORNING + HOUR

    def test_a_time_that_passed_while_the_buttons_stood_there_is_refused(self, office):
        office.draft()
        office.tap("Choose a time")
        data = office.data("In 1 hour")
        office.storage.drafts.offer(
            office.storage.drafts.flow(NORA).broadcast_id,
            read_tap(data).token,
            fresh=read_tap(data).token,
            confirmable_until=NOON + DAY,
            due_at=None,
        )
        office.now += 2 * HOUR
        assert "in the past" in office.tap_data(data).answer

    def test_a_typed_time_is_read_on_the_clinics_clock_and_a_wrong_one_changes_nothing(self, office):
        office.draft()
        office.tap("Choose a time")
        for words, said in (("soon", "do not understand"), ("today 9:00", "in the past"), ("2030-01-01 9:00", "ahead")):
            office.write(words)
            assert said in office.text()
        office.write("friday 10:30")
        office.tap("Send Fri 16 Jan 2026, 10:30 CST")
        assert office.last.due_at == datetime(2026, 1, 16, 16, 30, tzinfo=UTC)

    @pytest.mark.parametrize(("label", "hours"), [("Drop after 6 hours", 6), ("Drop after 3 days", 72)])
    def test_when_it_is_dropped_can_be_chosen(self, office, label, hours):
        office.draft()
        office.tap(label)
        office.tap("Send now")
        assert office.last.expires_at == NOON + hours * HOUR

    def test_cancel_drops_a_draft_and_leaves_what_she_is_in_the_middle_of(self, office):
        office.command("cancel")
        assert "nothing to leave" in office.text()
        office.command("broadcast")
        office.tap("Write my own")
        office.command("cancel")
        assert office.write("how are you") is None
        office.draft()
        office.tap("Cancel")
        assert office.acts == [(NORA, "draft"), (NORA, "drop")]

    def test_what_cannot_be_sent_is_told_and_the_next_message_is_taken(self, office):
        office.command("broadcast")
        office.tap("Write my own")
        office.after(office.desk.wrote(NORA, "I cannot send this.", "", 1, NOON))
        assert office.text() == "I cannot send this."
        office.write("Drink.")
        assert "Send this?" in office.text()

    def test_after_an_hour_a_message_is_a_question_again(self, office):
        office.command("broadcast")
        office.tap("Write my own")
        office.now += HOUR + MINUTE
        assert office.write("Drink.") is None

    def test_broadcast_begins_anew_so_that_what_she_writes_next_is_a_question(self, office):
        office.command("broadcast")
        office.tap("Write my own")
        office.command("broadcast")
        assert office.write("is that dangerous?") is None
        office.draft()
        office.tap("Choose a time")
        office.command("broadcast")
        assert office.write("is that dangerous?") is None

    def test_other_commands_leave_her_where_she_is(self, office):
        office.command("broadcast")
        office.tap("Write my own")
        office.command("status")
        office.write("Drink.")
        assert "Send this?" in office.text()

    def test_what_she_writes_while_she_sees_her_draft_is_a_question(self, office):
        office.draft()
        assert office.write("is that dangerous?") is None

    def test_an_edit_makes_the_draft_anew_and_comes_too_late_once_it_is_confirmed(self, office):
        office.draft("Drink.")
        old, edited = office.data("Send now"), Written("Drink water.", None, "Drink water.")
        assert office.desk.edited(NORA, edited, 2, NOON) is None
        office.after(office.desk.edited(NORA, edited, 1, NOON))
        assert office.shown[NORA][-2][0] == "Drink water."
        assert "no longer good" in office.tap_data(old).answer
        office.tap("Send now")
        office.after(office.desk.edited(NORA, edited, 1, NOON))
        assert "no longer changes it" in office.text()

    def test_a_tip_that_left_the_library_is_told(self, office):
        assert "no longer in the library" in office.tap_data("b:tip:gone").answer
        assert "no longer in the library" in office.tap_data("b:see:gone").answer


class TestTwoPersons:
    @pytest.fixture
    def office(self, open_office):
        office = open_office(needs_two=True)
        office.draft()
        office.tap("Send now")
        return office

    def test_all_others_are_shown_the_message_and_asked(self, office):
        assert (office.last.state, office.last.confirmed_by) == (BroadcastState.UNAPPROVED, NORA)
        for other in (OTTO, PIA):
            assert office.shown[other][0] == ("Drink.", [[["Stop tips", "tips:stop"]]])
            assert f"Staff {NORA} wants to send" in office.text(other)
        assert "waits until Thu 15 Jan 2026, 12:00 CST" in office.text(NORA)

    def test_one_other_approves_and_the_next_comes_too_late(self, office):
        approve = office.data("Approve", PIA)
        office.now += HOUR
        done = office.tap("Approve", OTTO)
        assert (done.answer, done.wakes, office.last.state, office.last.due_at) == (
            "Approved.",
            True,
            BroadcastState.SCHEDULED,
            NOON + HOUR,
        )
        assert "decided already" in office.tap_data(approve, PIA).answer
        assert any(f"Staff {OTTO} approved" in text for text, _ in office.shown[NORA])
        assert office.acts == [(NORA, "draft"), (NORA, "confirm"), (OTTO, "approve")]

    def test_who_confirmed_cannot_approve(self, office):
        assert "somebody else" in office.tap_data(office.data("Approve", OTTO), NORA).answer
        assert office.last.state is BroadcastState.UNAPPROVED

    def test_a_refusal_ends_it_and_its_author_is_told(self, office):
        office.tap("Refuse", OTTO)
        assert office.last.state is BroadcastState.CANCELLED
        assert "Nothing is sent" in office.text(NORA)
        assert office.acts[-1] == (OTTO, "refuse")
        assert "decided already" in office.tap("Approve", PIA).answer

    def test_its_author_can_cancel_it(self, office):
        office.tap("Cancel it")
        assert office.last.state is BroadcastState.CANCELLED
        assert "decided already" in office.tap("Approve", OTTO).answer

    def test_what_nobody_approves_in_a_day_is_dropped_and_its_author_told_once(self, office):
        office.now += DAY - MINUTE
        assert office.after(office.desk.expire(office.now)).chats == ()
        office.now += MINUTE
        assert "no longer good" in office.tap("Approve", OTTO).answer
        assert office.after(office.desk.expire(office.now)).chats == (NORA,)
        assert office.after(office.desk.expire(office.now)).chats == ()
        assert (office.last.state, office.acts[-1]) == (BroadcastState.EXPIRED, (None, "expire"))
        assert "Nobody approved" in office.text(NORA)


class TestControl:
    @pytest.fixture
    def running(self, office):
        office.draft()
        office.tap("Send now")
        office.storage.broadcasts.change(
            office.last.id, of=(BroadcastState.SCHEDULED,), to=BroadcastState.RUNNING, started_at=NOON
        )
        return office

    def test_any_member_of_staff_pauses_resumes_and_stops(self, running):
        id_ = running.last.id
        states = []
        for verb, who in (("pause", OTTO), ("resume", NORA), ("stop", PIA)):
            done = running.tap_data(f"b:{verb}:{id_}", who)
            states.append((running.last.state, done.answer, done.wakes))
        assert states == [
            (BroadcastState.PAUSED, f"No. {id_} is paused.", True),
            (BroadcastState.RUNNING, f"No. {id_} is going out.", True),
            (BroadcastState.STOPPED, f"No. {id_} was stopped.", True),
        ]
        assert running.acts[-3:] == [(OTTO, "pause"), (NORA, "resume"), (PIA, "stop")]

    def test_what_is_over_is_told_and_nothing_is_written(self, running):
        running.tap_data(f"b:stop:{running.last.id}")
        done = running.tap_data(f"b:pause:{running.last.id}")
        assert (done.answer, done.wakes) == (f"No. {running.last.id} was stopped.", False)
        assert running.acts[-1] == (NORA, "stop")
        assert "no longer good" in running.tap_data("b:pause:999").answer

    def test_one_that_goes_out_cannot_be_cancelled_or_skipped(self, running):
        assert "is going out" in running.tap_data(f"b:cancel:{running.last.id}").answer
        assert "no longer good" in running.tap_data(f"b:skip:{running.last.id}").answer
        assert running.last.state is BroadcastState.RUNNING

    def test_one_resumed_in_quiet_hours_goes_on_when_they_end_and_says_so(self, running):
        running.tap_data(f"b:pause:{running.last.id}")
        running.now = MORNING - HOUR
        said = running.tap_data(f"b:resume:{running.last.id}").answer
        assert "goes on when the quiet hours end, Thu 15 Jan 2026, 08:00 CST" in said
        assert running.last.state is BroadcastState.RUNNING

    def test_a_recall_is_asked_about_and_begins_once(self, running):
        id_ = running.last.id
        assert "is going out" in running.tap_data(f"b:recall:{id_}").answer
        running.tap_data(f"b:stop:{id_}")
        running.tap_data(f"b:recall:{id_}", OTTO)
        assert "Take back “Drink.”" in running.text(OTTO)
        assert running.last.recall is None
        dones = [running.tap("Yes, take it back", OTTO) for _ in range(2)]
        assert [(done.answer, done.wakes) for done in dones] == [
            ("It is being taken back.", True),
            (f"No. {id_} is taken back already.", False),
        ]
        assert (running.last.recall, running.acts[-1]) == (RecallState.RUNNING, (OTTO, "recall"))

    def test_no_leaves_everything_as_it_is(self, running):
        running.tap_data(f"b:stop:{running.last.id}")
        running.tap_data(f"b:recall:{running.last.id}")
        assert running.tap("No").answer == "Nothing was changed."
        assert running.last.recall is None


class TestWeek:
    """The weekly tip is due on Fridays at nine, Chicago's time."""

    DUE = datetime(2026, 1, 16, 15, 0, tzinfo=UTC)

    def look(self, office, at):
        office.now = at
        return office.after(plan_week(office.setup, office.storage, at))

    def test_it_is_planned_a_day_before_and_shown_to_all_staff_once(self, office, open_office):
        copy = open_office()
        assert self.look(office, self.DUE - DAY - MINUTE).chats == ()
        assert self.look(office, self.DUE - DAY).chats == (NORA, OTTO, PIA)
        assert self.look(copy, self.DUE - DAY).chats == ()
        assert self.look(office, self.DUE - MINUTE).chats == ()
        assert (office.last.tip_id, office.last.due_at, office.last.created_by) == ("ice", self.DUE, None)
        for staff_id in (NORA, OTTO, PIA):
            preview, notice = office.shown[staff_id]
            assert preview[0].startswith("<b>Ice</b>")
            assert "Fri 16 Jan 2026, 09:00 CST" in notice[0]
        assert office.acts == [(None, "plan")]

    def test_skipping_works_until_it_starts(self, office):
        self.look(office, self.DUE - DAY)
        office.now = self.DUE - MINUTE
        assert "was cancelled" in office.tap("Skip this week", OTTO).answer
        assert (office.last.state, office.acts[-1]) == (BroadcastState.CANCELLED, (OTTO, "skip"))
        for other in (NORA, PIA):
            assert office.text(other).strip() == (
                f"Staff {OTTO} skipped the tip of the week, “Ice”. It has its turn next week."
            )
        assert "was cancelled" in office.tap("Skip this week", PIA).answer
        assert len(office.shown[NORA]) == 3
        assert self.look(office, self.DUE - MINUTE).chats == ()

    def test_whoever_sends_the_same_tip_before_is_warned(self, office):
        self.look(office, self.DUE - DAY)
        office.command("broadcast")
        office.tap("Ice")
        assert "the same tip is planned already, for Fri 16 Jan 2026, 09:00 CST" in office.text()

    def test_tips_take_turns_also_with_those_sent_by_hand(self, office):
        def begin(id_, at):
            office.storage.broadcasts.change(
                id_, of=(BroadcastState.SCHEDULED,), to=BroadcastState.FINISHED, started_at=at, finished_at=at
            )

        titles = []
        for week in range(3):
            self.look(office, self.DUE + week * 7 * DAY - DAY)
            titles.append(office.last.title)
            begin(office.last.id, office.last.due_at)
        assert titles == ["Ice", "Slow", "Ice"]
        office.now = self.DUE + 15 * DAY
        office.command("broadcast")
        office.tap("Slow")
        office.tap("Send now")
        self.look(office, self.DUE + 21 * DAY - DAY)
        assert office.last.title == "Ice"

    def test_a_slot_that_passed_while_nothing_ran_is_left_out(self, office):
        assert self.look(office, self.DUE + MINUTE).chats == ()
        assert office.storage.broadcasts.latest(1) == ()

    def test_a_start_shortly_before_still_plans_it(self, office):
        assert self.look(office, self.DUE - HOUR).chats == (NORA, OTTO, PIA)

    def test_what_was_planned_is_too_late_a_day_after_it_was_due(self, office):
        self.look(office, self.DUE - DAY)
        assert office.last.expires_at == self.DUE + DAY


def test_lists_are_told_to_who_asks(office):
    office.draft()
    office.tap("Send now")
    office.command("broadcasts", OTTO)
    assert "“Drink.” is scheduled" in office.text(OTTO)
    office.command("audit", OTTO)
    assert f"Staff {NORA} confirmed no. {office.last.id}" in office.text(OTTO)
    office.command("status", OTTO)
    assert "Subscribers: 0 get tips" in office.text(OTTO)
    office.command("tips", OTTO)
    office.tap("Slow", OTTO)
    preview, below = office.shown[OTTO][-2:]
    assert preview[0].startswith("<b>Slow</b>")
    assert "never sent" in below[0]
    office.tap("Send this tip", OTTO)
    assert "Send this?" in office.text(OTTO)


def test_a_photo_is_kept_through_preview_and_confirmation(office):
    office.command("broadcast")
    office.tap("Write my own")
    office.after(office.desk.wrote(NORA, Written("Door", "file-1", "Door"), "", 1, NOON))
    office.tap("Send now")
    assert office.last.content == Content(html="Door", photo="file-1", keyboard='[[["Stop tips", "tips:stop"]]]')
