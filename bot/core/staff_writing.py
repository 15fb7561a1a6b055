"""What staff read: every reply to a command or a tap of theirs. Times are the clinic's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.broadcasting import Broadcast, BroadcastState, Counts, DeliveryState, RecallState
from bot.core.replies import Button, Notice
from bot.core.staffing import (
    CONFIRMABLE_FOR,
    LASTS_HOURS,
    TIPS_A_PAGE,
    Act,
    Clock,
    Verb,
    button,
)
from bot.core.subscribing import SubscriptionState
from bot.core.tips import Tip, Tips

RECENTLY = timedelta(days=30)
DEAD_BUTTON = "This button is no longer good. /broadcast begins anew."

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTES = int(CONFIRMABLE_FOR / timedelta(minutes=1))
_STATES = {
    BroadcastState.DRAFT: "is a draft",
    BroadcastState.UNAPPROVED: "waits for a second yes",
    BroadcastState.SCHEDULED: "is scheduled",
    BroadcastState.RUNNING: "is going out",
    BroadcastState.PAUSED: "is paused",
    BroadcastState.STOPPED: "was stopped",
    BroadcastState.FINISHED: "is sent",
    BroadcastState.EXPIRED: "was dropped: its time was over",
    BroadcastState.CANCELLED: "was cancelled",
}
_DELIVERIES = {
    DeliveryState.SENT: "sent",
    DeliveryState.BLOCKED: "blocked the bot",
    DeliveryState.GONE: "account gone",
    DeliveryState.FAILED: "refused by Telegram",
    DeliveryState.UNKNOWN: "not known whether it arrived",
    DeliveryState.SKIPPED: "left out",
}
_RECALLS = {
    RecallState.DELETED: "deleted",
    RecallState.WITHDRAWN: "replaced by a note",
    RecallState.FAILED: "could not be taken back",
}
_SENT_TO_SOME = (BroadcastState.STOPPED, BroadcastState.FINISHED, BroadcastState.EXPIRED)
_ACTIONS = {
    "draft": "wrote a draft",
    "drop": "dropped the draft",
    "confirm": "confirmed",
    "approve": "approved",
    "refuse": "refused",
    "pause": "paused",
    "resume": "resumed",
    "stop": "stopped",
    "cancel": "cancelled",
    "skip": "skipped",
    "recall": "began to take back",
    "recalled": "took back",
    "plan": "planned",
    "shell": "ordered",
    "expire": "dropped, not approved in time:",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A broadcast and what became of it so far."""

    broadcast: Broadcast
    counts: Counts
    recalled: Mapping[RecallState, int]


@dataclass(frozen=True, slots=True)
class Health:
    """What ``/status`` tells. Errors are counted since ``started_at``."""

    started_at: datetime
    active: int
    paused: int
    subscriptions: Mapping[SubscriptionState, int]
    under_way: Sequence[Broadcast]
    messages_waiting: int
    errors: int
    last_error_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """When each tip was last sent, and how often."""

    sent_at: Mapping[str, datetime]
    times: Mapping[str, int]


