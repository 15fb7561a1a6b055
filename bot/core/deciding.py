"""From a question to one of three outcomes: a point that answers it, a few that may, or none.

The score alone does not decide. Enough of the question's meaning-carrying words must be explained, what is asked about
the subject must be something that the point speaks of, and the runner-up must be clearly behind. A gap (a question on
which the document is silent) competes like a point; where it wins, there is no answer.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest

from bot.core.knowledge import Gap, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.core.matching import Index, Match, Target, WordMatch, read_targets
from bot.core.splitting import parts
from bot.core.telling_apart import TellingApart
from bot.core.text import tokens
from bot.core.vocabulary import Vocabulary, Word, mended_spellings

# The score is the chance that a target is what the question asks, in percent, as logistic regression over these grounds
# estimates it. The factors and thresholds were chosen on the tuning halves of knowledge/questions.yaml and
# of the other subjects in tests/relevance; ``python -m bot evaluate`` and tests.benchmarks.general report both halves.
_CHANCE, _LIKENESS, _CLOSENESS, _LENGTH, _BASE = 0.7, 1.0, 4.6, -1.7, 0.2
# The more a message says in words that the base knows at all, and the less in others, the surer is any target.
_KNOWN, _UNKNOWN = 2.0, -4.0
# Known words that weigh so much together say all that is needed.
_FULLY_KNOWN = 3.0
# A gap or another subject is preferred to a point that is as near: a wrong answer costs more than none.
_GAP, _OTHER = 0.65, 0.55
# So many times as likely as its gap a point must be to be preferred to it, whatever else is near.
_CLEARLY_LIKELIER = 1.3
# A question in the very words of a phrasing is that question, whatever else comes near.
_EXACT, EXACTLY = 3.0, 0.98
# A message of this many words counts as fully long; long ones hold more that is beside the question.
_FULL_LENGTH = 40
ANSWER_SCORE = 25.0
OFFER_SCORE = 8.0
NEAR_SCORE = 10.0
# A part of a message is answered on its own from here on: torn from the rest it must speak clearly.
PART_SCORE = 50.0
# Known words that weigh so much together name a subject, and not only what is asked about one.
_OWN_SUBJECT = 1.5
CLEAR_LEAD = 8.0
# A single word does not say what is asked about it: unless a point is named just so, others may be meant.
_BARE_WORD_LEAD = 50.0
# Above this share of words that nothing in the base knows, the message is on something else or in another language.
_MOST_UNKNOWN = 0.75
# Words that only frame a question ("who gets this") must point to a target this clearly.
_FRAMES_SCORE = 40.0
_MANY_TARGETS = 20
# A phrasing is in doubt where another point has one this like it, by so much more than its own point has.
_TOO_LIKE, _TOO_MUCH_LIKER = 0.85, 0.1
_OFFERED = 3
_RANKED = 5
_MOST_LIKELY = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was read, with all that it was compared to: points and gaps, best first."""

    text: str
    words: tuple[Word, ...]
    points: tuple[Match, ...]
    gap: Match | None
    aspects: frozenset[str]

    @property
    def compared(self) -> tuple[Match, ...]:
        """The points and the gap together, best first."""
        found = (*self.points, self.gap) if self.gap else self.points
        return tuple(sorted(found, key=lambda match: -match.score))

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
    """Nothing answers the question. ``gap`` is what it seems to ask; ``near`` are ids of points that are close;
    ``is_elsewhere`` says that it is on another subject.
    """

    reading: Reading
    rule: str
    near: tuple[str, ...] = ()
    gap: Gap | None = None
    is_elsewhere: bool = False


Outcome = Confident | Ambiguous | NoMatch


