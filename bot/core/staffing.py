"""What staff do, as values: taps, what somebody is in the middle of, when a broadcast may go out, the week's tip."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from bot.core.broadcasting import Broadcast, BroadcastState
from bot.core.replies import Button
from bot.core.timetable import after_quiet_hours, next_weekly, read_time
from bot.core.tips import QuietHours, Tip, Tips, Weekly

FLOW_LASTS = timedelta(hours=1)
CONFIRMABLE_FOR = timedelta(minutes=15)
APPROVABLE_FOR = timedelta(hours=24)
PLANNED_AHEAD = timedelta(days=1)
LASTS_HOURS = (6, 24, 72)
USUAL_HOURS = 24
FURTHEST_AHEAD = timedelta(days=366)
TIPS_A_PAGE = 6

COMMANDS = {
    "broadcast": "Send a tip or a message to subscribers",
    "broadcasts": "The last ten, and how they went",
    "tips": "The library of tips",
    "audit": "Who did what, and when",
    "status": "How the bot is doing",
    "cancel": "Leave what you are doing",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member of staff did; ``staff_id`` is None for the week's plan and the shell."""

    at: datetime
    staff_id: int | None
    action: str
    broadcast_id: int | None = None
    detail: str | None = None


class Step(StrEnum):
    WRITING = "writing"  # her next message is the text of a broadcast
    CONFIRMING = "confirming"  # she sees her draft, and may edit the message that it was made of
    TIMING = "timing"  # the same, and her next message is the time at which it goes out


@dataclass(frozen=True, slots=True)
class Flow:
    """What a member of staff is in the middle of; ``message_id`` is her message that the draft was made of."""

    step: Step
    changed_at: datetime
    broadcast_id: int | None = None
    message_id: int | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it is so old that what she writes is a question again."""
        return now - self.changed_at > FLOW_LASTS


class Verb(StrEnum):
    """What a staff button does; it stands in the button's data."""

    CHOOSE = "choose"
    OWN = "own"
    TIP = "tip"
    SEND = "send"
    WHEN = "when"
    AT = "at"
    KEEP = "keep"
    DROP = "drop"
    APPROVE = "approve"
    REFUSE = "refuse"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CANCEL = "cancel"
    SKIP = "skip"
    RECALL = "recall"
    RECALL_NOW = "recall-now"
    LEAVE = "leave"
    LIBRARY = "library"
    SEE = "see"


_NUMBER, _TOKEN = r":(?P<number>\d{1,10})", r":(?P<broadcast_id>\d{1,18}):(?P<token>[\w-]{16})"
_TIP_ID, _BROADCAST = r":(?P<tip_id>[a-z0-9-]{1,48})", r":(?P<broadcast_id>\d{1,18})"
_FORMS = {
    **dict.fromkeys((Verb.OWN, Verb.LEAVE), ""),
    **dict.fromkeys((Verb.CHOOSE, Verb.LIBRARY), _NUMBER),
    **dict.fromkeys((Verb.TIP, Verb.SEE), _TIP_ID),
    **dict.fromkeys((Verb.SEND, Verb.AT, Verb.KEEP), _TOKEN + _NUMBER),
    **dict.fromkeys((Verb.WHEN, Verb.DROP, Verb.APPROVE, Verb.REFUSE), _TOKEN),
    **dict.fromkeys((Verb.PAUSE, Verb.RESUME, Verb.STOP, Verb.CANCEL, Verb.SKIP), _BROADCAST),
    **dict.fromkeys((Verb.RECALL, Verb.RECALL_NOW), _BROADCAST),
}
STAFF_DATA = "b:"


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on a staff button. ``number`` is a page, a count of hours, or seconds since 1970 (0: at once)."""

    verb: Verb
    broadcast_id: int = 0
    token: str = ""
    number: int = 0
    tip_id: str = ""


def read_tap(data: str) -> Tap | None:
    """The tap that a button's data means; None where it is no staff button's."""
    for verb, form in _FORMS.items():
        if found := re.fullmatch(STAFF_DATA + verb + form, data, re.ASCII):
            said = found.groupdict("")
            broadcast_id, number = int(said.get("broadcast_id", 0)), int(said.get("number", 0))
            return Tap(verb, broadcast_id, said.get("token", ""), number, said.get("tip_id", ""))
    return None


def button(label: str, verb: Verb, *parts: object) -> Button:
    return Button(label, STAFF_DATA + ":".join((verb, *map(str, parts))))


@dataclass(frozen=True, slots=True)
class Plan:
    """The tip of a week. ``key`` is the same for all copies that plan this week."""

    key: str
    tip: Tip
    due_at: datetime
    expires_at: datetime


def week_plan(tips: Tips, sent_at: Mapping[str, datetime], now: datetime, zone: tzinfo) -> Plan | None:
    """What to plan now: None until a day before the week's tip is due, or where there is none."""
    if tips.weekly is None or not tips.tips:
        return None
    slot = next_weekly(now, tips.weekly, zone)
    if slot - now > PLANNED_AHEAD:
        return None
    year, week, _ = slot.astimezone(zone).isocalendar()
    due_at = after_quiet_hours(slot, tips.quiet_hours, zone)
    expires_at = due_at + timedelta(hours=USUAL_HOURS)
    return Plan(f"week-{year}-{week:02}", next_in_turn(tips.tips, sent_at), due_at, expires_at)


