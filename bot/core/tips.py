"""Tips that the clinic sends to those who asked for them, and when: the type of ``knowledge/tips.yaml``."""

from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from bot.core.knowledge import Id, Line, Strict

_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
DayTime = Annotated[
    str, StringConstraints(pattern=_CLOCK), Field(description="A time of day in the clinic's zone, as in 09:30.")
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Tip(Strict):
    """A few sentences that rest on a point of a document and are sent with its citation."""

    id: Id
    title: Line
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=900)]
    point: Id = Field(description="The id of the point that it rests on.")


class Weekly(Strict):
    """When the next tip in turn goes out by itself."""

    day: Annotated[Weekday, BeforeValidator(lambda day: day.strip().lower() if isinstance(day, str) else day)]
    at: DayTime


class QuietHours(Strict):
    """No tip is sent from ``start`` until ``end``, in the clinic's zone; the two may lie on either side of midnight."""

    start: DayTime = "21:00"
    end: DayTime = "08:00"

    def holds(self, at: time) -> bool:
        """Whether a time of day in the clinic's zone is quiet. Equal bounds mean that none is."""
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        if start <= end:
            return start <= at < end
        return at >= start or at < end


class Tips(Strict):
    """The library. ``weekly`` is None where no tip goes out by itself; tips take turns in the order written."""

    weekly: Weekly | None = None
    quiet_hours: QuietHours = QuietHours()
    tips: tuple[Tip, ...] = ()

    def tip(self, tip_id: str) -> Tip | None:
        return next((tip for tip in self.tips if tip.id == tip_id), None)
