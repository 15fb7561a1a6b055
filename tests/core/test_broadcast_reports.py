"""What staff are told of a broadcast."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.broadcast_reports import (
    bar,
    controls,
    in_words,
    paused_by_itself,
    progress,
    recall_report,
    report,
)
from bot.core.broadcasting import Broadcast, BroadcastState, Content, Counts, DeliveryState, RecallState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TIP = Broadcast(
    id=12,
    title="Rest well",
    content=Content(html="x"),
    tip_id="rest",
    state=BroadcastState.RUNNING,
    confirmation="",
    created_by=7,
    created_at=NOW,
    started_at=NOW,
)
SETTLED = [state for state in DeliveryState if state not in (DeliveryState.PENDING, DeliveryState.SENDING)]


def counts(**of):
    return Counts({DeliveryState(name): count for name, count in of.items()})


def test_progress_shows_a_bar_the_numbers_and_the_time_left():
    text = progress(TIP, counts(pending=1990, sending=10, sent=940, blocked=50, unknown=10), 25)
    assert text == (
        "Sending: Rest well\n\n"
        "▰▰▰▰▱▱▱▱▱▱▱▱ 33 %\n"
        "Sent: 940\nBlocked the bot: 50\nUnknown: 10\n"
        "Left: 2,000\nTime left: about 2 minutes"
    )


def test_a_paused_one_tells_no_time():
    paused = replace(TIP, state=BroadcastState.PAUSED)
    assert "Time left" not in progress(paused, counts(pending=5), 25)
    assert progress(paused, counts(pending=5), 25).startswith("Paused: Rest well")


def test_without_recipients_there_is_nothing_to_divide_by():
    assert bar(counts()) == "▱" * 12
    assert "0 %" in progress(TIP, counts(), 25)
    assert "Recipients in all: 0" in report(replace(TIP, state=BroadcastState.FINISHED), counts())


def test_in_quiet_hours_it_says_when_it_begins_or_goes_on():
    running = progress(replace(TIP, state=BroadcastState.RUNNING), counts(sent=1, pending=3), 25, "09:00")
    assert running.endswith("Left: 3\nThese are quiet hours, so nothing is sent. It goes on when they end, at 09:00.")
    late = replace(TIP, state=BroadcastState.SCHEDULED)
    assert progress(late, counts(), 25, "09:00").endswith(
        "\n\nThese are quiet hours. It begins when they end, at 09:00."
    )
    assert [button.data for button in controls(late)] == ["b:cancel:12"]
    assert "quiet" not in progress(replace(TIP, state=BroadcastState.PAUSED), counts(pending=3), 25, "09:00")


def test_a_report_says_what_unknown_means_where_there_are_such():
    finished = replace(TIP, state=BroadcastState.FINISHED, finished_at=NOW + timedelta(seconds=121))
    text = report(finished, counts(sent=3, unknown=2, blocked=1, gone=1))
    assert text.startswith("Finished: Rest well\n\nSent: 3\nBlocked the bot: 1\nAccount or chat gone: 1\nUnknown: 2\n")
    assert "Recipients in all: 7\nTook: 3 minutes" in text
    assert "may have arrived" in text
    assert text.count("gets no more tips") == 1
    assert "Unknown" not in report(finished, counts(sent=3))


@given(st.fixed_dictionaries({state: st.integers(0, 10**6) for state in SETTLED}))
def test_the_numbers_of_a_report_add_up_to_the_recipients(of):
    text = report(replace(TIP, state=BroadcastState.FINISHED), Counts(of))
    numbers = [int(number.replace(",", "")) for number in re.findall(r"^[^:\n]+: ([\d,]+)$", text, re.MULTILINE)]
    *parts, recipients = numbers
    assert sum(parts) == recipients == sum(of.values())


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_hundred_percent_and_a_full_bar_mean_that_none_is_left(recipients, left):
    left = min(left, recipients)
    counted = counts(sent=recipients - left, pending=left)
    assert ("100 %" in progress(TIP, counted, 25)) == (left == 0)
    assert ("▱" not in bar(counted)) == (left == 0)
    assert len(bar(counted)) == 12


def test_the_buttons_follow_the_state():
    def said(state):
        return [(button.label, button.data) for button in controls(replace(TIP, state=state))]

    assert said(BroadcastState.RUNNING) == [("Pause", "b:pause:12"), ("Stop", "b:stop:12")]
    assert said(BroadcastState.PAUSED) == [("Resume", "b:resume:12"), ("Stop", "b:stop:12")]
    assert said(BroadcastState.FINISHED) == said(BroadcastState.STOPPED) == []


@pytest.mark.parametrize("state", BroadcastState)
def test_every_state_has_words(state):
    assert "Rest well" in report(replace(TIP, state=state), counts())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (1, "1 second"), (40.2, "41 seconds"), (59.5, "1 minute"), (61, "2 minutes"),
     (3600, "1 hour"), (7741, "2 hours 10 minutes")],
)  # fmt: skip
def test_durations_are_rounded_up(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words


def test_a_recall_accounts_for_all_that_was_sent():
    recalled = {RecallState.DELETED: 5, RecallState.WITHDRAWN: 3, RecallState.FAILED: 1}
    going = recall_report(replace(TIP, recall=RecallState.RUNNING), recalled, counts(sent=12, unknown=2))
    assert going.startswith("Taking back: Rest well")
    assert "Left: 3\nSent in all: 12\n2 more may have arrived." in going
    over = recall_report(replace(TIP, recall=RecallState.FINISHED), recalled, counts(sent=10))
    assert over.startswith("Taken back: Rest well")
    assert "(chat erased or moved): 1" in over
    assert "more may have arrived" not in over


def test_a_pause_by_itself_tells_why_and_what_to_do():
    said = paused_by_itself(TIP, "Telegram refused 20 messages in a row: x")
    assert said.startswith("“Rest well” was paused. Telegram refused 20 messages in a row: x. ")
    assert said.endswith("resume or stop.")
