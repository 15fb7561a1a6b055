"""The pace of a broadcast, with a clock of its own."""

import random
from itertools import pairwise

import pytest

from bot.core.pace import LONGEST_LATENESS_SECONDS, Pace


def starts(pace, seconds, *, replies=(), delay=lambda: 0.0):
    """When a sender that obeys the pace sends, if it comes late by ``delay`` each time; replies go when they like."""
    now, sent, replies = 0.0, [], list(replies)
    while True:
        at = now + pace.wait(now)
        if replies and replies[0] <= at:
            now = replies.pop(0)
            pace.note(now)
            continue
        now = at + delay() if at > now else at
        if pace.wait(now) > 0:
            continue
        if now >= seconds:
            return sent
        pace.go(now)
        sent.append(now)


def most_in_a_second(times):
    return max(sum(start <= time < start + 1 for time in times) for start in times)


def test_messages_go_out_at_even_distances():
    sent = starts(Pace(20), 10)
    assert len(sent) == pytest.approx(200, abs=1)
    assert {round(later - earlier, 6) for earlier, later in pairwise(sent)} == {0.05}


def test_a_sender_that_comes_a_little_late_each_time_keeps_the_rate():
    dice = random.Random(1)
    sent = starts(Pace(25), 60, delay=lambda: dice.random() * 0.1)
    assert len(sent) == pytest.approx(25 * 60, rel=0.01)


@pytest.mark.parametrize("rate", [1, 10, 25, 30])
def test_no_second_holds_more_than_the_ceiling_however_late_the_sender_comes(rate):
    dice = random.Random(2)
    sent = starts(Pace(rate), 120, delay=lambda: dice.choice((0, 0, 0, 0.01, 0.2, LONGEST_LATENESS_SECONDS, 3)))
    assert most_in_a_second(sent) <= min(30, rate * (1 + LONGEST_LATENESS_SECONDS) + 1)


def test_at_the_ceiling_itself_nearly_all_of_it_is_used():
    sent = starts(Pace(30), 60)
    assert most_in_a_second(sent) <= 30
    assert len(sent) >= 0.97 * 30 * 60


def test_a_long_stop_is_not_made_up_for():
    pace = Pace(10)
    pace.go(0)
    assert pace.wait(100) == 0
    pace.go(100)
    assert pace.wait(100) == pytest.approx(0.1)


def test_the_broadcast_gives_way_to_replies():
    replies = [2 + number / 20 for number in range(100)]  # twenty a second for five seconds
    sent = starts(Pace(25), 10, replies=replies)
    assert most_in_a_second([*sent, *replies]) <= 30
    assert sum(3 <= time < 6 for time in sent) == pytest.approx(3 * 8, abs=4)
    assert sum(8 <= time < 10 for time in sent) == pytest.approx(2 * 25, abs=2)


def test_replies_alone_may_fill_a_second_and_the_broadcast_waits_for_it_to_end():
    pace = Pace(25)
    for number in range(40):
        pace.note(5 + number / 100)
    assert pace.wait(5.4) > 0.5
    assert pace.wait(6.5) == 0


def test_while_it_is_held_nothing_goes_out_and_afterwards_nothing_is_made_up_for():
    pace = Pace(10)
    pace.go(0)
    pace.hold(7)
    pace.hold(3)
    assert pace.wait(0) == pytest.approx(7)
    pace.go(7)
    assert pace.wait(7) == pytest.approx(0.1)
