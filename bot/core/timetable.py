"""When a broadcast goes out: instants from the clinic's clock, quiet hours, and the day of the weekly tip.

Instants are aware; what is returned is UTC. ``zone`` is the clinic's. A time of day that the clinic's clock skips in
spring is read as the one an hour later; of one that it strikes twice in autumn, the first counts.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.core.tips import WEEKDAYS, QuietHours, Weekly

_TIME = re.compile(
    r"(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<day>today|tomorrow|" + "|".join(WEEKDAYS) + r"))?"
    r"\s*(?:T|at\b|,)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})",
    re.IGNORECASE,
)


def read_time(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that "9:30", "tomorrow 9:30", "monday 9:30" or "2026-03-01 09:30" names; None where it names none.

    A time of day alone is the next one; the name of a day is the next such day, today excluded. An instant of the
    past is returned as it is: the caller refuses it.
    """
    said = _TIME.fullmatch(text.strip())
    if not said or int(said["hour"]) > 23 or int(said["minute"]) > 59:
        return None
    clock = time(int(said["hour"]), int(said["minute"]))
    today = now.astimezone(zone).date()
    if said["date"]:
        try:
            return _at(date.fromisoformat(said["date"]), clock, zone)
        except ValueError:
            return None
    if said["day"]:
        return _at(_named_day(said["day"].lower(), today), clock, zone)
    at = _at(today, clock, zone)
    return at if at > now else _at(today + timedelta(days=1), clock, zone)


def after_quiet_hours(at: datetime, quiet: QuietHours, zone: tzinfo) -> datetime:
    """The instant itself, or the end of the quiet hours that it lies in."""
    here = at.astimezone(zone)
    if not quiet.holds(here.time()):
        return at.astimezone(UTC)
    end = time.fromisoformat(quiet.end)
    day = here.date() if here.time() < end else here.date() + timedelta(days=1)
    return _at(day, end, zone)


def next_weekly(now: datetime, weekly: Weekly, zone: tzinfo) -> datetime:
    """The first instant after ``now`` at which the weekly tip is due."""
    today = now.astimezone(zone).date()
    clock = time.fromisoformat(weekly.at)
    ahead = (WEEKDAYS.index(weekly.day) - today.weekday()) % 7
    at = _at(today + timedelta(days=ahead), clock, zone)
    return at if at > now else _at(today + timedelta(days=ahead + 7), clock, zone)


def _named_day(name: str, today: date) -> date:
    if name in ("today", "tomorrow"):
        return today + timedelta(days=name == "tomorrow")
    ahead = next(number for number, day in enumerate(WEEKDAYS) if day == name) - today.weekday()
    return today + timedelta(days=ahead % 7 or 7)


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
