"""From a tip or a written message to a confirmed broadcast. Synchronous: for the storage's thread."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.broadcasting import Broadcast, BroadcastState, Content
from bot.core.replies import Notice
from bot.core.staff_writing import DEAD_BUTTON, say
from bot.core.staffing import (
    APPROVABLE_FOR,
    CONFIRMABLE_FOR,
    FURTHEST_AHEAD,
    LASTS_HOURS,
    USUAL_HOURS,
    Act,
    Flow,
    Step,
    Tap,
    is_alive,
)
from bot.core.stop_words import asks_to_stop
from bot.core.subscribing import SubscriptionState
from bot.core.timetable import read_time
from bot.storage import Following, Storage
from bot.telegram.staff_setup import AHEAD, Done, Edit, StaffSetup, letters, preview
from bot.telegram.written import Written

NOTHING_SENT = "Dropped. Nothing is sent."
_OUT_OF_TIME = "The time of your draft is over, so nothing is sent. /broadcast begins anew."
_TOO_LATE = "This was confirmed already. Editing your message no longer changes it; /broadcasts shows how it goes."


class Drafting:
    """Each method does one thing that a member of staff did, and says what follows."""

    def __init__(self, setup: StaffSetup, storage: Storage) -> None:
        self._setup = setup
        self._writer = setup.writer
        self._clock = setup.clock
        self._storage = storage

    def own(self, _tap: Tap, staff_id: int, _message_id: int, now: datetime) -> Done:
        self._storage.drafts.set_flow(staff_id, Flow(Step.WRITING, now))
        return self._say(staff_id, now, self._writer.ask_for_text())

    def tip(self, tap: Tap, staff_id: int, _message_id: int, now: datetime) -> Done:
        tip = self._setup.tips.tip(tap.tip_id)
        if tip is None:
            return Done("This tip is no longer in the library.")
        return self._begin(staff_id, tip.title, self._setup.tip_content(tip, now), now, tip_id=tip.id)

    def wrote(self, staff_id: int, written: Written | str, text: str, message_id: int, now: datetime) -> Done | None:
        """What somebody writes in the middle of something; None where it is a question like a patient's."""
        flow = self._storage.drafts.flow(staff_id)
        if flow is None or flow.is_over(now) or self._stops_her_own_tips(staff_id, text):
            return None
        if flow.step is Step.TIMING:
            return self._timed(staff_id, flow, text, now)
        if flow.step is not Step.WRITING:
            return None
        if isinstance(written, str):
            return self._say(staff_id, now, say(written))
        content = self._setup.own_content(written)
        return self._begin(staff_id, written.title, content, now, message_id=message_id)

    def _stops_her_own_tips(self, staff_id: int, text: str) -> bool:
        subscription = self._storage.subscribers.get(staff_id) if asks_to_stop(text) else None
        return subscription is not None and subscription.state is not SubscriptionState.STOPPED

    def edited(self, staff_id: int, written: Written | str, message_id: int, now: datetime) -> Done | None:
        """Somebody edits a message; None where no draft was made of it lately."""
        flow = self._storage.drafts.flow(staff_id)
        if flow is None or flow.is_over(now) or flow.message_id != message_id or flow.broadcast_id is None:
            return None
        draft = self._storage.broadcasts.get(flow.broadcast_id)
        if draft is None or draft.state is not BroadcastState.DRAFT:
            return self._say(staff_id, now, say(_TOO_LATE))
        if isinstance(written, str):
            return self._say(staff_id, now, say(written))
        content = self._setup.own_content(written)
        return self._begin(staff_id, written.title, content, now, message_id=message_id)

    def _begin(
        self,
        staff_id: int,
        title: str,
        content: Content,
        now: datetime,
        *,
        tip_id: str | None = None,
        message_id: int | None = None,
    ) -> Done:
        def follows(draft: Broadcast) -> Following:
            mail = [*preview(staff_id, content), *letters(staff_id, panel(draft))]
            return Following(Act(now, staff_id, "draft", draft.id), mail)

        panel = self._panels(tip_id, now)
        draft = self._storage.drafts.begin(
            title,
            content,
            confirmation=self._setup.new_token(),
            confirmable_until=now + CONFIRMABLE_FOR,
            created_by=staff_id,
            now=now,
            tip_id=tip_id,
            follows=follows,
        )
        self._storage.drafts.set_flow(staff_id, Flow(Step.CONFIRMING, now, draft.id, message_id))
        return Done(chats=(staff_id,))

    def _panels(self, tip_id: str | None, now: datetime, hours: int = USUAL_HOURS) -> Callable[[Broadcast], Notice]:
        recipients = self._storage.subscribers.count_active(now)
        sent_at = self._storage.broadcasts.last_sent().get(tip_id) if tip_id else None
        ahead = [each for each in self._storage.broadcasts.in_state(*AHEAD) if tip_id and each.tip_id == tip_id]
        planned_at = min((each.due_at or each.created_at for each in ahead), default=None)
        return lambda draft: self._writer.panel(draft, hours, now, recipients, sent_at, planned_at)

    def when(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        draft = self._alive(tap, staff_id, now)
        if draft is None:
            return self._dead(tap)
        self._remember(staff_id, Step.TIMING, draft, now)
        return Done(edits=(Edit(staff_id, message_id, self._writer.times(draft, now)),))

    def at(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        draft = self._alive(tap, staff_id, now)
        if draft is None:
            return self._dead(tap)
        due_at = datetime.fromtimestamp(tap.number, UTC) if tap.number else None
        if due_at and due_at <= now:
            return Done("This time is in the past. Nothing was changed.")
        panel = self._offer(draft, staff_id, due_at, now)
        return Done(edits=(Edit(staff_id, message_id, panel),)) if panel else self._dead(tap)

    def _timed(self, staff_id: int, flow: Flow, text: str, now: datetime) -> Done:
        draft = self._storage.broadcasts.get(flow.broadcast_id or 0)
        if draft is None or not is_alive(draft, draft.confirmation, BroadcastState.DRAFT, now):
            self._storage.drafts.set_flow(staff_id, None)
            return self._say(staff_id, now, say(_OUT_OF_TIME))
        due_at = read_time(text, now, self._setup.zone)
        if due_at is None:
            return self._say(staff_id, now, self._writer.no_time(now))
        if not now < due_at < now + FURTHEST_AHEAD:
            return self._say(staff_id, now, self._writer.wrong_time(due_at, now))
        panel = self._offer(draft, staff_id, due_at, now)
        return self._say(staff_id, now, panel or say(DEAD_BUTTON))

    def keep(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        draft = self._alive(tap, staff_id, now)
        if draft is None or tap.number not in LASTS_HOURS:
            return self._dead(tap)
        panel = self._offer(draft, staff_id, draft.due_at, now, tap.number)
        return Done(edits=(Edit(staff_id, message_id, panel),)) if panel else self._dead(tap)

    def _offer(
        self, draft: Broadcast, staff_id: int, due_at: datetime | None, now: datetime, hours: int = USUAL_HOURS
    ) -> Notice | None:
        """The panel with new buttons, for another time; None where the old ones died meanwhile."""
        fresh, until = self._setup.new_token(), now + CONFIRMABLE_FOR
        if not self._storage.drafts.offer(
            draft.id, draft.confirmation, fresh=fresh, confirmable_until=until, due_at=due_at
        ):
            return None
        self._remember(staff_id, Step.CONFIRMING, draft, now)
        offered = self._storage.broadcasts.get(draft.id)
        return self._panels(draft.tip_id, now, hours)(offered) if offered else None

    def send(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        """Confirm a draft: it is scheduled by that, or put to the others where two are needed."""
        draft = self._alive(tap, staff_id, now)
        if draft is None or tap.number not in LASTS_HOURS:
            return self._dead(tap)
        due_at = self._clock.after_quiet(max(draft.due_at or now, now))
        expires_at = due_at + timedelta(hours=tap.number)
        self._storage.broadcasts.show_progress_at(draft.id, staff_id, message_id)
        if self._setup.needs_two:
            return self._put_to_others(draft, staff_id, message_id, expires_at, now)
        is_confirmed = self._storage.broadcasts.confirm(
            draft.id,
            tap.token,
            Following(Act(now, staff_id, "confirm", draft.id)),
            to=BroadcastState.SCHEDULED,
            confirmed_by=staff_id,
            due_at=due_at,
            expires_at=expires_at,
        )
        if not is_confirmed:
            return self._dead(tap)
        self._remember(staff_id, Step.CONFIRMING, draft, now)
        shown = self._writer.scheduled(draft, due_at, now)
        return Done("Confirmed.", edits=(Edit(staff_id, message_id, shown),), wakes=True)

    def _put_to_others(
        self, draft: Broadcast, staff_id: int, message_id: int, expires_at: datetime, now: datetime
    ) -> Done:
        token, until = self._setup.new_token(), min(now + APPROVABLE_FOR, expires_at)
        due_at = self._clock.after_quiet(draft.due_at) if draft.due_at else None
        recipients = self._storage.subscribers.count_active(now)
        asked = self._writer.ask_for_approval(draft, token, staff_id, due_at, until, recipients)
        others = sorted(self._setup.ids - {staff_id})
        mail = [each for other in others for each in (*preview(other, draft.content), *letters(other, asked))]
        is_confirmed = self._storage.broadcasts.confirm(
            draft.id,
            draft.confirmation,
            Following(Act(now, staff_id, "confirm", draft.id), mail),
            to=BroadcastState.UNAPPROVED,
            confirmation=token,
            confirmable_until=until,
            confirmed_by=staff_id,
            due_at=due_at,
            expires_at=expires_at,
        )
        if not is_confirmed:
            return Done(DEAD_BUTTON)
        self._remember(staff_id, Step.CONFIRMING, draft, now)
        shown = self._writer.waits_for_approval(draft, until)
        return Done("The others are asked.", edits=(Edit(staff_id, message_id, shown),), chats=tuple(others))

    def drop(self, tap: Tap, staff_id: int, message_id: int, now: datetime) -> Done:
        if self._alive(tap, staff_id, now) is None:
            return self._dead(tap)
        self.leave(staff_id, now)
        return Done(NOTHING_SENT, edits=(Edit(staff_id, message_id, say(NOTHING_SENT)),))

    def choose_again(self, staff_id: int) -> None:
        """What she writes next is a question again; a draft that she sees stays."""
        flow = self._storage.drafts.flow(staff_id)
        if flow and flow.step is not Step.CONFIRMING:
            self._storage.drafts.set_flow(staff_id, replace(flow, step=Step.CONFIRMING) if flow.broadcast_id else None)

    def leave(self, staff_id: int, now: datetime) -> bool:
        """Drop drafts and end what she is in the middle of; False where there was nothing."""
        flow, dropped = self._storage.drafts.flow(staff_id), self._storage.drafts.drop(staff_id)
        self._storage.drafts.set_flow(staff_id, None)
        for broadcast_id in dropped:
            self._storage.audit.note(Act(now, staff_id, "drop", broadcast_id))
        return bool(dropped) or (flow is not None and flow.step is not Step.CONFIRMING)

    def _remember(self, staff_id: int, step: Step, draft: Broadcast, now: datetime) -> None:
        flow = self._storage.drafts.flow(staff_id)
        message_id = flow.message_id if flow and flow.broadcast_id == draft.id else None
        self._storage.drafts.set_flow(staff_id, Flow(step, now, draft.id, message_id))

    def _alive(self, tap: Tap, staff_id: int, now: datetime) -> Broadcast | None:
        draft = self._storage.broadcasts.get(tap.broadcast_id)
        if draft and draft.created_by == staff_id and is_alive(draft, tap.token, BroadcastState.DRAFT, now):
            return draft
        return None

    def _dead(self, tap: Tap) -> Done:
        draft = self._storage.broadcasts.get(tap.broadcast_id)
        is_confirmed = draft is not None and draft.state is not BroadcastState.DRAFT
        return Done("This was confirmed already. Nothing is sent twice." if is_confirmed else DEAD_BUTTON)

    def _say(self, staff_id: int, now: datetime, *replies: Notice) -> Done:
        self._storage.post(letters(staff_id, *replies), now)
        return Done(chats=(staff_id,))
