"""What staff do about a confirmed broadcast. Synchronous: for the storage's thread."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.broadcasting import Broadcast, BroadcastState, DeliveryState, RecallState
from bot.core.replies import Notice
from bot.core.staff_writing import DEAD_BUTTON, can_be_recalled, say, state_words
from bot.core.staffing import Act, Tap, Verb, is_alive
from bot.storage import Following, Storage
from bot.telegram.staff_setup import Done, Edit, StaffSetup, letters


@dataclass(frozen=True, slots=True)
class _Change:
    of: tuple[BroadcastState, ...]
    to: BroadcastState


_CHANGES = {
    Verb.PAUSE: _Change((BroadcastState.RUNNING,), BroadcastState.PAUSED),
    Verb.RESUME: _Change((BroadcastState.PAUSED,), BroadcastState.RUNNING),
    Verb.STOP: _Change((BroadcastState.RUNNING, BroadcastState.PAUSED), BroadcastState.STOPPED),
    Verb.CANCEL: _Change((BroadcastState.SCHEDULED, BroadcastState.UNAPPROVED), BroadcastState.CANCELLED),
    Verb.SKIP: _Change((BroadcastState.SCHEDULED,), BroadcastState.CANCELLED),
}


class Control:
    """Each method does one thing that a member of staff did, and says what follows."""

    def __init__(self, setup: StaffSetup, storage: Storage) -> None:
        self._setup = setup
        self._writer = setup.writer
        self._clock = setup.clock
        self._storage = storage

    def change(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        """Pause, resume, stop, cancel or skip."""
        broadcast, change = self._storage.broadcasts.get(tap.broadcast_id), _CHANGES[tap.verb]
        if broadcast is None or (tap.verb is Verb.SKIP and broadcast.plan_key is None):
            return Done(DEAD_BUTTON)
        is_over = change.to is BroadcastState.CANCELLED
        others = sorted(self._setup.ids - {staff_id}) if tap.verb is Verb.SKIP else []
        skipped = say(f"Staff {staff_id} skipped the tip of the week, “{broadcast.title}”. It has its turn next week.")
        mail = [letter for other in others for letter in letters(other, skipped)]
        is_changed = self._storage.broadcasts.change(
            broadcast.id,
            Following(Act(now, staff_id, tap.verb, broadcast.id), mail),
            of=change.of,
            to=change.to,
            **({"confirmation": "", "finished_at": now} if is_over else {}),
        )
        state = change.to if is_changed else self._state(broadcast)
        told = f"No. {broadcast.id} {state_words(state)}."
        if is_changed and state is BroadcastState.RUNNING and self._clock.is_quiet(now):
            until = self._writer.when(self._clock.after_quiet(now))
            told = f"No. {broadcast.id} goes on when the quiet hours end, {until}."
        # The sender draws how a started one goes; one that never starts is nobody else's to tell of.
        shown = {broadcast.progress, (staff_id, message_id) if tap.verb is Verb.SKIP else None} - {None}
        edits = tuple(Edit(*place, say(told)) for place in shown if place) if is_changed and is_over else ()
        return Done(told, edits=edits, chats=tuple(others) if is_changed else (), wakes=is_changed)

    def _state(self, broadcast: Broadcast) -> BroadcastState:
        found = self._storage.broadcasts.get(broadcast.id)
        return found.state if found else broadcast.state

    def approve(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        broadcast = self._storage.broadcasts.get(tap.broadcast_id)
        if broadcast is None or not is_alive(broadcast, tap.token, BroadcastState.UNAPPROVED, now):
            return self._decided(broadcast)
        if staff_id == broadcast.confirmed_by:
            return Done("You confirmed it, so somebody else has to approve it.")
        due_at = self._clock.after_quiet(max(broadcast.due_at or now, now))
        if broadcast.expires_at and due_at >= broadcast.expires_at:
            return Done("It is too late: quiet hours last until its time is over. Nothing is sent.")
        shown = self._writer.scheduled(broadcast, due_at, now)
        first = broadcast.confirmed_by or staff_id
        told = say(f"Staff {staff_id} approved “{broadcast.title}” (no. {broadcast.id}).")
        is_approved = self._storage.broadcasts.confirm(
            broadcast.id,
            tap.token,
            Following(Act(now, staff_id, "approve", broadcast.id), letters(first, told)),
            to=BroadcastState.SCHEDULED,
            due_at=due_at,
        )
        if not is_approved:
            return self._decided(self._storage.broadcasts.get(broadcast.id))
        edits = (Edit(staff_id, message_id, say("You approved it.")), *self._at_progress(broadcast, shown))
        return Done("Approved.", edits=edits, chats=(first,), wakes=True)

    def refuse(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        broadcast = self._storage.broadcasts.get(tap.broadcast_id)
        if broadcast is None or not is_alive(broadcast, tap.token, BroadcastState.UNAPPROVED, now):
            return self._decided(broadcast)
        first = broadcast.confirmed_by or staff_id
        told = say(f"Staff {staff_id} refused “{broadcast.title}” (no. {broadcast.id}). Nothing is sent.")
        is_refused = self._storage.broadcasts.confirm(
            broadcast.id,
            tap.token,
            Following(Act(now, staff_id, "refuse", broadcast.id), letters(first, told)),
            to=BroadcastState.CANCELLED,
            finished_at=now,
        )
        if not is_refused:
            return self._decided(self._storage.broadcasts.get(broadcast.id))
        edits = (
            Edit(staff_id, message_id, say("You refused it. Nothing is sent.")),
            *self._at_progress(broadcast, told),
        )
        return Done("Refused.", edits=edits, chats=(first,))

    def _decided(self, broadcast: Broadcast | None) -> Done:
        if broadcast is None or broadcast.state in (BroadcastState.DRAFT, BroadcastState.UNAPPROVED):
            return Done(DEAD_BUTTON)
        return Done(f"This was decided already. No. {broadcast.id} {state_words(broadcast.state)}.")

    def _at_progress(self, broadcast: Broadcast, shown: Notice) -> tuple[Edit, ...]:
        return (Edit(*broadcast.progress, shown),) if broadcast.progress else ()

    def recall(self, tap: Tap, staff_id: int, _message_id: int, now: datetime) -> Done:
        """Ask whether to take a broadcast back."""
        broadcast = self._storage.broadcasts.get(tap.broadcast_id)
        if broadcast is None or not can_be_recalled(broadcast):
            return self._not_recallable(broadcast)
        sent = self._storage.broadcasts.counts(broadcast.id)[DeliveryState.SENT]
        self._storage.post(letters(staff_id, self._writer.ask_to_recall(broadcast, sent)), now)
        return Done(chats=(staff_id,))

    def recall_now(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        broadcast = self._storage.broadcasts.get(tap.broadcast_id)
        if broadcast is None or not can_be_recalled(broadcast):
            return self._not_recallable(broadcast)
        following = Following(Act(now, staff_id, Verb.RECALL, broadcast.id))
        if not self._storage.broadcasts.set_recall(broadcast.id, RecallState.RUNNING, following):
            return self._not_recallable(self._storage.broadcasts.get(broadcast.id))
        told = say(
            f"“{broadcast.title}” (no. {broadcast.id}) is being taken back. You get the numbers when that is done."
        )
        return Done("It is being taken back.", edits=(Edit(staff_id, message_id, told),), wakes=True)

    def _not_recallable(self, broadcast: Broadcast | None) -> Done:
        if broadcast and broadcast.recall:
            return Done(f"No. {broadcast.id} is taken back already.")
        return Done(f"No. {broadcast.id} {state_words(broadcast.state)}." if broadcast else DEAD_BUTTON)
