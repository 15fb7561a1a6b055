"""What follows when deliveries go wrong one after the other."""

import pytest

from bot.core.broadcasting import DeliveryState
from bot.core.setbacks import LONGEST_WAIT_SECONDS, PROBES, REFUSED_IN_A_ROW, UNCONFIRMED_IN_A_ROW, Setbacks

SENT, FAILED, UNKNOWN, PENDING = (
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.PENDING,
)


def noted(*states, refusal="x", at=0.0):
    setbacks = Setbacks()
    for state in states:
        setbacks.note(state, refusal, at)
    return setbacks


def test_a_healthy_broadcast_neither_waits_nor_pauses():
    setbacks = noted(SENT, DeliveryState.BLOCKED, DeliveryState.GONE, SENT)
    assert not setbacks.is_probing
    assert setbacks.wait_until < 0
    assert setbacks.reason_to_pause is None


def test_the_same_refusal_again_and_again_pauses_it():
    assert noted(*[FAILED] * (REFUSED_IN_A_ROW - 1)).reason_to_pause is None
    reason = noted(*[FAILED] * REFUSED_IN_A_ROW, refusal="can't parse entities").reason_to_pause
    assert reason == "Telegram refused 20 messages in a row: can't parse entities"


def test_refusals_with_messages_sent_in_between_do_not():
    assert noted(*[FAILED] * 19, SENT, *[FAILED] * 19).reason_to_pause is None


def test_refusals_of_different_kinds_do_not():
    setbacks = Setbacks()
    for number in range(60):
        setbacks.note(FAILED, f"reason {number % 2}", 0)
    assert setbacks.reason_to_pause is None


def test_a_few_unconfirmed_ones_change_nothing_more_of_them_make_it_wait_and_probe():
    assert not noted(*[UNKNOWN] * (UNCONFIRMED_IN_A_ROW - 1)).is_probing
    setbacks = noted(*[UNKNOWN] * UNCONFIRMED_IN_A_ROW)
    assert setbacks.is_probing
    assert setbacks.wait_until == 1


def test_those_that_were_under_way_together_count_once():
    assert noted(*[UNKNOWN] * 40).wait_until == 1
    assert noted(*[PENDING] * 40).wait_until == 1


def test_each_further_wait_is_twice_as_long_up_to_a_minute():
    setbacks, now, waits = Setbacks(), 0.0, []
    for _ in range(10):
        setbacks.note(PENDING, "", now)
        waits.append(setbacks.wait_until - now)
        now = setbacks.wait_until
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert max(waits) == LONGEST_WAIT_SECONDS
    assert setbacks.reason_to_pause is None, "nothing was lost: it may wait for days"


def test_when_no_probe_is_confirmed_it_pauses():
    setbacks, now = noted(UNKNOWN, UNKNOWN), 0.0
    for probe in range(PROBES):
        assert setbacks.reason_to_pause is None, f"probe {probe}"
        setbacks.note(UNKNOWN, "", now)
        now = setbacks.wait_until
    assert setbacks.reason_to_pause == "Telegram does not say whether it takes messages"


@pytest.mark.parametrize("state", [SENT, DeliveryState.BLOCKED, DeliveryState.GONE])
def test_a_word_from_telegram_ends_the_waiting(state):
    setbacks = noted(*[UNKNOWN] * 5)
    setbacks.note(state, "", 2)
    assert not setbacks.is_probing
    assert setbacks.wait_until < 0
