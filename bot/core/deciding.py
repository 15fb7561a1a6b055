"""From a question to one of three outcomes: a point that answers it, a few that may, or none.

The score alone does not decide. Enough of the question's meaning-carrying words must be explained, what is asked about
the subject must be something that the point speaks of, and the runner-up must be clearly behind. A gap (a question on
which the document is silent) competes like a point; where it wins, there is no answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.knowledge import Gap, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.core.matching import Index, Match, Target
from bot.core.splitting import parts
from bot.core.text import tokens
from bot.core.vocabulary import Vocabulary, Word, mended_spellings

# Chosen on the tuning half of knowledge/questions.yaml; ``python -m bot evaluate`` reports both halves.
ANSWER_SCORE = 62.0
OFFER_SCORE = 50.0
NEAR_SCORE = 35.0
CLEAR_LEAD = 5.0
EXPLAINED = 0.55
_OFFERED = 3
_RANKED = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was read, with all that it was compared to: points and gaps, best first."""

    text: str
    words: tuple[Word, ...]
    points: tuple[Match, ...]
    gap: Match | None
    aspects: frozenset[str]

    @property
    def spellings(self) -> list[tuple[str, str]]:
        return mended_spellings(self.words)


@dataclass(frozen=True, slots=True)
class Confident:
    """One point answers the question."""

    reading: Reading
    match: Match
    rule: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or three points may answer the question, best first."""

    reading: Reading
    matches: tuple[Match, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nothing answers the question. ``gap`` is what it seems to ask; ``near`` are ids of points that are close."""

    reading: Reading
    rule: str
    near: tuple[str, ...] = ()
    gap: Gap | None = None


Outcome = Confident | Ambiguous | NoMatch


class Matcher:
    """Decides what a question asks. Built once for a knowledge base; ``match`` is pure."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        points = [point for document in knowledge.documents for point in document.points]
        self._gaps = dict(_gaps(knowledge))
        self.vocabulary = _vocabulary(knowledge, points)
        targets = [Target(p.id, p.phrasings, (*p.keywords, p.title)) for p in points]
        gap_targets = [Target(key, gap.phrasings, (gap.title,)) for key, (gap, _) in self._gaps.items()]
        self._index = Index(targets + gap_targets, self.vocabulary)
        self._aspects = [
            (aspect.id, [tuple(t.stem for t in tokens(phrase)) for phrase in aspect.phrases])
            for aspect in knowledge.language.aspects
        ]
        self._aspects_of = {
            p.id: frozenset().union(*(self.aspects(text) for text in (*p.phrasings, *p.keywords, p.title)))
            for p in points
        }

    def aspects(self, text: str) -> frozenset[str]:
        """The ids of what is asked about the subject ("how long"), as ``language.yaml`` lists them."""
        stems = [token.stem for token in tokens(text)]
        return frozenset(name for name, phrases in self._aspects if any(_holds(stems, phrase) for phrase in phrases))

    def read(self, text: str) -> Reading:
        words = self.vocabulary.read(text)
        ranked = self._index.rank(words)
        return Reading(
            text,
            words,
            tuple(match for match in ranked if match.key not in self._gaps)[:_RANKED],
            next((match for match in ranked if match.key in self._gaps), None),
            self.aspects(text),
        )

    def match(self, text: str) -> Outcome:
        """What one question asks, taken as a whole."""
        reading = self.read(text)
        best = reading.points[0] if reading.points else None
        if not any(not word.is_frame for word in reading.words) and (not best or best.score < 85):
            return NoMatch(reading, "no word carries a meaning")
        if reading.gap and (not best or reading.gap.score >= best.score) and reading.gap.score >= OFFER_SCORE:
            return self._silent(reading, reading.gap)
        if not best or best.score < OFFER_SCORE:
            return NoMatch(reading, "no point is near enough", self._near(reading))
        if unspoken := reading.aspects - self._aspects_of[best.key]:
            return NoMatch(reading, f"the point does not speak of: {', '.join(sorted(unspoken))}", (best.key,))
        if best.explained < EXPLAINED:
            return NoMatch(reading, "too many words have nothing to do with the point", self._near(reading))
        return self._choose(reading, best)

    def _choose(self, reading: Reading, best: Match) -> Outcome:
        rivals = [m for m in reading.points if m.score > best.score - CLEAR_LEAD and m.score >= OFFER_SCORE]
        if best.score >= ANSWER_SCORE and len(rivals) == 1:
            return Confident(reading, best, "high score and clear lead")
        offered = tuple(m for m in reading.points if m.score >= OFFER_SCORE - CLEAR_LEAD)[:_OFFERED]
        rule = "the runner-up is too near" if best.score >= ANSWER_SCORE else "the score is middling"
        return Ambiguous(reading, offered, rule)

    def _silent(self, reading: Reading, match: Match) -> NoMatch:
        gap, point = self._gaps[match.key]
        near = (point,) if point else self._near(reading)
        return NoMatch(reading, f"the document is silent on it: {gap.title}", near, gap)

    def _near(self, reading: Reading) -> tuple[str, ...]:
        return tuple(m.key for m in reading.points if m.score >= NEAR_SCORE and m.explained > 0)[:_OFFERED]

    def match_all(self, text: str) -> list[Outcome]:
        """What a message asks, question by question; at least one outcome. Its story and greetings are left aside."""
        found = parts(text)
        whole = self.match(text)
        asked = [part for part in found if part.is_question]
        if len(found) <= 1 or (isinstance(whole, Confident) and len(asked) <= 1):
            return [whole]
        outcomes = _distinct([self.match(part.in_context) for part in asked or found])
        answered = [outcome for outcome in outcomes if isinstance(outcome, Confident)]
        if asked and len(outcomes) > 1 and answered:
            return outcomes
        if answered:
            return [max(answered, key=lambda outcome: outcome.match.score)]
        if isinstance(whole, Confident) or len(outcomes) != 1:
            return [whole]
        return outcomes


def _distinct(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome a point, and at most one without an answer, which comes last."""
    answered = {o.match.key: o for o in reversed(outcomes) if isinstance(o, Confident)}
    others = [o for o in outcomes if not isinstance(o, Confident)]
    others.sort(key=lambda o: isinstance(o, NoMatch))
    return [*reversed(answered.values()), *others[:1]]


def _gaps(knowledge: KnowledgeBase) -> Iterable[tuple[str, tuple[Gap, str | None]]]:
    for document in knowledge.documents:
        for number, gap in enumerate(document.not_covered):
            yield f"gap:{document.id}:{number}", (gap, None)
        for point in document.points:
            for number, gap in enumerate(point.not_covered):
                yield f"gap:{point.id}:{number}", (gap, point.id)


def _vocabulary(knowledge: KnowledgeBase, points: Sequence[Point]) -> Vocabulary:
    language = knowledge.language
    gaps = [gap for _, (gap, _) in _gaps(knowledge)]
    extra = [
        *(phrase for aspect in language.aspects for phrase in aspect.phrases),
        *(phrase for remark in language.small_talk for phrase in remark.phrasings),
        *language.follow_ups.more,
        *language.follow_ups.source,
        *(words for gap in gaps for words in gap.words),
        *(words for point in points for follow_up in point.follow_ups for words in follow_up.words),
        *(words for document in knowledge.documents for f in document.follow_ups for words in f.words),
    ]
    texts = [(*p.phrasings, *p.keywords, p.title) for p in points] + [gap.phrasings for gap in gaps]
    return Vocabulary(language.synonyms, texts, extra)


def _holds(stems: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return any(tuple(stems[i : i + len(phrase)]) == phrase for i in range(len(stems) - len(phrase) + 1))