class StaffWriter:
    """Writes every reply to staff. Built once; its methods are pure."""

    def __init__(self, tips: Tips, clock: Clock, needs_two: bool) -> None:
        self._tips = tips.tips
        self._clock = clock
        self._needs_two = needs_two

    def when(self, at: datetime) -> str:
        """An instant on the clinic's clock: "Mon 2 Mar 2026, 09:00 CST"."""
        here = at.astimezone(self._clock.zone)
        return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here.year}, {here:%H:%M %Z}"

    def choose(self, page: int, history: History) -> Notice:
        """The tips to choose from, and the way to write one."""
        shown, turning = self._page(page, Verb.CHOOSE)
        said = "Choose a tip, or write your own message. You see it before anyone gets it."
        own = button("Write my own", Verb.OWN)
        chosen = [button(tip.title, Verb.TIP, tip.id) for tip in shown]
        return Notice(
            title="Send a tip",
            paragraphs=(said, *self._listed(shown, history)),
            buttons=(*chosen, *turning, own),
        )

    def library(self, page: int, history: History) -> Notice:
        if not self._tips:
            return _notice("There are no tips yet. They stand in the file tips.yaml.")
        shown, turning = self._page(page, Verb.LIBRARY)
        seen = [button(tip.title, Verb.SEE, tip.id) for tip in shown]
        said = "Tap a tip to see it as patients do."
        return Notice(title="Tips", paragraphs=(said, *self._listed(shown, history)), buttons=(*seen, *turning))

    def _page(self, page: int, verb: Verb) -> tuple[Sequence[Tip], list[Button]]:
        first = page * TIPS_A_PAGE if page * TIPS_A_PAGE < len(self._tips) else 0
        back = [button("Earlier tips", verb, page - 1)] if first else []
        more = [button("More tips", verb, page + 1)] if first + TIPS_A_PAGE < len(self._tips) else []
        return self._tips[first : first + TIPS_A_PAGE], back + more

    def _listed(self, tips: Iterable[Tip], history: History) -> tuple[str, ...]:
        return tuple(f"• {tip.title}: {self._sent(tip, history)}" for tip in tips)

    def _sent(self, tip: Tip, history: History) -> str:
        if tip.id not in history.sent_at:
            return "never sent"
        times = history.times.get(tip.id, 1)
        often = "once" if times == 1 else f"{times} times"
        return f"last sent {self.when(history.sent_at[tip.id])}, {often} in all"

    def seen(self, tip: Tip, history: History) -> Notice:
        """What follows a tip of the library."""
        return _notice(
            f"The tip “{tip.title}”, as patients see it: {self._sent(tip, history)}.",
            buttons=(button("Send this tip", Verb.TIP, tip.id),),
        )

    def ask_for_text(self) -> Notice:
        return _notice(
            "Send me the message: a text, or one photo with a caption. Bold, links and the like are kept.",
            "You see it before anyone gets it. /cancel leaves.",
        )

    def panel(
        self,
        draft: Broadcast,
        hours: int,
        now: datetime,
        recipients: int,
        last_sent_at: datetime | None,
        planned_at: datetime | None = None,
    ) -> Notice:
        """Who gets a draft and when, what to think of before, and the buttons that decide."""
        due_at = self._clock.after_quiet(draft.due_at or now)
        at_once = draft.due_at is None and not self._clock.is_quiet(now)
        when = "as soon as you say so" if at_once else f"on {self.when(due_at)}"
        expiry = self.when(due_at + timedelta(hours=hours))
        warnings = self._warnings(draft, now, recipients, last_sent_at, planned_at)
        second = ("A second member of staff then has to approve it.",) if self._needs_two else ()
        key = (draft.id, draft.confirmation)
        yes = "Send now" if at_once else f"Send {self.when(due_at)}"
        kept = [h for h in LASTS_HOURS if h != hours]
        return Notice(
            title="Send this?",
            paragraphs=(
                f"It goes to {_people(recipients)}, {when}. If it cannot go out by {expiry}, it is dropped.",
                *warnings,
                *second,
                f"The buttons work for {_MINUTES} minutes. {_HOW_TO_CHANGE[draft.tip_id is None]}",
            ),
            buttons=(
                button(yes, Verb.SEND, *key, hours),
                button("Choose a time", Verb.WHEN, *key),
                button("Cancel", Verb.DROP, *key),
                *(button(f"Drop after {_span(h)}", Verb.KEEP, *key, h) for h in kept),
            ),
        )

    def _warnings(
        self,
        draft: Broadcast,
        now: datetime,
        recipients: int,
        last_sent_at: datetime | None,
        planned_at: datetime | None,
    ) -> Iterable[str]:
        if not recipients:
            yield "Note: nobody is subscribed at the moment, so nobody would get it."
        if last_sent_at and now - last_sent_at < RECENTLY:
            yield f"Note: the same tip was sent {_ago(now - last_sent_at)}, on {self.when(last_sent_at)}."
        if planned_at:
            yield f"Note: the same tip is planned already, for {self.when(planned_at)}."
        wanted = draft.due_at or now
        if self._clock.is_quiet(wanted):
            quiet, end = self._clock.quiet, self.when(self._clock.after_quiet(wanted))
            yield f"Note: from {quiet.start} to {quiet.end} are quiet hours. It goes out when they end, {end}."

    def times(self, draft: Broadcast, now: datetime) -> Notice:
        key = (draft.id, draft.confirmation)
        choices = self._clock.choices(now)
        at_once = button("As soon as possible", Verb.AT, *key, 0)
        return Notice(
            title="When?",
            paragraphs=(
                "Tap a time, or write one: 9:30, tomorrow 9:30, monday 9:30 or 2026-03-01 09:30.",
                f"Times are the clinic's ({self._clock.zone}). There it is now {self.when(now)}.",
                *(f"• {name}: {self.when(at)}" for name, at in choices),
            ),
            buttons=(
                *(button(name, Verb.AT, *key, int(at.timestamp())) for name, at in choices),
                at_once,
                button("Cancel", Verb.DROP, *key),
            ),
        )

    def no_time(self, now: datetime) -> Notice:
        return _notice(
            "I do not understand this as a time. Write it like 9:30, tomorrow 9:30, monday 9:30 or 2026-03-01 09:30.",
            f"At the clinic it is now {self.when(now)}. /cancel leaves.",
        )

    def wrong_time(self, at: datetime, now: datetime) -> Notice:
        wrong = "in the past" if at <= now else "more than a year ahead"
        return _notice(f"{self.when(at)} is {wrong}. Nothing was changed. Now it is {self.when(now)}.")

    def scheduled(self, broadcast: Broadcast, due_at: datetime, now: datetime) -> Notice:
        when = "starts now" if due_at <= now else f"goes out {self.when(due_at)}"
        return _notice(
            f"“{broadcast.title}” (no. {broadcast.id}) {when}.",
            buttons=(button("Cancel it", Verb.CANCEL, broadcast.id),),
        )

    def waits_for_approval(self, broadcast: Broadcast, until: datetime) -> Notice:
        return _notice(
            f"“{broadcast.title}” (no. {broadcast.id}) waits until {self.when(until)} for another member of staff to "
            "approve it.",
            buttons=(button("Cancel it", Verb.CANCEL, broadcast.id),),
        )

    def ask_for_approval(
        self, draft: Broadcast, token: str, staff_id: int, due_at: datetime | None, until: datetime, recipients: int
    ) -> Notice:
        """What another member of staff reads below the preview."""
        when = f"on {self.when(due_at)}" if due_at else "as soon as you approve"
        return Notice(
            title="Do you approve this?",
            paragraphs=(
                f"Staff {staff_id} wants to send the message above to {_people(recipients)}, {when}.",
                f"You can decide until {self.when(until)}.",
            ),
            buttons=(
                button("Approve", Verb.APPROVE, draft.id, token),
                button("Refuse", Verb.REFUSE, draft.id, token),
            ),
        )

    def week_notice(self, broadcast: Broadcast, due_at: datetime) -> Notice:
        return _notice(
            f"This is the tip of the week. It goes out by itself {self.when(due_at)}.",
            buttons=(button("Skip this week", Verb.SKIP, broadcast.id),),
        )

    def broadcasts(self, reports: Sequence[Report]) -> Notice:
        if not reports:
            return _notice("Nothing was sent yet. /broadcast begins.")
        buttons = [each for report in reports for each in _buttons(report)]
        return Notice(
            title="The last broadcasts",
            paragraphs=tuple(map(self._reported, reports)),
            buttons=tuple(buttons),
        )

    def _reported(self, report: Report) -> str:
        broadcast, counts = report.broadcast, report.counts
        at = broadcast.started_at or broadcast.due_at or broadcast.created_at
        numbers = [f"{counts[state]} {words}" for state, words in _DELIVERIES.items() if counts[state]]
        numbers += [f"{counts.left} to go"] if counts.left else []
        numbers += [
            f"{report.recalled[state]} {words}" for state, words in _RECALLS.items() if state in report.recalled
        ]
        is_going = broadcast.recall is RecallState.RUNNING
        recall = f" It {'is being' if is_going else 'was'} taken back." if broadcast.recall else ""
        told = f" {_capital(', '.join(numbers))}." if numbers else ""
        return f"No. {broadcast.id}, {self.when(at)}: “{broadcast.title}” {_STATES[broadcast.state]}.{told}{recall}"

    def ask_to_recall(self, broadcast: Broadcast, sent: int) -> Notice:
        return _notice(
            f"Take back “{broadcast.title}” (no. {broadcast.id}) from {_people(sent)}? Messages older than two days "
            "cannot be deleted; in them a note takes the place of the text. This cannot be undone.",
            buttons=(
                button("Yes, take it back", Verb.RECALL_NOW, broadcast.id),
                button("No", Verb.LEAVE),
            ),
        )

    def audit(self, acts: Sequence[Act]) -> Notice:
        if not acts:
            return _notice("Nobody did anything yet.")
        return Notice(title="Who did what", paragraphs=tuple(map(self._act, acts)))

    def _act(self, act: Act) -> str:
        by_itself = "A shell command" if act.action == "shell" else "The bot"
        who = by_itself if act.staff_id is None else f"Staff {act.staff_id}"
        what = f" no. {act.broadcast_id}" if act.broadcast_id else ""
        more = f" ({act.detail})" if act.detail else ""
        return f"• {self.when(act.at)}: {who} {_ACTIONS.get(act.action, act.action)}{what}{more}"

    def status(self, health: Health, now: datetime) -> Notice:
        of = health.subscriptions
        gone = of.get(SubscriptionState.BLOCKED, 0) + of.get(SubscriptionState.GONE, 0)
        errors = f"{health.errors}, the last {self.when(health.last_error_at)}" if health.last_error_at else "none"
        under_way = [f"• No. {each.id} “{each.title}” {_STATES[each.state]}" for each in health.under_way]
        return Notice(
            title="Status",
            paragraphs=(
                f"Running since {self.when(health.started_at)} ({_span_of(now - health.started_at)}).",
                f"Subscribers: {health.active} get tips, {health.paused} paused, "
                f"{of.get(SubscriptionState.STOPPED, 0)} stopped, {gone} blocked the bot or are gone.",
                f"Messages that wait for Telegram: {health.messages_waiting}.",
                f"Errors since the start: {errors}.",
                "Broadcasts under way:" if under_way else "No broadcast is under way.",
                *under_way,
            ),
        )


