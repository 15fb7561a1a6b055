"""Follow-ups: short messages that lean on the point shown last ("how early?", "tell me more", "the second one")."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.knowledge import Document, FollowUp, Gap, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.core.matching import Index, Target, read_targets
from bot.core.text import tokens
from bot.core.vocabulary import Vocabulary, Word

# From here on a message is taken for one of the follow-ups written for the point.
CLEAR_FOLLOW_UP = 88.0
LIKELY_FOLLOW_UP = 72.0

_LONGEST_GOING_ON_WORDS = 8
_WEEKS = re.compile(r"\b\d{1,2}\s*(?:w|wk|wks|week|weeks|months?)\b", re.IGNORECASE)
_LEADING = frozenset({"and", "so", "ok", "okay", "but", "oh", "also", "then", "well", "hmm", "please", "thanks", "um"})
_ORDINALS = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "one": 0, "two": 1, "three": 2,
    "1": 0, "2": 1, "3": 2, "4": 3, "5": 4,
}  # fmt: skip
_NAMES = ("first", "second", "third", "fourth", "fifth", "last")
_PICKING = frozenset({
    "the", "one", "number", "option", "no", "please", "pls", "answer", "topic", "thing", "i", "mean", "want", "choose",
    "pick", "is", "it", "that", "tell", "me", "about", "explain", "show", "what",
})  # fmt: skip
# "one" by itself is a number only in so few words: "tell me one thing" picks nothing.
_LONGEST_PICK_WORDS, _LONGEST_ONE_WORDS = 6, 3


class Command(StrEnum):
    """What may be asked of any answer."""

    MORE = "more"
    SOURCE = "source"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a follow-up leads: to a point, to a gap, or to a command on the last answer.

    ``near`` is the point that has the gap, where it is not one of its document's.
    """

    score: float
    point: str | None = None
    gap: Gap | None = None
    command: Command | None = None
    near: str | None = None

    def leads_where(self, other: "Lead") -> bool:
        """Whether both lead to the same place, however surely."""
        return (self.point, self.gap, self.command) == (other.point, other.gap, other.command)


class FollowUps:
    """Knows, for each point, what may be said next. ``find`` is pure."""

    def __init__(self, knowledge: KnowledgeBase, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._indexes: dict[str, tuple[Index, dict[str, Lead]]] = {}
        self._leads: dict[str, list[tuple[tuple[str, ...], Lead]]] = {}
        words = knowledge.language.follow_ups
        commands = [
            (words.more, Lead(0, command=Command.MORE)),
            (words.source, Lead(0, command=Command.SOURCE)),
            (words.why, Lead(0, command=Command.WHY)),
        ]
        for document in knowledge.documents:
            for point in document.points:
                self._leads[point.id] = [*_leads(document, point), *commands]

        self._why = frozenset(map(self._keys, words.why))
        urgent = [Target("urgent", words.urgent)] if words.urgent else []
        self._urgent = Index(read_targets(urgent, vocabulary), frame_share=1.0)

    def asks_why(self, text: str) -> bool:
        """True of "why this answer?", in the very words that are written down for it."""
        return self._keys(text) in self._why

    def goes_on_about_danger(self, text: str) -> bool:
        """True of "what do I do?" and of a bare number of weeks, said after an urgent reply."""
        words = self._vocabulary.read(text)
        if len(words) > _LONGEST_GOING_ON_WORDS:
            return False
        ranked = self._urgent.rank(words)
        return bool(ranked and ranked[0].score >= CLEAR_FOLLOW_UP) or _WEEKS.search(text) is not None

    def _index(self, leads: list[tuple[tuple[str, ...], Lead]]) -> tuple[Index, dict[str, Lead]]:
        """The first lead that claims some words keeps them: a point's own come before its document's."""
        taken: set[tuple[str, ...]] = set()
        targets, by_key = [], {}
        for number, (phrases, lead) in enumerate(leads):
            own = [phrase for phrase in phrases if self._keys(phrase) not in taken]
            taken.update(map(self._keys, own))
            if own:
                targets.append(Target(str(number), tuple(own)))
                by_key[str(number)] = lead
        return Index(read_targets(targets, self._vocabulary), frame_share=1.0), by_key

    def _keys(self, text: str) -> tuple[str, ...]:
        return tuple(word.key for word in without_leading(self._vocabulary.read(text)))

    def find(self, text: str, point: str) -> Lead | None:
        """The follow-up that a message comes nearest to, with its score; None where it shares no word with any."""
        text = as_pick(text)
        # Each index is built when its point first needs it: all of them would double the time of starting.
        if point not in self._indexes:
            self._indexes[point] = self._index(self._leads[point])
        index, by_key = self._indexes[point]
        words = self._vocabulary.read(text)
        leading = len(words) - len(without_leading(words))
        ranked = [match for start in range(leading + 1) for match in index.rank(words[start:])]
        best = max(ranked, key=lambda match: match.score, default=None)
        if best is None:
            return None
        lead = by_key[best.key]
        return replace(lead, score=best.score)


def _leads(document: Document, point: Point) -> Iterator[tuple[tuple[str, ...], Lead]]:
    def lead(follow_up: FollowUp) -> tuple[tuple[str, ...], Lead]:
        return follow_up.words, Lead(0, point=follow_up.point)

    yield from map(lead, point.follow_ups)
    yield from ((gap.words, Lead(0, gap=gap, near=point.id)) for gap in point.not_covered)
    yield from map(lead, document.follow_ups)
    yield from ((gap.words, Lead(0, gap=gap)) for gap in document.not_covered)


def without_leading(words: Sequence[Word]) -> Sequence[Word]:
    """The words without those that only lead in: "and", "ok", "so"."""
    first = next((number for number, word in enumerate(words[:-1]) if word.key not in _LEADING), len(words) - 1)
    return words[max(0, first) :]


def is_pick(text: str) -> bool:
    """Whether a message only picks from a list ("the second one"), be there a list or not."""
    return _place(text) is not None


def picked(text: str, offered: tuple[str, ...]) -> str | None:
    """The point that "the second one", "2" or "the last" picks from a list, or None."""
    place = _place(text)
    return None if place is None or not -len(offered) <= place < len(offered) else offered[place]


def as_pick(text: str) -> str:
    """ "the second one" for all that picks the second of a list; any other message as it is."""
    place = _place(text)
    return text if place is None else f"the {_NAMES[place]} one"


def _place(text: str) -> int | None:
    """The place in a list that a message names and nothing else: 0 is the first, -1 the last."""
    words = [token.word for token in tokens(text)]
    while len(words) > 1 and words[0] in _LEADING:
        words = words[1:]
    if not words or len(words) > _LONGEST_PICK_WORDS or set(words) - _ORDINALS.keys() - _PICKING:
        return None
    named = [_ORDINALS[word] for word in words if word in _ORDINALS and word != "one"]
    if not named and "one" in words and len(words) <= _LONGEST_ONE_WORDS:
        return 0
    return named[0] if len(named) == 1 else None