class Matcher:
    """Decides what a question asks. Built once for a knowledge base; ``match`` is pure."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        points = [point for document in knowledge.documents for point in document.points]
        self._silent = dict(_silent(knowledge))
        self.vocabulary = _vocabulary(knowledge, points)
        names = [name for document in knowledge.documents for name in (document.title, *document.also_called)]
        self._subjects = frozenset(w.key for name in names for w in self.vocabulary.read(name) if not w.is_frame)
        targets = [Target(p.id, p.phrasings, (*p.keywords, p.title)) for p in points]
        targets += [Target(key, silence.phrasings) for key, silence in self._silent.items()]
        others = _other_phrases(knowledge, points)
        self.phrasings = frozenset(others).union(*(target.phrasings for target in targets))
        read = read_targets(targets, self.vocabulary)
        self._index = Index(read)
        self._telling_apart = TellingApart([(key, words) for key, texts in read.items() for _, words in texts])
        self._aspects = [
            (aspect.id, re.compile("|".join(f" {_stems(phrase)} " for phrase in aspect.phrases)))
            for aspect in knowledge.language.aspects
        ]
        # A turn asks several times after the same few texts.
        self._matched = lru_cache(maxsize=16)(self._match)
        self._aspects_of = {p.id: self._spoken_of(p) for p in points}

    def aspects(self, text: str) -> frozenset[str]:
        """The ids of what is asked about the subject ("how long"), as ``language.yaml`` lists them."""
        stems = f" {_stems(text)} "
        return frozenset(name for name, pattern in self._aspects if pattern.search(stems))

    def _spoken_of(self, point: Point) -> frozenset[str]:
        """The aspects that two of its phrasings have; one may be there by chance."""
        counts = Counter(aspect for text in (*point.phrasings, point.title) for aspect in self.aspects(text))
        return frozenset(aspect for aspect, count in counts.items() if count > 1)

    def read(self, text: str) -> Reading:
        words = self.vocabulary.read(text)
        ranked = self._rank(words)
        return Reading(
            text,
            words,
            tuple(match for match in ranked if match.key not in self._silent)[:_RANKED],
            next((match for match in ranked if match.key in self._silent), None),
            self.aspects(text),
        )

    def _rank(self, words: Sequence[Word]) -> list[Match]:
        chances = self._telling_apart.chances(words)
        likely = nsmallest(_MOST_LIKELY, chances, key=lambda key: (-chances[key], key))
        familiarity = self._familiarity(words)
        scored = [
            replace(match, score=_score(chances.get(match.key, 0.0), match, familiarity))
            for match in self._index.rank(words, likely)
        ]
        scored = [self._beside_its_point(match, scored, chances) for match in scored]
        return sorted(scored, key=lambda match: (-match.score, match.key))

    def _beside_its_point(self, match: Match, scored: Sequence[Match], chances: Mapping[str, float]) -> Match:
        """A gap of a point that is clearly likelier than it is no surer than that by their chances.

        Closeness cannot tell the two apart: of the few phrasings of a gap more are near to any question on its
        subject than of the many of its point.
        """
        silence = self._silent.get(match.key)
        point = next((other for other in scored if silence and other.key == silence.point), None)
        if point is None or point.score < ANSWER_SCORE or match.likeness >= EXACTLY:
            return match
        chance, of_point = chances.get(match.key, 0.0), chances.get(point.key, 0.0)
        if of_point <= _CLEARLY_LIKELIER * chance:
            return match
        return replace(match, score=min(match.score, point.score * chance / of_point))

    def _familiarity(self, words: Sequence[Word]) -> float:
        """What the words themselves add to the score of every target, whichever it is."""
        return (
            _KNOWN * min(1.0, self._index.known_weight(words) / _FULLY_KNOWN)
            + _UNKNOWN * self._index.unknown_share(words)
            + _LENGTH * min(1.0, len(words) / _FULL_LENGTH)
        )

    def unknown_share(self, words: Sequence[Word]) -> float:
        """Which share (0 to 1) of the meaning-carrying words the base does not know at all."""
        return self._index.unknown_share(words)

    def title_of_silence(self, key: str) -> str:
        """What a gap or another subject is called, by the key of its match."""
        return self._silent[key].title

    def word_matches(self, reading: Reading) -> tuple[WordMatch, ...]:
        """What became of each word of a question in the nearest phrasing of what came nearest."""
        return self._index.word_matches(reading.words, reading.compared[0]) if reading.compared else ()

    def nearer_elsewhere(self, point: str, phrasing: str) -> Match | None:
        """The other point whose phrasings are nearer to this one than the rest of its own point's are, or None."""
        ranked = self._index.rank(self.vocabulary.read(phrasing), (point,), without=phrasing)
        own = next((match.likeness for match in ranked if match.key == point), 0.0)
        others = [match for match in ranked if match.key != point and match.key not in self._silent]
        best = max(others, key=lambda match: match.likeness, default=None)
        return best if best and best.likeness >= _TOO_LIKE and best.likeness > own + _TOO_MUCH_LIKER else None

    def match(self, text: str) -> Outcome:
        """What one question asks, taken as a whole."""
        return self._matched(text)

    def _match(self, text: str) -> Outcome:
        reading = self.read(text)
        best = reading.points[0] if reading.points else None
        if self.unknown_share(reading.words) > _MOST_UNKNOWN:
            return NoMatch(reading, "hardly a word is known")
        if all(word.is_frame for word in reading.words) and not (best and self._is_said_so(best, reading.words)):
            return NoMatch(reading, "no word of it says what it is about")
        if not best or best.score < OFFER_SCORE:
            if reading.gap and reading.gap.score >= OFFER_SCORE:
                return self._no_answer(reading, reading.gap)
            return NoMatch(reading, "no topic is near enough", self._near(reading))
        if reading.gap and reading.gap.score >= best.score:
            return self._no_answer(reading, reading.gap)
        if unspoken := reading.aspects - self._aspects_of[best.key]:
            return NoMatch(reading, f"the topic does not speak of this: {', '.join(sorted(unspoken))}", (best.key,))
        return self._choose(reading, best)

    def _is_said_so(self, match: Match, words: Sequence[Word]) -> bool:
        """Whether words that all only frame a question ("who gets this") are known to ask for the target.

        Only a base with many targets can show that: in a small one "how much is it" is as rare as any word.
        """
        is_clear = len(words) > 2 and match.score >= _FRAMES_SCORE and len(self._telling_apart.targets) >= _MANY_TARGETS
        return is_clear or (len(words) > 1 and match.likeness >= EXACTLY)

    def _choose(self, reading: Reading, best: Match) -> Outcome:
        is_bare = len(reading.words) == 1 and best.likeness < EXACTLY
        lead = _BARE_WORD_LEAD if is_bare else CLEAR_LEAD
        rivals = [m for m in reading.points[1:] if m.score > best.score - lead]
        if best.score >= ANSWER_SCORE and not rivals:
            return Confident(reading, best, "it is near enough, and no other topic is nearly as near")
        offered = tuple(m for m in reading.points if m.score >= OFFER_SCORE)[:_OFFERED]
        rule = "another topic is nearly as near" if best.score >= ANSWER_SCORE else "none is near enough to be sure"
        return Ambiguous(reading, offered, rule)

    def _no_answer(self, reading: Reading, match: Match) -> NoMatch:
        silence = self._silent[match.key]
        near = self._near(reading)
        if silence.gap:
            near = tuple(dict.fromkeys([*([silence.point] if silence.point else []), *near]))[:_OFFERED]
            return NoMatch(reading, f"the document is silent on it: {silence.gap.title}", near, silence.gap)
        is_near = bool(reading.points) and reading.points[0].score >= ANSWER_SCORE and match.likeness < EXACTLY
        rule = f"it is on another subject: {silence.title}"
        return NoMatch(reading, rule, near[:1] if is_near else (), is_elsewhere=True)

    def _near(self, reading: Reading) -> tuple[str, ...]:
        return tuple(m.key for m in reading.points if m.score >= NEAR_SCORE and m.explained > 0)[:_OFFERED]

    def match_all(self, text: str) -> list[Outcome]:
        """What a message asks, question by question; at least one outcome. Its story and greetings are left aside."""
        whole = self.match(text)
        found = parts(text)
        asked = [part for part in found if part.is_question]
        if not asked:
            return [whole]
        outcomes = _distinct([self.match(part.in_context) for part in asked])
        if len(asked) == 1 and isinstance(outcomes[0], Confident) and any(p.denies for p in found if not p.is_question):
            return outcomes  # "no pain, no bleeding. How is it treated?" names what it is not about
        if len(asked) == 1 and _is_clearer(whole, outcomes[0]):
            return [whole]
        answered = [o for o in outcomes if isinstance(o, Confident) and self._speaks_for_itself(o, whole)]
        unanswered = [o for o in outcomes if isinstance(o, NoMatch) and o.gap and _gap_score(o) >= PART_SCORE]
        if len(answered) > 1 or (answered and (unanswered or not isinstance(whole, Confident))):
            return [*answered, *unanswered]
        return [whole]

    def _speaks_for_itself(self, part: Confident, whole: Outcome) -> bool:
        """Whether a part is answered on its own: "what should he do next?" after another subject is about that one."""
        if part.match.score < PART_SCORE:
            return False
        if not (isinstance(whole, NoMatch) and whole.is_elsewhere):
            return True
        words = part.reading.words
        names_it = any(word.key in self._subjects for word in words)
        return names_it or self._index.known_weight(words) >= _OWN_SUBJECT


