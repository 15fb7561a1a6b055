"""What follows when deliveries go wrong one after the other: wait, try one at a time, or pause the broadcast."""

from bot.core.broadcasting import DeliveryState

# Fewer may happen to a healthy broadcast.
UNCONFIRMED_IN_A_ROW = 3
# From then on one at a time is sent, with ever longer waits: this many take about six minutes.
PROBES = 9
REFUSED_IN_A_ROW = 20
LONGEST_WAIT_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 1.0


class Setbacks:
    """Told of each outcome in the order in which they come in; ``now`` is any clock in seconds."""

    def __init__(self) -> None:
        self._refusal = ""
        self._refused = 0
        self._unconfirmed = 0
        self._probes = 0
        self._waits = 0
        self.wait_until = float("-inf")

    @property
    def is_probing(self) -> bool:
        """Whether only one message at a time should be under way, to see whether Telegram answers again."""
        return self._waits > 0

    @property
    def reason_to_pause(self) -> str | None:
        """Why the broadcast should go on only when somebody has looked; None where it may go on."""
        if self._refused >= REFUSED_IN_A_ROW:
            return f"Telegram refused {self._refused} messages in a row: {self._refusal}"
        if self._probes >= PROBES:
            return "Telegram does not say whether it takes messages"
        return None

    def note(self, state: DeliveryState, refusal: str, now: float) -> None:
        """``refusal`` is Telegram's reason where the state is ``failed``.

        ``pending`` is a call that certainly did not reach Telegram.
        """
        if state is DeliveryState.FAILED:
            self._refused = self._refused + 1 if refusal == self._refusal else 1
            self._refusal = refusal
            return
        if state is DeliveryState.PENDING:
            self._back_off(now)
            return
        if state is DeliveryState.UNKNOWN:
            self._unconfirmed += 1
            if self._unconfirmed >= UNCONFIRMED_IN_A_ROW:
                self._back_off(now)
            return
        self._refused = self._unconfirmed = self._probes = self._waits = 0
        self.wait_until = float("-inf")

    def _back_off(self, now: float) -> None:
        # Those under way together fail together, and count once.
        if now < self.wait_until:
            return
        self.wait_until = now + min(LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**self._waits)
        self._waits += 1
        if self._unconfirmed >= UNCONFIRMED_IN_A_ROW:
            self._probes += 1
