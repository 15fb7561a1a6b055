"""The grounds of a turn: what was found on the way to its replies, for whoever asks why."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.core.danger import Act, AskFirst
from bot.core.danger_signs import DangerSign
from bot.core.deciding import Outcome
from bot.core.follow_ups import Lead


class Alarm(Enum):
    """What was done about a possible danger."""

    TOLD_URGENT = auto()
    ASKED_FIRST = auto()
    TAKEN_FOR_A_QUESTION = auto()


@dataclass(frozen=True, slots=True)
class DangerFound:
    """A message tells, or may tell, of a danger."""

    finding: Act | AskFirst
    alarm: Alarm


@dataclass(frozen=True, slots=True)
class StillInDanger:
    """A message goes on about the danger of the message before."""

    sign: DangerSign


@dataclass(frozen=True, slots=True)
class WentOn:
    """A message was taken to go on from the point shown last. ``is_learned`` where no such words are written down."""

    lead: Lead
    last: str
    is_learned: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A question was compared to all that is written down."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PickedFromList:
    point: str


Ground = DangerFound | StillInDanger | WentOn | Compared | PickedFromList
