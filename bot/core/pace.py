"""When the next message of a broadcast may go out."""

from collections import deque

# Telegram lets about thirty messages a second through, replies and all.
MESSAGES_A_SECOND = 30
# Messages take unevenly long to Telegram: what is kept for a second here lasts a little longer than there.
WINDOW_SECONDS = 1.02
# How much lateness is made up for by going faster: the wait for a database that is busy, not an outage.
LONGEST_LATENESS_SECONDS = 0.25
# Where one reply just went out, more may follow at once.
KEPT_FOR_REPLIES = 3


class Pace:
    """Messages at ``rate`` a second, at even distances, and with the replies no more than ``ceiling`` in any second.

    ``now`` is any clock in seconds that does not go back.
    """

    def __init__(self, rate: float, ceiling: int = MESSAGES_A_SECOND) -> None:
        self.rate = rate
        self._ceiling = ceiling
        self._due = float("-inf")
        self._held_until = float("-inf")
        self._replied_at = float("-inf")
        self._recent: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until the next message may go out; 0 where that is now."""
        while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
            self._recent.popleft()
        kept = KEPT_FOR_REPLIES if now - self._replied_at < WINDOW_SECONDS else 0
        over = len(self._recent) - (self._ceiling - kept)
        has_room_at = self._recent[over] + WINDOW_SECONDS if over >= 0 else now
        return max(0.0, max(self._due, self._held_until, has_room_at) - now)

    def go(self, now: float) -> None:
        """A message of the broadcast goes out."""
        is_late = now - self._due <= LONGEST_LATENESS_SECONDS
        self._due = (self._due if is_late else now) + 1 / self.rate
        self._recent.append(now)

    def note(self, now: float) -> None:
        """A reply goes out: it did not ask, and the broadcast gives way to it."""
        self._replied_at = now
        self._recent.append(now)

    def hold(self, until: float) -> None:
        """Let no message of a broadcast out before; what was missed until then is not made up for."""
        self._held_until = max(self._held_until, until)
        self._due = max(self._due, self._held_until)
