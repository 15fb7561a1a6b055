"""Who gets tips: the consent that a patient gave, and what became of it."""

from datetime import datetime
from enum import StrEnum

from bot.core.knowledge import Strict


class SubscriptionState(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"  # she said so, or told of a loss: nothing is sent unless she asks again
    BLOCKED = "blocked"  # she blocked the bot: active again once she writes
    GONE = "gone"  # her account is deactivated, or the chat is not there: active again once she writes


class Subscription(Strict):
    """A patient's consent. ``wording`` is the version of the sentence that she said yes to, at ``consented_at``.

    Nothing is sent before ``paused_until``. Instants are aware, UTC.
    """

    state: SubscriptionState
    wording: str
    consented_at: datetime
    paused_until: datetime | None = None
    changed_at: datetime

    def gets_tips(self, now: datetime) -> bool:
        """Whether a tip may be sent to her now."""
        is_paused = self.paused_until is not None and now < self.paused_until
        return self.state is SubscriptionState.ACTIVE and not is_paused
