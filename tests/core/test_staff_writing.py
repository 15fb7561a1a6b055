"""What staff read, on the clinic's clock: Chicago's, six hours behind UTC in winter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.broadcasting import Broadcast, BroadcastState, Content, Counts, DeliveryState, RecallState
from bot.core.staff_writing import Health, History, Report, StaffWriter
from bot.core.staffing import Act, Clock, read_tap
from bot.core.subscribing import SubscriptionState
from bot.core.tips import QuietHours, Tip, Tips

ZONE = ZoneInfo("America/Chicago")
NOON = datetime(2026, 1, 14, 18, 0, tzinfo=UTC)  # a Wednesday
NIGHT = datetime(2026, 1, 15, 4, 30, tzinfo=UTC)
TIPS = tuple(Tip(id=f"tip-{n}", title=f"Tip {n}", text="Text.", point="point") for n in range(8))
QUIET = "from 21:00 to 08:00 are quiet hours. It goes out when they end, Thu 15 Jan 2026, 08:00 CST"
NONE_SENT = History({}, {})


def writer(tips=TIPS, needs_two=False):
    return StaffWriter(Tips(tips=tips), Clock(ZONE, QuietHours(), None), needs_two)


def broadcast(state=BroadcastState.DRAFT, **fields):
    known = {"id": 7, "title": "Drink", "content": Content(html="x"), "tip_id": None, "state": state}
    return Broadcast(**known | {"confirmation": "abcdefghijkl-_01", "created_by": 1, "created_at": NOON} | fields)


def text(reply):
    return "\n".join((reply.title or "", *reply.paragraphs))


def labels(reply):
    return [button.label for button in reply.buttons]


def panel(draft=None, hours=24, now=NOON, recipients=24, last_sent_at=None, planned_at=None, **kind):
    return writer(**kind).panel(draft or broadcast(), hours, now, recipients, last_sent_at, planned_at)


def test_times_are_the_clinics_with_the_abbreviation_of_its_zone():
    assert writer().when(NOON) == "Wed 14 Jan 2026, 12:00 CST"
    assert writer().when(datetime(2026, 7, 1, 14, 5, tzinfo=UTC)) == "Wed 1 Jul 2026, 09:05 CDT"


def test_tips_are_shown_six_a_page_each_with_when_it_was_last_sent():
    history = History({"tip-0": NOON}, {"tip-0": 2})
    first, second = writer().choose(0, history), writer().choose(1, history)
    assert labels(first) == [*(f"Tip {n}" for n in range(6)), "More tips", "Write my own"]
    assert labels(second) == ["Tip 6", "Tip 7", "Earlier tips", "Write my own"]
    assert "• Tip 0: last sent Wed 14 Jan 2026, 12:00 CST, 2 times in all\n• Tip 1: never sent" in text(first)
    assert labels(writer().choose(9, history)) == labels(first)


def test_without_tips_one_may_still_write():
    assert labels(writer(tips=()).choose(0, NONE_SENT)) == ["Write my own"]
    assert "tips.yaml" in text(writer(tips=()).library(0, NONE_SENT))


def test_a_panel_tells_how_many_get_it_and_when_it_is_dropped():
    shown = panel()
    assert "It goes to 24 people, as soon as you say so." in text(shown)
    assert "by Thu 15 Jan 2026, 12:00 CST, it is dropped" in text(shown)
    assert "Note:" not in text(shown)
    assert labels(shown) == ["Send now", "Choose a time", "Cancel", "Drop after 6 hours", "Drop after 3 days"]
    assert all(read_tap(button.data) for button in shown.buttons)


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"recipients": 0}, "nobody is subscribed"),
        ({"last_sent_at": NOON - timedelta(days=3)}, "the same tip was sent 3 days ago, on Sun 11 Jan 2026, 12:00 CST"),
        ({"last_sent_at": NOON - timedelta(hours=2)}, "the same tip was sent less than a day ago"),
        ({"planned_at": NOON + timedelta(days=1)}, "the same tip is planned already, for Thu 15 Jan 2026, 12:00 CST"),
        ({"now": NIGHT}, QUIET),
        (
            {"draft": broadcast(due_at=NIGHT)},
            QUIET,
        ),
    ],
)
def test_a_panel_warns(given, note):
    assert f"Note: {note}" in text(panel(**given))


def test_what_was_sent_long_ago_is_no_warning():
    assert "Note:" not in text(panel(last_sent_at=NOON - timedelta(days=31)))


def test_in_quiet_hours_sending_now_is_not_offered():
    assert labels(panel(now=NIGHT))[0] == "Send Thu 15 Jan 2026, 08:00 CST"


def test_where_two_are_needed_the_panel_says_so():
    assert "A second member of staff" in text(panel(needs_two=True))


def test_only_a_written_message_can_be_changed_by_editing_it():
    assert "edit your message" in text(panel())
    assert "edit your message" not in text(panel(broadcast(tip_id="tip-0")))


def test_the_times_to_choose_from_name_the_clinics_zone():
    shown = text(writer().times(broadcast(), NOON))
    assert "America/Chicago" in shown
    assert "now Wed 14 Jan 2026, 12:00 CST" in shown
    assert "• Tomorrow: Thu 15 Jan 2026, 09:00 CST" in shown


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(NOON - timedelta(hours=1), "in the past"), (NOON + timedelta(days=400), "more than a year ahead")],
)
def test_a_wrong_time_is_refused_with_the_word_for_it(at, wrong):
    assert wrong in text(writer().wrong_time(at, NOON))


@pytest.mark.parametrize(
    ("state", "sent", "recall", "offered"),
    [
        (BroadcastState.RUNNING, 1, None, ["Pause no. 7", "Stop no. 7"]),
        (BroadcastState.PAUSED, 1, None, ["Resume no. 7", "Stop no. 7"]),
        (BroadcastState.SCHEDULED, 0, None, ["Cancel no. 7"]),
        (BroadcastState.UNAPPROVED, 0, None, ["Cancel no. 7"]),
        (BroadcastState.FINISHED, 3, None, ["Recall no. 7"]),
        (BroadcastState.STOPPED, 3, None, ["Recall no. 7"]),
        (BroadcastState.FINISHED, 0, None, []),
        (BroadcastState.FINISHED, 3, RecallState.RUNNING, []),
        (BroadcastState.FINISHED, 3, RecallState.FINISHED, []),
        (BroadcastState.CANCELLED, 0, None, []),
    ],
)
def test_each_broadcast_offers_what_makes_sense_for_it(state, sent, recall, offered):
    report = Report(broadcast(state, recall=recall), Counts({DeliveryState.SENT: sent}), {})
    assert labels(writer().broadcasts([report])) == offered


def test_a_broadcast_is_told_with_its_numbers():
    counts = Counts({DeliveryState.SENT: 20, DeliveryState.BLOCKED: 1, DeliveryState.PENDING: 2})
    recalled = {RecallState.DELETED: 18, RecallState.WITHDRAWN: 2}
    report = Report(broadcast(BroadcastState.STOPPED, started_at=NOON, recall=RecallState.FINISHED), counts, recalled)
    assert writer().broadcasts([report]).paragraphs == (
        "No. 7, Wed 14 Jan 2026, 12:00 CST: “Drink” was stopped. 20 sent, 1 blocked the bot, 2 to go, 18 deleted, "
        "2 replaced by a note. It was taken back.",
    )


def test_the_record_names_staff_by_number_and_the_bot_as_the_bot():
    acts = [Act(NOON, 501, "confirm", 7), Act(NOON, None, "pause", 7, "Too many refusals")]
    assert writer().audit(acts).paragraphs == (
        "• Wed 14 Jan 2026, 12:00 CST: Staff 501 confirmed no. 7",
        "• Wed 14 Jan 2026, 12:00 CST: The bot paused no. 7 (Too many refusals)",
    )
    assert text(writer().audit([])).strip() == "Nobody did anything yet."


def test_status_is_told_in_a_few_lines():
    health = Health(
        started_at=NOON - timedelta(days=1, hours=2),
        active=20,
        paused=3,
        subscriptions={SubscriptionState.STOPPED: 4, SubscriptionState.BLOCKED: 1, SubscriptionState.GONE: 1},
        under_way=[broadcast(BroadcastState.RUNNING)],
        messages_waiting=5,
        errors=2,
        last_error_at=NOON,
    )
    assert writer().status(health, NOON).paragraphs == (
        "Running since Tue 13 Jan 2026, 10:00 CST (1 d 2 h 0 min).",
        "Subscribers: 20 get tips, 3 paused, 4 stopped, 2 blocked the bot or are gone.",
        "Messages that wait for Telegram: 5.",
        "Errors since the start: 2, the last Wed 14 Jan 2026, 12:00 CST.",
        "Broadcasts under way:",
        "• No. 7 “Drink” is going out",
    )
