"""What staff do, as values. The clinic's clock is Chicago's: six hours behind UTC in winter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.broadcasting import Broadcast, BroadcastState, Content
from bot.core.staffing import (
    Clock,
    Flow,
    Step,
    Tap,
    Verb,
    button,
    is_alive,
    next_in_turn,
    read_tap,
    sent_or_planned,
    week_plan,
)
from bot.core.tips import QuietHours, Tip, Tips, Weekly

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 1, 14, 18, 0, tzinfo=UTC)  # a Wednesday, noon in Chicago
TOKEN = "abcdefghijkl-_01"
A, B, C = (Tip(id=name, title=name.upper(), text="Text.", point="point") for name in "abc")
WEEKLY = Weekly(day="thursday", at="09:00")
TIPS = Tips(weekly=WEEKLY, tips=(A, B, C))
SLOT = datetime(2026, 1, 15, 15, 0, tzinfo=UTC)


def broadcast(state=BroadcastState.DRAFT, **fields):
    known = {"id": 7, "title": "Title", "content": Content(html="x"), "tip_id": None, "state": state}
    known |= {
        "confirmation": TOKEN,
        "created_by": 1,
        "created_at": NOW,
        "confirmable_until": NOW + timedelta(minutes=1),
    }
    return Broadcast(**known | fields)


@pytest.mark.parametrize(
    ("made", "tap"),
    [
        (button("x", Verb.OWN), Tap(Verb.OWN)),
        (button("x", Verb.CHOOSE, 2), Tap(Verb.CHOOSE, number=2)),
        (button("x", Verb.TIP, "a-tip"), Tap(Verb.TIP, tip_id="a-tip")),
        (button("x", Verb.SEND, 12, TOKEN, 24), Tap(Verb.SEND, 12, TOKEN, 24)),
        (button("x", Verb.AT, 12, TOKEN, 1768500000), Tap(Verb.AT, 12, TOKEN, 1768500000)),
        (button("x", Verb.APPROVE, 12, TOKEN), Tap(Verb.APPROVE, 12, TOKEN)),
        (button("x", Verb.PAUSE, 12), Tap(Verb.PAUSE, 12)),
        (button("x", Verb.RECALL_NOW, 12), Tap(Verb.RECALL_NOW, 12)),
    ],
)
def test_a_button_is_read_as_what_it_was_made_for(made, tap):
    assert read_tap(made.data) == tap


@pytest.mark.parametrize("verb", Verb)
def test_the_longest_data_of_every_button_fits_into_64_bytes(verb):
    parts = [10**12, TOKEN, 10**10 - 1] if verb in (Verb.SEND, Verb.AT, Verb.KEEP) else ["a" * 48]
    assert len(button("x", verb, *parts).data.encode()) <= 64


@pytest.mark.parametrize(
    "data",
    ["", "b:", "b:pause", "b:pause:x", "b:pause:1:2", "b:send:1:short:24", "b:own:1", "p:point", "b:tip:A", "b:see:"],
)
def test_what_is_no_button_of_staff_is_none(data):
    assert read_tap(data) is None


def test_what_she_is_in_the_middle_of_is_over_after_an_hour():
    flow = Flow(Step.WRITING, NOW)
    assert [flow.is_over(NOW + timedelta(minutes=minutes)) for minutes in (0, 60, 61)] == [False, False, True]


@pytest.mark.parametrize(
    ("sent", "turn"),
    [
        ({}, "a"),
        ({"a": 3}, "b"),
        ({"a": 3, "b": 2}, "c"),
        ({"a": 3, "b": 2, "c": 1}, "a"),
        ({"a": 1, "b": 3, "c": 2}, "b"),
        ({"gone": 1, "a": 1}, "b"),
    ],
)
def test_the_next_tip_is_the_first_never_sent_or_the_one_longest_ago(sent, turn):
    sent_at = {tip: NOW - timedelta(days=days) for tip, days in sent.items()}
    assert next_in_turn(TIPS.tips, sent_at).id == turn


def test_tips_that_are_planned_count_as_sent():
    planned = broadcast(BroadcastState.SCHEDULED, tip_id="a", due_at=SLOT)
    assert sent_or_planned({"b": NOW}, [planned, broadcast()]) == {"a": SLOT, "b": NOW}


def test_the_tip_of_the_week_is_planned_from_a_day_before_until_it_is_due():
    asked_at = [SLOT - timedelta(hours=25), SLOT - timedelta(hours=24), SLOT - timedelta(minutes=1), SLOT]
    plans = [week_plan(TIPS, {}, at, ZONE) for at in asked_at]
    assert [plan is not None for plan in plans] == [False, True, True, False]
    assert plans[1] == plans[2]
    assert (plans[1].key, plans[1].tip, plans[1].due_at) == ("week-2026-03", A, SLOT)
    assert plans[1].expires_at - plans[1].due_at == timedelta(hours=24)


def test_the_tip_of_the_week_keeps_out_of_quiet_hours():
    late = Tips(weekly=Weekly(day="wednesday", at="22:00"), tips=(A,))
    plan = week_plan(late, {}, NOW, ZONE)
    assert plan.due_at == datetime(2026, 1, 15, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("tips", [Tips(tips=(A,)), Tips(weekly=WEEKLY)])
def test_without_a_weekly_time_or_a_tip_nothing_is_planned(tips):
    assert week_plan(tips, {}, SLOT - timedelta(hours=1), ZONE) is None


def test_times_to_choose_from_are_in_order_and_none_is_quiet_or_past():
    clock = Clock(ZONE, QuietHours(), WEEKLY)
    assert clock.choices(NOW) == (
        ("In 1 hour", NOW + timedelta(hours=1)),
        ("This evening", datetime(2026, 1, 15, 2, 0, tzinfo=UTC)),
        ("Tomorrow", SLOT),
    )
    at_night = datetime(2026, 1, 15, 4, 30, tzinfo=UTC)
    assert clock.choices(at_night) == (
        ("When quiet hours end", datetime(2026, 1, 15, 14, 0, tzinfo=UTC)),
        ("Tomorrow", SLOT),
    )


@pytest.mark.parametrize(
    ("draft", "is_good"),
    [
        (broadcast(), True),
        (broadcast(confirmation="another-token-01"), False),
        (broadcast(confirmation=""), False),
        (broadcast(BroadcastState.SCHEDULED), False),
        (broadcast(confirmable_until=NOW), False),
        (broadcast(confirmable_until=None), False),
    ],
)
def test_a_confirm_button_is_good_for_its_own_draft_and_in_time(draft, is_good):
    assert is_alive(draft, TOKEN, BroadcastState.DRAFT, NOW) is is_good


def test_no_secret_is_no_secret():
    assert not is_alive(broadcast(confirmation=""), "", BroadcastState.DRAFT, NOW)
