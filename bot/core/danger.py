"""Is something alarming happening to somebody pregnant, now or lately? Read before anything else is.

A danger is calm only for a stated reason: it is denied, long past, somebody else's, imagined, or asked about as a
notion. Whatever is left unclear is asked about; what is said of herself, of now, and in words well read, acts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby, pairwise

from bot.core.danger_frames import Frame, frame, refers_back
from bot.core.danger_grammar import (
    Denial, Setting, Time, Who, clause_starts, denial, ends_long_ago, is_elders_past, sentences_of, time, who,
)  # fmt: skip
from bot.core.danger_matches import ClueIndex, Match, clues_of
from bot.core.danger_signs import DangerSign, DangerSigns
from bot.core.danger_spelling import Certainty
from bot.core.danger_words import Lexicon, Word


@dataclass(frozen=True, slots=True)
class Calm:
    """Nothing alarming is happening, as far as the words say."""


@dataclass(frozen=True, slots=True)
class AskFirst:
    """It may be happening. ``evidence`` is the words of the message that decided."""

    sign: DangerSign
    evidence: str


@dataclass(frozen=True, slots=True)
class Act:
    """It is happening. ``evidence`` is the words of the message that decided."""

    sign: DangerSign
    evidence: str


class _Alarm(IntEnum):
    NONE = 0
    ASK = 1
    ACT = 2


class DangerReader:
    """Reads messages against a clinic's danger signs. Building costs a little, reading almost nothing."""

    def __init__(self, signs: DangerSigns) -> None:
        clues = clues_of(signs)
        self._lexicon = Lexicon(signs)
        self._clues = ClueIndex(clues)

    def read(self, text: str) -> Calm | AskFirst | Act:
        """The gravest thing that the message says. Any text can be read."""
        sentences = [self._lexicon.words(sentence) for sentence in sentences_of(text)]
        found = [self._clues.matches(words) for words in sentences]
        if not any(found):
            return Calm()
        verdicts: list[tuple[_Alarm, Match, str]] = []
        follows_past = False
        has_it = any(refers_back(" ".join(word.word for word in words)) for words in sentences)
        for words, matches in zip(sentences, found, strict=True):
            sentence = _Sentence(words, matches, follows_past)
            verdicts += sentence.verdicts(has_it)
            follows_past = ends_long_ago(sentence.clauses)
        return _gravest(verdicts)


def _gravest(verdicts: Sequence[tuple[_Alarm, Match, str]]) -> Calm | AskFirst | Act:
    alarm, match, evidence = min(verdicts, key=lambda verdict: (-verdict[0], verdict[1].clue.rank))
    if alarm is _Alarm.NONE or match.clue.sign is None:
        return Calm()
    return (Act if alarm is _Alarm.ACT else AskFirst)(match.clue.sign, evidence)


class _Sentence:
    """A sentence with the dangers that its words show, and what it says of each."""

    def __init__(self, words: Sequence[Word], matches: Sequence[Match], follows_past: bool) -> None:
        self._words = words
        self._matches = matches
        self._follows_past = follows_past
        shown = {place for match in matches for place in match.places}
        self._plain = [word.word for word in words]
        self._masked = ["§" if place in shown else word for place, word in enumerate(self._plain)]
        starts = clause_starts(self._masked)
        self._spans = list(pairwise([*starts, len(words)]))
        self.clauses = [" ".join(self._masked[start:end]) for start, end in self._spans]

    def verdicts(self, has_it: bool) -> Iterator[tuple[_Alarm, Match, str]]:
        for match in self._matches:
            written = (word.written for word in self._words[match.first : match.last + 1])
            evidence = " ".join(word for word, _ in groupby(written))
            yield _alarm(match, self._setting(match), has_it), match, evidence

    def _setting(self, match: Match) -> Setting:
        own = set(match.places)
        text = [
            w if place in own else masked
            for place, (w, masked) in enumerate(zip(self._plain, self._masked, strict=True))
        ]
        first, last = match.first, match.last
        opening = max(number for number, (start, _) in enumerate(self._spans) if start <= first)
        closing = max(number for number, (start, _) in enumerate(self._spans) if start <= last)
        start, end = self._spans[opening][0], self._spans[closing][1]
        return Setting(
            sentence_before=" ".join(text[:first]),
            clause_before=" ".join(text[start:first]),
            inside=" ".join(w for place, w in enumerate(text[first:last], first) if place not in own),
            clause_after=" ".join(text[last + 1 : end]),
            sentence_after=" ".join(text[last + 1 :]),
            earlier=tuple(self.clauses[:opening]),
            next_clause=self.clauses[closing + 1] if closing + 1 < len(self.clauses) else "",
            own=" ".join(text[first : last + 1]),
            fronts=_fronts(text, sorted(own)),
            follows_past=self._follows_past,
        )


def _fronts(text: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """What stands before each part of a danger, up to the part before it: there it may be denied."""
    starts = [0, *(place + 1 for place in places[:-1])]
    return tuple(
        " ".join(text[start:place]) for start, place in zip(starts, places, strict=True) if start < place
    )


def _alarm(match: Match, setting: Setting, has_it: bool) -> _Alarm:
    sign = match.clue.sign
    denied = denial(setting)
    told = frame(setting)
    if sign is not None and sign.thought_counts and told in (Frame.WONDERS, Frame.IMAGINES):
        told = Frame.SAYS
    if has_it and told is not Frame.SAYS:
        told = Frame.WONDERS
    if _is_calm(denied, told, setting):
        return _Alarm.NONE
    return (
        _Alarm.ACT if denied is Denial.NO and told is Frame.SAYS and _is_clear(match, setting) else _Alarm.ASK
    )


def _is_calm(denied: Denial, told: Frame, setting: Setting) -> bool:
    when, whom = time(setting), who(setting)
    return (
        denied is Denial.YES
        or told in (Frame.IMAGINES, Frame.ASKS)
        or when is Time.LONG_AGO
        or (whom is Who.OTHER and (when is Time.ONCE or is_elders_past(setting)))
        or (whom is Who.ANYBODY and when is not Time.NOW and told is not Frame.WONDERS)
    )


def _is_clear(match: Match, setting: Setting) -> bool:
    if not match.clue.acts or match.certainty is Certainty.FAR:
        return False
    when, whom = time(setting), who(setting)
    if when is Time.ONCE or whom in (Who.OTHER, Who.ANYBODY):
        return False
    return when is Time.NOW or whom is Who.HERSELF or len(match.places) > 1
