"""The knowledge base's types and their rules: what clinic staff write in ``knowledge/``.

Every value is frozen. A value that exists obeys the rules of its own fields; rules between values (ids that are used
twice, follow-ups that lead nowhere) are checked by ``problems`` over the whole base.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

# Telegram's deep links carry at most 64 of these characters, and a button's data "p:<id>" at most 64 bytes.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\n]*$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=700)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]


class Strict(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FollowUp(Strict):
    """What a patient may say next, and the point that answers it."""

    words: tuple[Phrase, ...] = Field(min_length=1, description="What she may say next, e.g. 'how early'.")
    point: Id = Field(description="The id of the point that answers it.")
    button: Line | None = Field(None, description="A button's label; without one no button is shown.")


class Gap(Strict):
    """An obvious question on which the document is silent."""

    title: Line = Field(description="What is not covered, to be read after 'It does not say': 'how long it lasts'.")
    phrasings: tuple[Phrase, ...] = Field(min_length=1, description="How patients ask it, in full.")
    words: tuple[Phrase, ...] = Field((), description="What she may say next, when the talk is of this point.")


class Point(Strict):
    """One thing that a patient can ask and the document answers."""

    id: Id
    title: Line
    answer: Answer = Field(description="What most askers need, in plain words; up to about 500 characters.")
    detail: Prose | None = Field(None, description="What 'Tell me more' adds.")
    paragraphs: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        min_length=1, description="The paragraphs of the section that it rests on, from 1."
    )
    phrasings: tuple[Phrase, ...] = Field(min_length=1, description="Questions as patients type them.")
    keywords: tuple[Phrase, ...] = Field((), description="Words that alone point here.")
    follow_ups: tuple[FollowUp, ...] = ()
    not_covered: tuple[Gap, ...] = Field((), description="Obvious next questions on which the document is silent.")
    lists_references: bool = Field(False, description="True for the point that lists the document's references.")


class Section(Strict):
    """A section of a document. ``paragraphs`` is how many it has, each list item counted as one."""

    id: Id
    title: Line
    url: Line | None = None
    paragraphs: int = Field(ge=1)
    points: tuple[Point, ...] = Field(min_length=1)


class Document(Strict):
    """A patient document, as the clinic retells it, with all that a citation needs."""

    id: Id
    title: Line
    also_called: tuple[Line, ...] = Field((), description="Other names of its subject.")
    publisher: Line
    published: date
    url: Line
    reviewed_on: date | None = Field(None, description="When the clinic last reviewed this file; empty if never.")
    next_review: date | None = Field(None, description="When its next review is due.")
    references: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] = ()
    follow_ups: tuple[FollowUp, ...] = Field((), description="What may be said next after any of its points.")
    not_covered: tuple[Gap, ...] = Field((), description="Questions on the subject on which it is silent.")
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Self:
        if self.reviewed_on and self.reviewed_on < self.published:
            raise ValueError("reviewed_on is before published; a review follows publication")
        if self.reviewed_on and self.next_review and self.next_review <= self.reviewed_on:
            raise ValueError("next_review is not after reviewed_on; give a later date")
        return self

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for section in self.sections for point in section.points)


class Clinic(Strict):
    """Who answers for the bot. The defaults are for a base without ``clinic.yaml``."""

    name: Line = "the clinic"
    phone: Line | None = None
    emergency_number: Line | None = None
    crisis_line: Line | None = Field(None, description="For somebody who thinks of suicide; else the emergency number.")
    hours: Line | None = None
    time_zone: Line = "UTC"
    is_sample: bool = Field(False, description="True while the values are made up; the bot then says so.")


class SmallTalk(Strict):
    """A remark that is no question, and the reply to it."""

    id: Id
    phrasings: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] = Field(min_length=1)
    reply: Prose


class OtherLanguage(Strict):
    """Words that give away a language that the bot cannot read, and what it then says."""

    name: Line
    words: tuple[Line, ...] = Field(min_length=3)
    reply: Prose


class Aspect(Strict):
    """What may be asked about a subject ("how long", "is it allowed"), told apart from the subject itself.

    A question with an aspect is answered only by a point that has a phrasing with the same aspect.
    """

    id: Id
    phrases: tuple[Phrase, ...] = Field(min_length=1)


class OtherSubject(Strict):
    """Something that patients ask of a clinic and that has nothing to do with its documents."""

    title: Line
    phrasings: tuple[Phrase, ...] = Field(min_length=1)


class OtherSubjects(Strict):
    """What ``other-subjects.yaml`` holds: messages that no point may answer, although they share words with some."""

    subjects: tuple[OtherSubject, ...] = ()


class FollowUpWords(Strict):
    """Words that lean on the last reply, whatever it was about."""

    more: tuple[Phrase, ...] = ()
    source: tuple[Phrase, ...] = ()
    why: tuple[Phrase, ...] = Field((), description="Asks how the last answer was found.")
    urgent: tuple[Phrase, ...] = Field((), description="Said after an urgent reply, which is then given again.")


class Language(Strict):
    """How patients of this clinic speak. All of it is optional."""

    synonyms: tuple[Annotated[tuple[Phrase, ...], Field(min_length=2)], ...] = Field(
        (), description="Sets of words that mean the same; the first stands for all."
    )
    aspects: tuple[Aspect, ...] = ()
    small_talk: tuple[SmallTalk, ...] = ()
    follow_ups: FollowUpWords = FollowUpWords()
    other_languages: tuple[OtherLanguage, ...] = ()
