"""Labelled questions: the clinic's own test of its knowledge base, ``knowledge/questions.yaml``."""

import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.core.knowledge import Id, Line, Strict
from bot.core.replies import Kind

Message = Annotated[str, StringConstraints(min_length=1, max_length=8000)]


class QuestionKind(StrEnum):
    """What a message is, as a careful nurse who holds only the document would label it."""

    ANSWER = "answer"  # the document answers it, under one of ``points``
    NEAR = "near"  # the same subject, but the document does not answer it
    FOREIGN = "foreign"  # anything else that asks for something
    DANGER = "danger"  # something alarming is happening, to her or to another
    CALM = "calm"  # sounds alarming and is not; ``points`` answer it, or nothing does
    SMALL_TALK = "small_talk"


class LabelledQuestion(Strict):
    text: Message
    kind: QuestionKind
    points: tuple[Id, ...] = ()

    @property
    def half(self) -> str:
        """Either "tuning" or "reporting": fixed by a hash of the text, so that nobody chooses."""
        return "tuning" if hashlib.sha256(self.text.encode()).digest()[0] % 2 else "reporting"


class LabelledTurn(Strict):
    say: Message
    expect: Kind
    points: tuple[Id, ...] = ()
    leans: bool = Field(False, description="True where only the turns before make sense of it.")


class LabelledConversation(Strict):
    name: Line
    turns: tuple[LabelledTurn, ...] = Field(min_length=1)

    @property
    def half(self) -> str:
        return LabelledQuestion(text=self.turns[0].say, kind=QuestionKind.ANSWER).half


Percent = Annotated[float, Field(ge=0, le=100)]


class Floors(Strict):
    """What ``evaluate`` must at least measure, in percent of each kind; below it, it exits with 1."""

    right: Percent = 0
    right_or_offered: Percent = 0
    wrong_at_most: Percent = 100
    near_not_answered: Percent = 0
    foreign_not_answered: Percent = 0
    danger_caught: Percent = 0
    calm_asked_or_alarmed_at_most: Percent = 100
    calm_alarmed_at_most: Percent = 100
    leaning_turns_right: Percent = 0


class QuestionSet(Strict):
    floors: Floors = Floors()
    questions: tuple[LabelledQuestion, ...] = ()
    conversations: tuple[LabelledConversation, ...] = ()