_HOW_TO_CHANGE = {True: "To change the text, edit your message. /cancel drops it.", False: "/cancel drops it."}


def _notice(*paragraphs: str, buttons: Sequence[Button] = ()) -> Notice:
    return Notice(paragraphs=paragraphs, buttons=tuple(buttons))


def say(*paragraphs: str) -> Notice:
    """A notice without buttons."""
    return _notice(*paragraphs)


def _buttons(report: Report) -> Iterable[Button]:
    broadcast = report.broadcast
    verbs: tuple[tuple[str, Verb], ...] = ()
    if broadcast.state is BroadcastState.RUNNING:
        verbs = (("Pause", Verb.PAUSE), ("Stop", Verb.STOP))
    elif broadcast.state is BroadcastState.PAUSED:
        verbs = (("Resume", Verb.RESUME), ("Stop", Verb.STOP))
    elif broadcast.state in (BroadcastState.SCHEDULED, BroadcastState.UNAPPROVED):
        verbs = (("Cancel", Verb.CANCEL),)
    elif can_be_recalled(broadcast) and report.counts[DeliveryState.SENT]:
        verbs = (("Recall", Verb.RECALL),)
    return [button(f"{label} no. {broadcast.id}", verb, broadcast.id) for label, verb in verbs]


def state_words(state: BroadcastState) -> str:
    """A state as the end of a sentence: "is paused"."""
    return _STATES[state]


def can_be_recalled(broadcast: Broadcast) -> bool:
    return broadcast.state in _SENT_TO_SOME and broadcast.recall is None


def _people(count: int) -> str:
    return {0: "nobody", 1: "1 person"}.get(count, f"{count} people")


def _span(hours: int) -> str:
    return f"{hours // 24} days" if hours > 24 else f"{hours} hours"


def _ago(span: timedelta) -> str:
    return {0: "less than a day ago", 1: "a day ago"}.get(span.days, f"{span.days} days ago")


def _span_of(span: timedelta) -> str:
    hours, minutes = divmod(span.seconds // 60, 60)
    return f"{span.days} d {hours} h {minutes} min" if span.days else f"{hours} h {minutes} min"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
