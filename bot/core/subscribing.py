"""Who gets tips: the consent that a patient gave, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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


def active(subscription: Subscription, now: datetime) -> Subscription:
    """The same consent, with tips from ``now`` on."""
    update = {"state": SubscriptionState.ACTIVE, "paused_until": None, "changed_at": now}
    return subscription.model_copy(update=update)


def stopped(subscription: Subscription, now: datetime) -> Subscription:
    """The same consent, withdrawn at ``now``, or when it was."""
    if subscription.state is SubscriptionState.STOPPED:
        return subscription
    return active(subscription, now).model_copy(update={"state": SubscriptionState.STOPPED})


@dataclass(frozen=True, slots=True)
class SentTip:
    """A tip that Telegram took for her, at an instant (aware, UTC)."""

    tip_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored about the patient of a private chat beside the talk. Of a group there is none.

    ``chat`` is the chat's number. ``tips`` are the last ones sent to her, newest first. ``waiting`` replies are not
    sent yet, and of ``kept_ids`` messages the ids are still kept. ``deliveries`` are notes on what
    went to all who get tips.
    """

    chat: int | str
    subscription: Subscription | None = None
    tips: tuple[SentTip, ...] = ()
    waiting: int = 0
    kept_ids: int = 0
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class KeepSubscription:
    """An effect: this is her subscription from now on."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Forget:
    """An effect: all that is stored about her is erased, once this turn's reply has been sent that as well."""


Effect = KeepSubscription | Forget


def standing_after(standing: Standing, effects: Iterable[Effect]) -> Standing:
    """What is stored about her once the effects of a turn are."""
    for effect in effects:
        if isinstance(effect, KeepSubscription):
            standing = replace(standing, subscription=effect.subscription)
        else:
            standing = Standing(standing.chat)
    return standing