def next_in_turn(tips: Sequence[Tip], sent_at: Mapping[str, datetime]) -> Tip:
    """The first that was never sent, else the one whose last time is longest ago. There must be one."""
    never = next((tip for tip in tips if tip.id not in sent_at), None)
    return never or min(tips, key=lambda tip: sent_at[tip.id])


def sent_or_planned(sent_at: Mapping[str, datetime], ahead: Sequence[Broadcast]) -> dict[str, datetime]:
    """When each tip was last sent, or will be: what is planned counts, so that it is not planned twice."""
    found = dict(sent_at)
    for broadcast in ahead:
        if broadcast.tip_id:
            found[broadcast.tip_id] = broadcast.due_at or broadcast.created_at
    return found


@dataclass(frozen=True, slots=True)
class Clock:
    """The clinic's: its zone, its quiet hours, and when the week's tip goes out."""

    zone: tzinfo
    quiet: QuietHours
    weekly: Weekly | None

    def is_quiet(self, at: datetime) -> bool:
        return self.quiet.holds(at.astimezone(self.zone).time())

    def quiet_until(self, at: datetime) -> str | None:
        """The time of day at which the quiet hours end that ``at`` lies in."""
        return self.quiet.end if self.is_quiet(at) else None

    def after_quiet(self, at: datetime) -> datetime:
        return after_quiet_hours(at, self.quiet, self.zone)

    def choices(self, now: datetime) -> tuple[tuple[str, datetime], ...]:
        """Times to choose from, each with a name, soonest first; none lies in quiet hours."""
        evening = _evening(time.fromisoformat(self.quiet.start))
        named = [("In 1 hour", now + timedelta(hours=1))]
        if self.is_quiet(now):
            named.append(("When quiet hours end", self.after_quiet(now)))
        for name, words in (("This evening", f"today {evening}"), ("Tomorrow", "tomorrow 9:00")):
            if at := read_time(words, now, self.zone):
                named.append((name, at))
        if self.weekly:
            named.append(("The weekly time", next_weekly(now, self.weekly, self.zone)))
        chosen: dict[datetime, str] = {}
        for name, at in named:
            if at > now and not self.is_quiet(at):
                chosen.setdefault(at, name)
        return tuple((chosen[at], at) for at in sorted(chosen))


def _evening(quiet_start: time) -> str:
    """An hour before quiet hours begin, where they begin in the evening."""
    return f"{quiet_start.hour - 1}:{quiet_start.minute:02}" if quiet_start.hour > 17 else "19:00"


def is_alive(draft: Broadcast, token: str, state: BroadcastState, now: datetime) -> bool:
    """Whether a button that carries this token may still decide about a draft or an unapproved broadcast."""
    is_in_time = draft.confirmable_until is not None and now < draft.confirmable_until
    return draft.state is state and bool(token) and draft.confirmation == token and is_in_time