def _is_clearer(whole: Outcome, part: Outcome) -> bool:
    """Whether a message as a whole says better what is asked than its only question does."""
    if not isinstance(whole, Confident) or whole.match.score < PART_SCORE:
        return False
    return not isinstance(part, Confident) or whole.match.score >= part.match.score


def _distinct(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome a point, and at most one without an answer, which comes last."""
    answered = {o.match.key: o for o in reversed(outcomes) if isinstance(o, Confident)}
    others = [o for o in outcomes if not isinstance(o, Confident)]
    others.sort(key=lambda o: isinstance(o, NoMatch))
    return [*reversed(answered.values()), *others[:1]]


@dataclass(frozen=True, slots=True)
class _Silence:
    """Something that competes with the points and is never an answer: a gap, or another subject."""

    title: str
    phrasings: tuple[str, ...]
    gap: Gap | None = None
    point: str | None = None


def _silent(knowledge: KnowledgeBase) -> Iterator[tuple[str, _Silence]]:
    """Each with a key that comes from its place, so that the order of the files is of no account."""
    for document in knowledge.documents:
        for gap in document.not_covered:
            yield f"gap:{document.id}:{gap.title}", _Silence(gap.title, gap.phrasings, gap)
        for point in document.points:
            for gap in point.not_covered:
                yield f"gap:{point.id}:{gap.title}", _Silence(gap.title, gap.phrasings, gap, point.id)
    for subject in knowledge.other_subjects.subjects:
        yield f"other:{subject.title}", _Silence(subject.title, subject.phrasings)


def _gap_score(outcome: NoMatch) -> float:
    return outcome.reading.gap.score if outcome.reading.gap else 0.0


def _score(chance: float, match: Match, familiarity: float) -> float:
    total = (
        _BASE
        + _CHANCE * math.log(max(chance, 1e-6))
        + _LIKENESS * match.likeness
        + _CLOSENESS * match.closeness
        + familiarity
        + (_EXACT if match.likeness >= EXACTLY else 0.0)
        + (_GAP if match.key.startswith("gap:") else _OTHER if match.key.startswith("other:") else 0.0)
    )
    return 100 / (1 + math.exp(-total))


def _other_phrases(knowledge: KnowledgeBase, points: Sequence[Point]) -> list[str]:
    """What patients say beside questions of their own: remarks, follow-ups, ways to ask about a subject."""
    language = knowledge.language
    gaps = [silence.gap for _, silence in _silent(knowledge) if silence.gap]
    return [
        *(phrase for aspect in language.aspects for phrase in aspect.phrases),
        *(phrase for remark in language.small_talk for phrase in remark.phrasings),
        *language.follow_ups.more,
        *language.follow_ups.source,
        *(words for gap in gaps for words in gap.words),
        *(words for point in points for follow_up in point.follow_ups for words in follow_up.words),
        *(words for document in knowledge.documents for f in document.follow_ups for words in f.words),
    ]


def _vocabulary(knowledge: KnowledgeBase, points: Sequence[Point]) -> Vocabulary:
    texts = [(*p.phrasings, *p.keywords, p.title) for p in points]
    texts += [silence.phrasings for _, silence in _silent(knowledge)]
    return Vocabulary(knowledge.language.synonyms, texts, _other_phrases(knowledge, points))


def _stems(text: str) -> str:
    return " ".join(token.stem for token in tokens(text))
