"""Telegram's limits on how fast a bot may send."""

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """How much is let through. The defaults are the figures of Telegram's FAQ; the burst is a guess."""

    per_private_chat_each_second: float = 1.0
    private_chat_burst: int = 3
    per_group_each_minute: int = 20
    overall_each_second: int = 30


class FloodGate:
    """Counts what was delivered. A refused message does not count, and does not prolong the wait."""

    def __init__(self, limits: FloodLimits) -> None:
        self._limits = limits
        self._overall: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._private: dict[int, tuple[float, float]] = {}  # chat -> (messages it may still get, as of when)

    def wait_seconds(self, chat_id: int, now: float) -> int:
        """0 and the message is counted, or the whole seconds after which it would be let through."""
        waits = [_window_wait(self._overall, self._limits.overall_each_second, 1.0, now)]
        if chat_id < 0:
            sent = self._groups.setdefault(chat_id, deque())
            waits.append(_window_wait(sent, self._limits.per_group_each_minute, 60.0, now))
        else:
            waits.append((1 - self._allowance(chat_id, now)) / self._limits.per_private_chat_each_second)
        longest = max(waits)
        if longest > 0:
            return max(1, math.ceil(longest))
        self._count(chat_id, now)
        return 0

    def _allowance(self, chat_id: int, now: float) -> float:
        burst = float(self._limits.private_chat_burst)
        left, as_of = self._private.get(chat_id, (burst, now))
        return min(burst, left + (now - as_of) * self._limits.per_private_chat_each_second)

    def _count(self, chat_id: int, now: float) -> None:
        self._overall.append(now)
        if chat_id < 0:
            self._groups[chat_id].append(now)
        else:
            self._private[chat_id] = (self._allowance(chat_id, now) - 1, now)


def _window_wait(sent: deque[float], most: int, window_seconds: float, now: float) -> float:
    while sent and now - sent[0] >= window_seconds:
        sent.popleft()
    return sent[0] + window_seconds - now if len(sent) >= most else 0.0
