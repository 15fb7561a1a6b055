"""Broadcasts as values."""

from datetime import UTC, datetime

import pytest

from bot.core.broadcasting import Broadcast, BroadcastState, Content, Counts, DeliveryState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENDS_AT_ONCE = (BroadcastState.FINISHED, BroadcastState.CANCELLED)
ENDS_WHEN_THE_REST_IS_SKIPPED = (BroadcastState.STOPPED, BroadcastState.EXPIRED)


@pytest.mark.parametrize("state", BroadcastState)
def test_a_broadcast_is_over_once_nothing_of_it_can_be_sent_any_more(state):
    def is_over(finished_at):
        return Broadcast(
            id=1,
            title="x",
            content=Content(html="x"),
            tip_id=None,
            state=state,
            confirmation="",
            created_by=None,
            created_at=NOW,
            finished_at=finished_at,
        ).is_over

    assert is_over(None) == (state in ENDS_AT_ONCE)
    assert is_over(NOW) == (state in ENDS_AT_ONCE + ENDS_WHEN_THE_REST_IS_SKIPPED)


def test_those_not_settled_yet_are_left():
    counts = Counts(dict.fromkeys(DeliveryState, 2))
    assert (counts.left, counts.recipients) == (4, 16)
    assert Counts({})[DeliveryState.SENT] == 0
