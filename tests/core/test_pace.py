"""The pace of a broadcast, with a clock of its own."""

import random
from itertools import pairwise

import pytest

from bot.core.pace import LONGEST_LATENESS_SECONDS, Pace


class Network:
    """Messages take ``way`` seconds there and ``way`` back; in the stalls nothing arrives until the stall ends."""

    def __init__(self, way=0.03, stalls=()):
        self.way = way
        self.stalls = stalls

    def counted_at(self, sent_at):
        at = sent_at + self.way
        return next((end for start, end in self.stalls if start <= at < end), at)


def counted(pace, seconds, *, network=None, replies=(), delay=lambda: 0.0):
    """When Telegram counts what a sender sends that obeys the pace and comes late by ``delay`` each time."""
    network = network or Network()
    now, sent, calls, replies = 0.0, [], [], list(replies)
    while now < seconds:
        wait = pace.wait(now)
        if wait:
            nows = [now + wait + delay(), *replies[:1], *(end for _, end in calls)]
            now = min(at for at in nows if at > now)
        else:
            pace.go(now)
            sent.append(now)
            calls.append((now, network.counted_at(now) + network.way))
        for began, end in [call for call in calls if call[1] <= now]:
            calls.remove((began, end))
            pace.landed(began, end)
        while replies and replies[0] <= now:
            pace.note(replies.pop(0))
    return [network.counted_at(at) for at in sent]


def most_in_a_second(times):
    return max(sum(start <= time < start + 1 for time in times) for start in times)


def test_messages_go_out_at_even_distances():
    sent = counted(Pace(20), 10)
    assert len(sent) == pytest.approx(200, abs=1)
    assert {round(later - earlier, 6) for earlier, later in pairwise(sent)} == {0.05}


def test_a_sender_that_comes_a_little_late_each_time_keeps_the_rate():
    dice = random.Random(1)
    sent = counted(Pace(25), 60, delay=lambda: dice.random() * 0.1)
    assert len(sent) == pytest.approx(25 * 60, rel=0.01)


@pytest.mark.parametrize("rate", [1, 10, 25, 30])
def test_no_second_holds_more_than_the_ceiling_however_late_the_sender_comes(rate):
    dice = random.Random(2)
    sent = counted(Pace(rate), 120, delay=lambda: dice.choice((0, 0, 0, 0.01, 0.2, LONGEST_LATENESS_SECONDS, 3)))
    assert most_in_a_second(sent) <= min(30, rate * (1 + LONGEST_LATENESS_SECONDS) + 1)


def test_at_the_ceiling_itself_nearly_all_of_it_is_used():
    sent = counted(Pace(30), 60)
    assert most_in_a_second(sent) <= 30
    assert len(sent) >= 0.97 * 30 * 60


@pytest.mark.parametrize("rate", [10, 25, 30])
def test_a_network_that_stalls_and_lets_all_go_at_once_lets_no_second_hold_more_than_the_ceiling(rate):
    dice, stalls, at = random.Random(3), [], 0.0
    while at < 120:
        at += 0.2 + 4 * dice.random()
        stalls.append((at, at + dice.random() * 1.5))
        at = stalls[-1][1]
    times = counted(Pace(rate), 120, network=Network(stalls=stalls))
    assert most_in_a_second(times) <= 30
    assert len(times) > 0.5 * 120 * rate


@pytest.mark.parametrize("way", [0.005, 0.1, 0.5])
def test_the_length_of_the_way_does_not_lower_the_rate(way):
    assert len(counted(Pace(25), 60, network=Network(way))) == pytest.approx(25 * 60, rel=0.03)


def test_a_long_stop_is_not_made_up_for():
    pace = Pace(10)
    pace.go(0)
    assert pace.wait(100) == 0
    pace.go(100)
    assert pace.wait(100) == pytest.approx(0.1)


def test_the_broadcast_gives_way_to_replies():
    replies = [2 + number / 20 for number in range(100)]  # twenty a second for five seconds
    sent = counted(Pace(25), 10, replies=replies)
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
