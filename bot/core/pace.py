"""When the next message of a broadcast may go out."""

from collections import deque

# Telegram lets about thirty messages a second through, replies and all.
MESSAGES_A_SECOND = 30
# What is a second here may be a little less there.
WINDOW_SECONDS = 1.02
# How much lateness is made up for by going faster: the wait for a database that is busy, not an outage.
LONGEST_LATENESS_SECONDS = 0.25
# Where one reply just went out, more may follow at once.
KEPT_FOR_REPLIES = 3
# Of so many calls the shortest tells how long the way to Telegram and back takes at the least.
_CALLS_REMEMBERED = 60
_LOOK_AGAIN_SECONDS = 0.02


class Pace:
    """Messages at ``rate`` a second, at even distances, and with the replies no more than ``ceiling`` in any second.

    Those are the seconds in which Telegram counts them. A message is counted at some moment of its call; one whose call
    takes longer than others may be held up on its way, and be counted together with those that follow. So it is taken
    for as late as it may be: a stall of the network lets no clump of messages through.

    ``now`` is any clock in seconds that does not go back.
    """

    def __init__(self, rate: float, ceiling: int = MESSAGES_A_SECOND) -> None:
        self.rate = rate
        self._ceiling = ceiling
        self._due = float("-inf")
        self._held_until = float("-inf")
        self._replied_at = float("-inf")
        self._under_way: list[float] = []
        self._counted: list[float] = []
        self._took: deque[float] = deque(maxlen=_CALLS_REMEMBERED)

    def wait(self, now: float) -> float:
        """Seconds after which to ask again; 0 where the next message may go out."""
        return max(0.0, self._due - now, self._held_until - now, self._until_room(now))

    def _until_room(self, now: float) -> float:
        self._counted = [at for at in self._counted if at > now - WINDOW_SECONDS]
        kept = KEPT_FOR_REPLIES if now - self._replied_at < WINDOW_SECONDS else 0
        over = len(self._counted) + len(self._under_way) - (self._ceiling - kept)
        if over < 0:
            return 0.0
        if over >= len(self._counted):
            return _LOOK_AGAIN_SECONDS
        return sorted(self._counted)[over] + WINDOW_SECONDS - now

    def go(self, now: float) -> None:
        """A message of the broadcast goes out; tell ``landed`` when its call is over."""
        is_late = now - self._due <= LONGEST_LATENESS_SECONDS
        self._due = (self._due if is_late else now) + 1 / self.rate
        self._under_way.append(now)

    def landed(self, began: float, now: float) -> None:
        """The call of the message that went out at ``began`` is over."""
        self._under_way.remove(began)
        self._took.append(now - began)
        self._counted.append(now - min(self._took))

    def note(self, now: float) -> None:
        """A reply goes out: it did not ask, and the broadcast gives way to it."""
        self._replied_at = now
        self._counted.append(now)

    def hold(self, until: float) -> None:
        """Let no message of a broadcast out before; what was missed until then is not made up for."""
        self._held_until = max(self._held_until, until)
        self._due = max(self._due, self._held_until)
