"""The clinic's clock: Chicago, six hours behind UTC in winter and five in summer."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.timetable import after_quiet_hours, next_weekly, read_time
from bot.core.tips import QuietHours, Weekly

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 1, 14, 18, 0, tzinfo=UTC)  # a Wednesday, noon in Chicago


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("13:30", "2026-01-14T19:30"),
        ("9:30", "2026-01-15T15:30"),
        ("today 9:30", "2026-01-14T15:30"),
        ("tomorrow 09:30", "2026-01-15T15:30"),
        ("Tomorrow at 9:30", "2026-01-15T15:30"),
        ("friday 9:30", "2026-01-16T15:30"),
        ("wednesday 13:00", "2026-01-21T19:00"),
        ("2026-07-01 09:30", "2026-07-01T14:30"),
        ("2026-07-01T09:30", "2026-07-01T14:30"),
        ("2025-01-01 09:30", "2025-01-01T15:30"),
        # The clocks go from 2 to 3 on this morning.
        ("2026-03-08 02:30", "2026-03-08T08:30"),
    ],
)
def test_a_time_is_read_on_the_clinics_clock(said: str, meant: str) -> None:
    assert read_time(said, NOW, ZONE) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "soon", "24:00", "9:60", "2026-13-01 09:30", "9", "yesterday 9:00", "9:30 pm"])
def test_what_names_no_time_is_none(said: str) -> None:
    assert read_time(said, NOW, ZONE) is None


@pytest.mark.parametrize(
    ("wanted", "goes_out"),
    [
        ("2026-01-14T18:00", "2026-01-14T18:00"),
        ("2026-01-15T03:00", "2026-01-15T14:00"),  # nine in the evening: until eight the next morning
        ("2026-01-15T09:00", "2026-01-15T14:00"),
        ("2026-01-15T14:00", "2026-01-15T14:00"),
    ],
)
def test_quiet_hours_put_a_broadcast_off_until_they_end(wanted: str, goes_out: str) -> None:
    at = datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    assert after_quiet_hours(at, QuietHours(), ZONE) == datetime.fromisoformat(goes_out).replace(tzinfo=UTC)


def test_quiet_hours_with_equal_bounds_put_nothing_off() -> None:
    assert after_quiet_hours(NOW, QuietHours(start="08:00", end="08:00"), ZONE) == NOW


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        ("wednesday", "12:30", "2026-01-14T18:30"),
        ("wednesday", "12:00", "2026-01-21T18:00"),
        ("tuesday", "09:00", "2026-01-20T15:00"),
    ],
)
def test_the_weekly_tip_is_due_on_its_day_and_never_twice_in_an_instant(day: str, at: str, due: str) -> None:
    weekly = Weekly.model_validate({"day": day, "at": at})
    assert next_weekly(NOW, weekly, ZONE) == datetime.fromisoformat(due).replace(tzinfo=UTC)
