"""Commands and taps of staff, each led to what does it. Synchronous: for the storage's thread."""

from collections.abc import Callable
from datetime import datetime

from bot.core.broadcasting import BroadcastState
from bot.core.replies import Notice
from bot.core.staff_writing import Health, History, Report, say
from bot.core.staffing import Act, Tap, Verb
from bot.core.subscribing import SubscriptionState
from bot.logs import Pulse
from bot.storage import Following, Storage
from bot.telegram.staff_control import Control
from bot.telegram.staff_drafts import NOTHING_SENT, Drafting
from bot.telegram.staff_setup import AHEAD, Done, Edit, StaffSetup, letters, preview
from bot.telegram.written import Written

_KEPT_OF_STAFF = (
    "You are a member of staff, so your number also stands beside the broadcasts that you drafted or changed; "
    "/audit shows the last of it. That is the clinic's record of who did what, and /forget does not erase it."
)
_SHOWN_BROADCASTS = 10
_SHOWN_ACTS = 20

Handle = Callable[[Tap, int, int, datetime], Done]  # the tap, whose it is, the message tapped on, now


class Desk:
    """Everything that staff can do. What is done is stored when a method returns; ``Done`` is yet to be shown."""

    def __init__(self, setup: StaffSetup, storage: Storage, pulse: Pulse) -> None:
        self._setup = setup
        self._writer = setup.writer
        self._storage = storage
        self._pulse = pulse
        self._drafting = Drafting(setup, storage)
        control = Control(setup, storage)
        self._handles: dict[Verb, Handle] = {
            Verb.CHOOSE: self._choose,
            Verb.LIBRARY: self._library,
            Verb.SEE: self._see,
            Verb.LEAVE: self._leave,
            Verb.OWN: self._drafting.own,
            Verb.TIP: self._drafting.tip,
            Verb.SEND: self._drafting.send,
            Verb.WHEN: self._drafting.when,
            Verb.AT: self._drafting.at,
            Verb.KEEP: self._drafting.keep,
            Verb.DROP: self._drafting.drop,
            Verb.APPROVE: control.approve,
            Verb.REFUSE: control.refuse,
            Verb.RECALL: control.recall,
            Verb.RECALL_NOW: control.recall_now,
            **dict.fromkeys((Verb.PAUSE, Verb.RESUME, Verb.STOP, Verb.CANCEL, Verb.SKIP), control.change),
        }
        self._commands: dict[str, Callable[[datetime], Notice]] = {
            "broadcast": lambda _now: self._writer.choose(0, self._history()),
            "tips": lambda _now: self._writer.library(0, self._history()),
            "broadcasts": lambda _now: self._writer.broadcasts(self._reports()),
            "audit": lambda _now: self._writer.audit(self._storage.audit.latest(_SHOWN_ACTS)),
            "status": self._status,
        }

    def command(self, name: str, staff_id: int, now: datetime) -> Done:
        if name == "broadcast":
            self._drafting.choose_again(staff_id)
        if name == "cancel":
            was_busy = self._drafting.leave(staff_id, now)
            reply = say(NOTHING_SENT if was_busy else "There is nothing to leave.")
        else:
            reply = self._commands[name](now)
        self._storage.post(letters(staff_id, reply), now)
        return Done(chats=(staff_id,))

    def say_what_is_kept(self, staff_id: int, now: datetime) -> Done:
        """Of a member of staff, beside what is kept of her as a patient."""
        self._storage.post(letters(staff_id, say(_KEPT_OF_STAFF)), now)
        return Done(chats=(staff_id,))

    def tapped(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        return self._handles[tap.verb](tap, staff_id, message_id, now)

    def wrote(self, staff_id: int, written: Written | str, text: str, message_id: int, now: datetime) -> Done | None:
        """See ``Drafting.wrote``."""
        return self._drafting.wrote(staff_id, written, text, message_id, now)

    def edited(self, staff_id: int, written: Written | str, message_id: int, now: datetime) -> Done | None:
        """See ``Drafting.edited``."""
        return self._drafting.edited(staff_id, written, message_id, now)

    def expire(self, now: datetime) -> Done:
        """What nobody approved in time is dropped, and its author told."""
        chats = []
        for broadcast in self._storage.broadcasts.in_state(BroadcastState.UNAPPROVED):
            if broadcast.confirmable_until is None or now < broadcast.confirmable_until:
                continue
            told = say(f"Nobody approved “{broadcast.title}” (no. {broadcast.id}) in time. Nothing is sent.")
            author = broadcast.confirmed_by or broadcast.created_by
            mail = letters(author, told) if author else ()
            following = Following(Act(now, None, "expire", broadcast.id), mail)
            of, to = (BroadcastState.UNAPPROVED,), BroadcastState.EXPIRED
            if self._storage.broadcasts.change(broadcast.id, following, of=of, to=to, finished_at=now):
                chats += [author] if author else []
        return Done(chats=tuple(chats))

    def _choose(self, tap: Tap, staff_id: int, message_id: int, _now: datetime) -> Done:
        return Done(edits=(Edit(staff_id, message_id, self._writer.choose(tap.number, self._history())),))

    def _library(self, tap: Tap, staff_id: int, message_id: int, _now: datetime) -> Done:
        return Done(edits=(Edit(staff_id, message_id, self._writer.library(tap.number, self._history())),))

    def _see(self, tap: Tap, staff_id: int, _message_id: int, now: datetime) -> Done:
        tip = self._setup.tips.tip(tap.tip_id)
        if tip is None:
            return Done("This tip is no longer in the library.")
        shown = letters(staff_id, self._writer.seen(tip, self._history()))
        self._storage.post([*preview(staff_id, self._setup.tip_content(tip, now)), *shown], now)
        return Done(chats=(staff_id,))

    def _leave(self, _tap: Tap, staff_id: int, message_id: int, _now: datetime) -> Done:
        told = "Nothing was changed."
        return Done(told, edits=(Edit(staff_id, message_id, say(told)),))

    def _history(self) -> History:
        return History(self._storage.broadcasts.last_sent(), self._storage.figures.times_sent())

    def _reports(self) -> list[Report]:
        broadcasts = self._storage.broadcasts
        return [
            Report(each, broadcasts.counts(each.id), broadcasts.recall_counts(each.id))
            for each in broadcasts.latest(_SHOWN_BROADCASTS)
        ]

    def _status(self, now: datetime) -> Notice:
        subscriptions = self._storage.figures.subscriptions()
        active = self._storage.subscribers.count_active(now)
        health = Health(
            started_at=self._pulse.started_at,
            active=active,
            paused=subscriptions.get(SubscriptionState.ACTIVE, 0) - active,
            subscriptions=subscriptions,
            under_way=self._storage.broadcasts.in_state(*AHEAD),
            messages_waiting=self._storage.figures.messages_waiting(),
            errors=self._pulse.errors,
            last_error_at=self._pulse.last_error_at,
        )
        return self._writer.status(health, now)
