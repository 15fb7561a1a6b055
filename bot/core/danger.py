"""Is something alarming happening to somebody pregnant, now or lately? Read before anything else is.

A danger is calm only for a stated reason: it is denied, long past, somebody else's, imagined, or asked about
as a notion. Whatever is left unclear is asked about; what is said of herself, of now, and in words well read,
acts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, pairwise

from bot.core.danger_chance import DangerChance, Odds
from bot.core.danger_frames import Frame, frame, refers_back
from bot.core.danger_grammar import (
    Denial,
    Setting,
    Time,
    Who,
    clause_starts,
    denial,
    ends_long_ago,
    is_elders_past,
    sentences_of,
    time,
    who,
)  # fmt: skip
from bot.core.danger_matches import ClueIndex, Match, clues_of
from bot.core.danger_signs import DangerMessages, DangerSign, DangerSigns
from bot.core.danger_spelling import Certainty
from bot.core.danger_words import Lexicon, Word


@dataclass(frozen=True, slots=True)
class Calm:
    """Nothing alarming is happening, as far as the words say."""


@dataclass(frozen=True, slots=True)
class AskFirst:
    """It may be happening. ``evidence`` is the words of the message that decided.

    There is no sign where the message only sounds like others that were alarming; all of it is the evidence then, and
    ``is_faint`` says that it does so by little.
    """

    sign: DangerSign | None
    evidence: str
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """It is happening. ``evidence`` is the words of the message that decided."""

    sign: DangerSign
    evidence: str


# In words. Dictated stories have sentences without an end; few dangers are longer than the overlap.
_LONGEST_SENTENCE = 120
_OVERLAP = 15


# From these odds on (their logarithm) a message is asked about, by what its patterns found, and from the last on acted
# on: a wrong question costs a tap, a missed danger perhaps a child. They were chosen where the messages of one writer
# were judged by what was learned from the others. Where no pattern alarms, a sentence alone must speak more clearly.
_ASK_FROM_ACT, _ASK_FROM_ASK, _ASK_FROM_CALM, _SENTENCE_CLEARER = -6.0, -3.0, -1.5, 2.0
_ACT_FROM = -1.0
# Below these odds a message that names no sign and asks what a point answers is, but for one in a thousand dangers, a
# question: judged as above.
_FAINT_BELOW = 2.0


class _Alarm(IntEnum):
    NONE = 0
    ASK = 1
    ACT = 2


class DangerReader:
    """Reads messages against a clinic's danger signs. Reading costs almost nothing.

    With labelled ``messages`` it also learns, from them and from ways to ask for ``information``, how people tell of
    a danger; then the patterns and what was learned decide together.
    """

    def __init__(
        self, signs: DangerSigns, messages: DangerMessages | None = None, information: Iterable[str] = ()
    ) -> None:
        self._lexicon = Lexicon(signs)
        self._clues = ClueIndex(clues_of(signs))
        self._adjectives = frozenset(signs.adjectives)
        learns = messages and messages.danger and messages.calm
        self._chance = DangerChance(self._lexicon, messages, information) if messages and learns else None

    def read(self, text: str) -> Calm | AskFirst | Act:
        """The gravest thing that the message says. Any text can be read."""
        found = self._by_patterns(text)
        return found if self._chance is None else _together(found, self._chance.odds(text), text)

    def _by_patterns(self, text: str) -> Calm | AskFirst | Act:
        pieces = [piece for sentence in sentences_of(text) for piece in _pieces(self._lexicon.words(sentence))]
        found = [self._clues.matches(words) for words in pieces]
        if not any(found):
            return Calm()
        has_it = any(refers_back(" ".join(word.word for word in words)) for words in pieces)
        worst = _Verdict()
        follows_past = False
        for words, matches in zip(pieces, found, strict=True):
            sentence = _Sentence(words, matches, adjectives=self._adjectives, follows_past=follows_past)
            for match in matches:
                worst = sentence.judge(match, worst, has_it)
            follows_past = ends_long_ago(sentence.clauses)
        return worst.outcome()


def _together(found: Calm | AskFirst | Act, odds: Odds, text: str) -> Calm | AskFirst | Act:
    if isinstance(found, Calm):
        sounds = max(odds.whole, odds.clearest_sentence - _SENTENCE_CLEARER)
        return AskFirst(None, text, sounds < _FAINT_BELOW) if sounds >= _ASK_FROM_CALM else found
    # A story, or a question beside it, must not talk down the sentence that tells of a danger.
    highest = max(odds.whole, odds.clearest_sentence)
    if isinstance(found, Act) and highest >= _ACT_FROM:
        return found
    asks = highest >= (_ASK_FROM_ACT if isinstance(found, Act) else _ASK_FROM_ASK)
    return AskFirst(found.sign, found.evidence) if asks else Calm()


def _pieces(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence, or if it has no end, overlapping stretches of it: reading stays fast however long it is."""
    for start in range(0, max(1, len(words) - _OVERLAP), _LONGEST_SENTENCE - _OVERLAP):
        yield words[start : start + _LONGEST_SENTENCE]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The worst that has been read so far."""

    alarm: _Alarm = _Alarm.NONE
    rank: int = 0
    sign: DangerSign | None = None
    evidence: str = ""

    def may_yield_to(self, match: Match) -> bool:
        likely = _Alarm.ACT if match.clue.acts else _Alarm.ASK
        return likely > self.alarm or (likely == self.alarm and match.clue.rank < self.rank)

    def outcome(self) -> Calm | AskFirst | Act:
        if self.sign is None:
            return Calm()
        return (Act if self.alarm is _Alarm.ACT else AskFirst)(self.sign, self.evidence)


class _Sentence:
    """A sentence with the dangers that its words show, and what it says of each."""

    def __init__(
        self,
        words: Sequence[Word],
        matches: Sequence[Match],
        *,
        adjectives: frozenset[str],
        follows_past: bool,
    ) -> None:
        self._words = words
        self._follows_past = follows_past
        shown = {place for match in matches for place in match.places}
        self._plain = [word.word for word in words]
        self._masked = [
            "§" if place in shown else "" if word in adjectives else word for place, word in enumerate(self._plain)
        ]
        starts = clause_starts(self._masked)
        self._spans = list(pairwise([*starts, len(words)]))
        self.clauses = [_joined(self._masked[start:end]) for start, end in self._spans]

    def judge(self, match: Match, worst: _Verdict, has_it: bool) -> _Verdict:
        """The worse of the verdict so far and that on one more danger."""
        if not worst.may_yield_to(match):
            return worst
        alarm = _alarm(match, self._setting(match), has_it)
        rank = match.clue.rank
        if alarm is _Alarm.NONE or (worst.sign and (alarm, -rank) <= (worst.alarm, -worst.rank)):
            return worst
        written = (word.written for word in self._words[match.first : match.last + 1])
        return _Verdict(alarm, rank, match.clue.sign, " ".join(word for word, _ in groupby(written)))

    def _setting(self, match: Match) -> Setting:
        first, last, own = match.first, match.last, set(match.places)
        text = self._masked.copy()
        for place in match.places:
            text[place] = self._plain[place]
        opening = self._clause_of(first)
        closing = self._clause_of(last)
        return Setting(
            sentence_before=_joined(text[:first]),
            clause_before=_joined(text[self._spans[opening][0] : first]),
            own=_joined(self._plain[first : last + 1]),
            clause_after=_joined(text[last + 1 : self._spans[closing][1]]),
            sentence_after=_joined(text[last + 1 :]),
            earlier=tuple(self.clauses[:opening]),
            next_clause="".join(self.clauses[closing + 1 : closing + 2]),
            fronts=_fronts(text, sorted(own)),
            follows_past=self._follows_past,
        )

    def _clause_of(self, place: int) -> int:
        return max(number for number, (start, _) in enumerate(self._spans) if start <= place)


def _joined(words: Sequence[str]) -> str:
    return " ".join(filter(None, words))


def _fronts(text: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """What stands before each part of a danger, up to the part before it: there it may be denied."""
    starts = [0, *(place + 1 for place in places[:-1])]
    return tuple(_joined(text[start:place]) for start, place in zip(starts, places, strict=True) if start < place)


def _alarm(match: Match, setting: Setting, has_it: bool) -> _Alarm:
    denied, told = denial(setting), frame(setting)
    if has_it:
        denied, told = min(denied, Denial.PERHAPS), min(told, Frame.WONDERS)
    if match.clue.sign and match.clue.sign.thought_counts and told in (Frame.WONDERS, Frame.IMAGINES):
        told = Frame.SAYS
    if denied is Denial.YES or told in (Frame.IMAGINES, Frame.ASKS):
        return _Alarm.NONE
    when, whom = time(setting), who(setting)
    if _is_elsewhere(when, whom, told, setting):
        return _Alarm.NONE
    clearly = denied is Denial.NO and told is Frame.SAYS and _is_clear(match, when, whom)
    return _Alarm.ACT if clearly else _Alarm.ASK


def _is_elsewhere(when: Time, whom: Who, told: Frame, setting: Setting) -> bool:
    """Whether it was long ago, or is somebody else's."""
    return (
        when is Time.LONG_AGO
        or (whom is Who.OTHER and (when is Time.ONCE or is_elders_past(setting)))
        or (whom is Who.ANYBODY and when is not Time.NOW and told is not Frame.WONDERS)
    )


def _is_clear(match: Match, when: Time, whom: Who) -> bool:
    if not match.clue.acts or match.certainty is Certainty.FAR:
        return False
    if when in (Time.AFTER_THE_PAST, Time.ONCE) or whom in (Who.OTHER, Who.ANYBODY):
        return False
    return when is Time.NOW or whom is Who.HERSELF or len(match.places) > 1
