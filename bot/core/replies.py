"""What a reply is made of. Each outcome is a type of its own; an answer cannot exist without a citation.

Text is plain: no markup, so that a terminal and Telegram can each render it in its own way.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    ANSWER = "answer"
    SUGGESTIONS = "suggestions"
    NOT_COVERED = "not_covered"
    URGENT = "urgent"
    CONFIRM_URGENT = "confirm_urgent"
    SMALL_TALK = "small_talk"
    SOURCES = "sources"
    EXPLANATION = "explanation"
    NOTICE = "notice"
    TIP = "tip"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Button:
    """A tap. ``data`` holds all the state that the tap needs, in at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer comes from. ``line`` is the whole of it in one sentence, as the patient sees it."""

    document_id: str
    section: str
    paragraphs: tuple[int, ...]
    published: date
    url: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to the patient.

    ``paragraphs`` are read in order; one that starts with "• " is a list item. ``points`` are the ids shown or
    offered, best first. ``detail`` is what "Tell me more" would add, for callers that want the whole point.
    """

    kind: ClassVar[Kind]
    title: str | None = None
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Reply):
    kind = Kind.ANSWER
    citation: Citation
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions(Reply):
    kind = Kind.SUGGESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCovered(Reply):
    kind = Kind.NOT_COVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Reply):
    kind = Kind.URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmUrgent(Reply):
    kind = Kind.CONFIRM_URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk(Reply):
    kind = Kind.SMALL_TALK


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Reply):
    kind = Kind.SOURCES
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Reply):
    kind = Kind.NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class TipReply(Answer):
    """A tip of the clinic's: an answer that nobody asked for at that moment."""

    kind = Kind.TIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Condolence(Reply):
    """What is said to somebody who lost her baby. Never a cheer, never a tip."""

    kind = Kind.LOSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Reply):
    kind = Kind.EXPLANATION
