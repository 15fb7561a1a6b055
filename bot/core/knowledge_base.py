"""Everything that the bot knows, and the rules between its values.

A type can hold its own fields to a rule; it can't see that two points share an id or that a follow-up leads
nowhere. Those rules stand here. They read the values as they were written, well-formed or not, so that one
mistake does not hide the others.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import chain

from pydantic import Field
from rapidfuzz import fuzz, process

from bot.core.danger_signs import DangerMessages, DangerSigns
from bot.core.knowledge import Clinic, Document, Language, OtherSubjects, Strict
from bot.core.messages import Messages
from bot.core.text import normalise
from bot.core.tips import Tips

Place = tuple[str | int, ...]


class KnowledgeBase(Strict):
    """What one clinic's staff wrote. Without any file but a document, the rest is neutral."""

    clinic: Clinic = Clinic()
    documents: tuple[Document, ...] = Field(min_length=1)
    language: Language = Language()
    other_subjects: OtherSubjects = OtherSubjects()
    danger: DangerSigns = DangerSigns()
    danger_messages: DangerMessages = DangerMessages()
    messages: Messages = Messages()
    tips: Tips = Tips()


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that is broken: where, what is wrong and what would be right.

    ``other`` is the second place that the problem speaks of, where there is one.
    """

    place: Place
    problem: str
    remedy: str
    other: Place | None = None


@dataclass(frozen=True, slots=True)
class _Here:
    """A value as it was written, and its place. What is missing or malformed reads as empty."""

    value: object
    place: Place = ()

    def at(self, key: str) -> "_Here":
        inside = self.value.get(key) if isinstance(self.value, Mapping) else None
        return _Here(inside, (*self.place, key))

    def each(self, key: str) -> Iterator["_Here"]:
        inside = self.at(key)
        if isinstance(inside.value, (list, tuple)):
            for number, value in enumerate(inside.value):
                yield _Here(value, (*inside.place, number))

    @property
    def text(self) -> str:
        return str(self.value).strip() if isinstance(self.value, (str, int, date)) else ""


def problems(
    written: Mapping[str, object], *, all_documents_were_read: bool = True, time_zones: Set[str] | None = None
) -> list[Problem]:
    """The broken rules between values of a knowledge base, in no order.

    ``written`` has the fields of ``KnowledgeBase`` and may have ``questions``, those of ``QuestionSet``; a
    ``model_dump()`` serves as well as what a file held. Unless all documents were read, nobody can tell
    whether a point exists, and no such problem is reported. The clinic's time zone is held against
    ``time_zones``, where they are known.
    """
    base = _Here(written)
    rules = [_ids(base), _phrasings(base), _dates(base), _citations(base), _leads(base), _questions(base)]
    if all_documents_were_read:
        rules.append(_nowhere(base))
    if time_zones is not None:
        rules.append(_zone(base, time_zones))
    return list(chain.from_iterable(rules))


def _sections(base: _Here) -> Iterator[_Here]:
    return (section for document in base.each("documents") for section in document.each("sections"))


def _points(base: _Here) -> Iterator[_Here]:
    return (point for section in _sections(base) for point in section.each("points"))


def _tellers(base: _Here) -> Iterator[_Here]:
    """Whatever may have follow-ups and gaps: documents and points."""
    return chain(base.each("documents"), _points(base))


def _ids(base: _Here) -> Iterator[Problem]:
    yield from _used_twice("documents", base.each("documents"))
    for document in base.each("documents"):
        yield from _used_twice("sections", document.each("sections"))
    yield from _used_twice("points", _points(base))
    yield from _used_twice("small talk", base.at("language").each("small_talk"))
    yield from _used_twice("aspects", base.at("language").each("aspects"))
    yield from _used_twice("languages", base.at("language").each("other_languages"), "name")
    yield from _used_twice("danger signs", base.at("danger").each("signs"))
    yield from _used_twice("tips", base.at("tips").each("tips"))
    for teller in _tellers(base):
        yield from _used_twice("gaps", teller.each("not_covered"), "title")


def _used_twice(what: str, holders: Iterable[_Here], key: str = "id") -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for name in (holder.at(key) for holder in holders):
        if name.text and name.text in seen:
            wrong = f'the {key} "{name.text}" is used twice among the {what}'
            yield Problem(name.place, wrong, f"Give one of the two another {key}.", seen[name.text])
        seen.setdefault(name.text, name.place)


Taken = MutableMapping[str, tuple[str, Place]]


def _phrasings(base: _Here) -> Iterator[Problem]:
    """A phrasing may lead to one thing only. Gaps of different points may share theirs: they say the same."""
    points: Taken = {}
    for point in _points(base):
        yield from _same(f'the point "{point.at("id").text}"', point.each("phrasings"), points)
    for teller in _tellers(base):
        for gap in teller.each("not_covered"):
            yield from _same(f'the gap "{gap.at("title").text}"', gap.each("phrasings"), ChainMap({}, points))
    for subject in base.at("other_subjects").each("subjects"):
        yield from _same(f'the subject "{subject.at("title").text}"', subject.each("phrasings"), ChainMap({}, points))
    small_talk: Taken = ChainMap({}, points)
    for remark in base.at("language").each("small_talk"):
        yield from _same(f'the small talk "{remark.at("id").text}"', remark.each("phrasings"), small_talk)


def _leads(base: _Here) -> Iterator[Problem]:
    """After one point, the same words may lead to one place only."""
    for teller in _tellers(base):
        taken: Taken = {}
        for follow_up in teller.each("follow_ups"):
            to = f'the follow-up to "{follow_up.at("point").text}"'
            yield from _same(to, follow_up.each("words"), taken)
        for gap in teller.each("not_covered"):
            yield from _same(f'the gap "{gap.at("title").text}"', gap.each("words"), taken)


def _same(owner: str, phrasings: Iterable[_Here], taken: Taken) -> Iterator[Problem]:
    for phrasing in phrasings:
        bare = _bare(phrasing.text)
        if bare and bare in taken:
            first, place = taken[bare]
            where = f"twice under {owner}" if first == owner else f"under {first} as well"
            yield Problem(phrasing.place, f'"{phrasing.text}" stands {where}', "Keep one of the two.", place)
        else:
            taken[bare] = (owner, phrasing.place)


def _bare(text: str) -> str:
    """Without case, punctuation and extra spaces; what is punctuation throughout ("??") stays."""
    words = re.findall(r"[^\W_]+", normalise(text).replace("'", ""))
    return " ".join(words) or text


_DATES = ("published", "reviewed_on", "next_review")


def _dates(base: _Here) -> Iterator[Problem]:
    for document in base.each("documents"):
        for name in _DATES:
            # Pydantic reads a bare number as seconds since 1970.
            if document.at(name).text.isdecimal():
                wrong, right = not_a_date(document.at(name).text)
                yield Problem(document.at(name).place, wrong, right)
        published, reviewed_on, next_review = (_date(document.at(name).text) for name in _DATES)
        if published and reviewed_on and reviewed_on < published:
            yield _out_of_order(document, "reviewed_on", "before published", "published")
        if reviewed_on and next_review and next_review <= reviewed_on:
            yield _out_of_order(document, "next_review", "not after reviewed_on", "reviewed_on")


def not_a_date(text: str) -> tuple[str, str]:
    """What is wrong and what would be right, for a text that should be a date."""
    return f'"{text}" is not a date', "Write year-month-day, such as 2026-01-31."


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _out_of_order(document: _Here, name: str, wrong: str, other: str) -> Problem:
    given, against = document.at(name), document.at(other)
    wrong = f"{given.text} is {wrong} ({against.text})"
    return Problem(given.place, wrong, f"Give {name} a later date, or correct {other}.", against.place)


def _citations(base: _Here) -> Iterator[Problem]:
    for section in _sections(base):
        count = section.at("paragraphs")
        for number in (number for point in section.each("points") for number in point.each("paragraphs")):
            if 0 < _number(count.text) < _number(number.text):
                wrong = f"paragraph {number.text} does not exist: the section has {count.text}"
                right = f"Give a number from 1 to {count.text}, or correct the section's paragraphs."
                yield Problem(number.place, wrong, right, count.place)
    for document in base.each("documents"):
        yield from _lists_of_nothing(document)


def _number(text: str) -> int:
    """A count as it was written, 0 if it is none: no count has ten digits, and int() refuses thousands."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _lists_of_nothing(document: _Here) -> Iterator[Problem]:
    if any(document.each("references")):
        return
    for point in (point for section in document.each("sections") for point in section.each("points")):
        lists = point.at("lists_references")
        if lists.value is True or lists.text.lower() in ("true", "yes", "on"):
            wrong = "the point lists the document's references, and the document has none"
            yield Problem(lists.place, wrong, "Write the document's references, or remove this line.")


