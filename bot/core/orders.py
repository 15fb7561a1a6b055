"""An order to broadcast, as it is given in a shell: what, to whom, when; read and checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.core.broadcasting import Content
from bot.core.timetable import after_quiet_hours, read_time
from bot.core.tips import QuietHours

# An order that nothing carried out by then is out of date: nobody expects yesterday's tip.
LASTS = timedelta(days=1)


class OrderError(ValueError):
    """An order that cannot be carried out; the text says why, and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """``text`` is the message as plain text, for the one who ordered it. ``wanted_at`` may lie in quiet hours."""

    title: str
    text: str
    content: Content
    tip_id: str | None
    wanted_at: datetime
    due_at: datetime

    @property
    def is_put_off(self) -> bool:
        """Whether quiet hours put it off."""
        return self.due_at > self.wanted_at

    def ends_at(self, recipients: int, rate: float) -> datetime:
        return self.due_at + timedelta(seconds=recipients / rate)

    def expires_at(self, recipients: int, rate: float) -> datetime:
        return self.ends_at(recipients, rate) + LASTS


def when(at: str | None, quiet: QuietHours, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """When it is wanted, and when it is due: now, or at a time as staff write it, in the clinic's zone.

    Raises OrderError.
    """
    wanted = now if at is None else read_time(at, now, zone)
    if wanted is None:
        raise OrderError(f"--at {at!r} is no time; write 9:30, tomorrow 9:30, monday 9:30 or 2026-03-01 09:30.")
    if wanted < now:
        raise OrderError(f"--at {at!r} has passed; it is {clock(now, zone)} at the clinic.")
    return wanted, after_quiet_hours(wanted, quiet, zone)


def clock(at: datetime, zone: tzinfo) -> str:
    """An instant on the clinic's clock, as in 2026-03-01 09:30."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