def _nowhere(base: _Here) -> Iterator[Problem]:
    """Whatever leads to a point that does not exist."""
    ids = {point.at("id").text for point in _points(base)}
    for lead in _targets(base):
        if lead.text and lead.text not in ids:
            right = "Write the id of a point of this knowledge base"
            near = nearest(lead.text, ids)
            right += f'; perhaps "{near}".' if near else "."
            yield Problem(lead.place, f'there is no point "{lead.text}"', right)


def _targets(base: _Here) -> Iterator[_Here]:
    for teller in _tellers(base):
        yield from (follow_up.at("point") for follow_up in teller.each("follow_ups"))
    yield from (tip.at("point") for tip in base.at("tips").each("tips"))
    questions = base.at("questions")
    for question in questions.each("questions"):
        yield from question.each("points")
    for conversation in questions.each("conversations"):
        for turn in conversation.each("turns"):
            yield from turn.each("points")


def nearest(text: str, known: Iterable[str], at_least: int = 60) -> str | None:
    """The known word that was probably meant; None if none is alike, at least so much of 100."""
    found = process.extractOne(text, sorted(known), scorer=fuzz.ratio, score_cutoff=at_least)
    return found[0] if found else None


def _zone(base: _Here, known: Set[str]) -> Iterator[Problem]:
    zone = base.at("clinic").at("time_zone")
    if zone.text and zone.text not in known:
        near = nearest(zone.text, known)
        right = "Write a name such as America/Chicago" + (f'; perhaps "{near}" is meant.' if near else ".")
        yield Problem(zone.place, f'"{zone.text}" is not a time zone', right)


def _questions(base: _Here) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for question in base.at("questions").each("questions"):
        text = question.at("text")
        if question.at("kind").text == "answer" and not any(question.each("points")):
            wrong = "the kind is answer, and no point answers it"
            yield Problem(
                question.place, wrong, "Write under points the ids of the points that do, or change the kind."
            )
        key = text.text.casefold()
        if key and key in seen:
            yield Problem(text.place, f'"{text.text}" is labelled twice', "Keep one of the two.", seen[key])
        seen.setdefault(key, text.place)
