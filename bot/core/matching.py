"""How near a question is to each thing that the knowledge base knows. Built once; ``rank`` is pure.

A target (a point, a gap, a remark of small talk) has several phrasings. Two stages: an inverted index over words, pairs
of neighbours and runs of letters names the few targets worth a look; then the question is laid word by word on their
phrasings, and the best phrasing speaks for its target.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.core.vocabulary import Vocabulary, Word, rarity

# Shares of the three kinds of evidence in the first stage; measured on public question sets before the bot was begun.
_WORDS, _PAIRS, _LETTERS = 0.7, 0.4, 1.0
# A frame word ("how", "the") counts this much of a meaning-carrying word of the same rarity.
_FRAME_SHARE = 0.3
# How many targets are looked at closely, and how many phrasings of each.
_CLOSE_TARGETS = 3
# Four-byte numbers: what words say for each target is remembered up to 16 MB, as the same words come again.
_REMEMBERED = 4_000_000
_CLOSE_PHRASINGS = 4
_GATHERED = 12
# Two words that share their first five letters or more are related ("diagnose", "diagnostic"): this much of equal.
_RELATED, _RELATED_LETTERS = 0.75, 5


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be asked for, with the ways of asking, and the words that alone point to it."""

    key: str
    phrasings: tuple[str, ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordMatch:
    """What became of one word of the question. ``share`` is its part in the question's weight, 0 to 1."""

    word: str
    matched: str | None
    share: float
    likeness: float


@dataclass(frozen=True, slots=True)
class Match:
    """A target with its score, 0 to 100, and the grounds, each 0 to 1.

    ``likeness`` says how near the best phrasing is, word by word; ``closeness`` how near all phrasings together are;
    ``explained`` which share of the question's meaning-carrying weight the target knows at all.
    """

    key: str
    score: float
    phrasing: str
    likeness: float
    closeness: float
    explained: float


@dataclass(frozen=True, slots=True)
class _Phrasing:
    text: str
    joined: str
    keys: frozenset[str]
    weights: Mapping[str, float]
    total: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one word (or pair) says for each target, in the order of their keys, and the square of its own length."""

    for_targets: NDArray[np.float32]
    square: float


ReadText = tuple[str, tuple[Word, ...]]


def read_targets(targets: Iterable[Target], vocabulary: Vocabulary) -> dict[str, list[ReadText]]:
    """Each target's texts with their words, all in an order that does not depend on that of the files."""
    return {
        target.key: [(text, vocabulary.read(text)) for text in sorted((*target.phrasings, *target.keywords))]
        for target in sorted(targets, key=lambda target: target.key)
    }


class Index:
    """Ranks targets by how near a question is to them."""

    def __init__(self, read: Mapping[str, Sequence[ReadText]], frame_share: float = _FRAME_SHARE) -> None:
        """``read`` is what ``read_targets`` gives."""
        self._frame_share = frame_share
        self._rarity = rarity([[word.key for _, words in texts for word in words] for texts in read.values()])
        self._phrasings = {
            key: [self._phrasing(text, words) for text, words in texts if words] for key, texts in read.items()
        }
        self._places = {key: _places(phrasings) for key, phrasings in self._phrasings.items()}
        self._known = {
            key: frozenset(word for phrasing in phrasings for word in phrasing.keys)
            for key, phrasings in self._phrasings.items()
        }
        self._by_prefix: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self._rarity):
            self._by_prefix[key[:_RELATED_LETTERS]].append(key)
        self._keys = tuple(read)
        self._numbers = {key: number for number, key in enumerate(self._keys)}
        self._build_postings(read)
        self._word_evidence = lru_cache(maxsize=min(5_000, 1 + _REMEMBERED // max(1, len(read))))(self._gather_evidence)
        self._related = lru_cache(maxsize=5_000)(self._find_related)

    def _phrasing(self, text: str, words: tuple[Word, ...]) -> _Phrasing:
        weights = self._weights(words)
        return _Phrasing(text, _joined(words), frozenset(weights), weights, sum(weights.values()))

    def _weights(self, words: Iterable[Word]) -> dict[str, float]:
        weights: dict[str, float] = {}
        for word in words:
            weights[word.key] = max(weights.get(word.key, 0.0), self._weight(word))
        return weights

    def _weight(self, word: Word) -> float:
        """A word that no target knows weighs as much as the rarest."""
        rare = self._rarity.get(word.key, 1.0)
        return max(rare, 0.05) * (self._frame_share if word.is_frame else 1.0)

    def _build_postings(self, read: Mapping[str, Sequence[ReadText]]) -> None:
        """For each feature the numbers of the targets that have it, with their weights: two arrays."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for number, texts in enumerate(read.values()):
            summed: defaultdict[str, float] = defaultdict(float)
            for _, words in texts:
                for feature, weight in _features([word.key for word in words]).items():
                    summed[feature] += weight
            for feature, weight in summed.items():
                numbers[feature].append(number)
                weights[feature].append(math.sqrt(weight))
        self._feature_rarity = {f: math.log((1 + len(read)) / len(found)) + 0.1 for f, found in numbers.items()}
        squares = np.zeros(len(read))
        for feature, found in numbers.items():
            squares[found] += (np.array(weights[feature]) * self._feature_rarity[feature]) ** 2
        lengths = np.sqrt(np.maximum(squares, 1e-12))
        self._postings = {
            feature: (
                np.array(found, np.int32),
                (np.array(weights[feature]) * self._feature_rarity[feature] / lengths[found]).astype(np.float32),
            )
            for feature, found in numbers.items()
        }

    def rank(self, words: Sequence[Word], also: Iterable[str] = (), without: str | None = None) -> list[Match]:
        """The nearest targets and those named in ``also``, by the likeness of their best phrasing, best first.

        Equal scores stand in the order of their keys. A target that shares nothing with the question is left out.
        ``without`` is a phrasing that does not speak for its target, unless it is the only one.
        """
        if not words:
            return []
        weights = self._weights(words)
        meaning = {word.key for word in words if not word.is_frame}
        closeness = self._nearest([word.key for word in words])
        nearest = np.argsort(-closeness, kind="stable")[:_CLOSE_TARGETS]
        wanted = {int(number) for number in nearest}.union(self._numbers[key] for key in also)
        near = [(self._keys[number], float(closeness[number])) for number in sorted(wanted) if closeness[number] > 0]
        matches = [self._look_closely(key, value, words, weights, meaning, without) for key, value in near]
        return sorted(matches, key=lambda match: (-match.score, match.key))

    def _nearest(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """For each target the cosine between the question and all its phrasings together."""
        runs = sum(max(0, 3 * len(key) - 3) for key in keys) or 1
        shares = {"w": _WORDS / math.sqrt(len(keys)), "c": _LETTERS / math.sqrt(runs)}
        found = [(shares[kind], self._word_evidence(kind, key)) for key in keys for kind in shares]
        pairs = list(pairwise(keys))
        found.extend((_PAIRS / math.sqrt(len(pairs)), self._word_evidence("p", f"{a} {b}")) for a, b in pairs)
        sums = np.zeros(len(self._keys), np.float32)
        square = 0.0
        for share, evidence in found:
            square += share * share * evidence.square
            sums += np.float32(share) * evidence.for_targets
        cosines: NDArray[np.float32] = np.minimum(1.0, sums / (math.sqrt(square) or 1.0))
        return cosines

    def _gather_evidence(self, kind: str, key: str) -> _Evidence:
        features = [f"c:{run}" for run in _letter_runs(key)] if kind == "c" else [f"{kind}:{key}"]
        sums = np.zeros(len(self._keys), np.float32)
        square = 0.0
        for feature in features:
            if feature in self._postings:
                rare = self._feature_rarity[feature]
                square += rare * rare
                numbers, weights = self._postings[feature]
                sums[numbers] += rare * weights
        return _Evidence(sums, square)

    def _look_closely(
        self,
        key: str,
        closeness: float,
        words: Sequence[Word],
        weights: Mapping[str, float],
        meaning: set[str],
        without: str | None,
    ) -> Match:
        best = self._most_shared(key, weights, meaning, without)
        laid = [(self._lay_on(words, weights, self._phrasings[key][number]), number) for number in best]
        likeness, number = max(laid, key=lambda found: (found[0], -found[1]))
        phrasing = self._phrasings[key][number]
        explained = self._explained(key, weights, meaning)
        return Match(key, 100 * likeness, phrasing.text, likeness, closeness, explained)

    def _most_shared(
        self, target: str, weights: Mapping[str, float], meaning: set[str], without: str | None
    ) -> list[int]:
        """The numbers of the phrasings that share most with the question.

        Those that share its meaning-carrying words are gathered first, as they are few; all words then rank them.
        """
        places, phrasings = self._places[target], self._phrasings[target]
        gathered: defaultdict[int, float] = defaultdict(float)
        known = [key for key in weights if key in places]
        for key in [key for key in known if key in meaning] or known:
            for number in places[key]:
                if phrasings[number].text != without:
                    gathered[number] += weights[key]
        most = sorted(gathered, key=lambda number: (-gathered[number], phrasings[number].total, number))
        asked = weights.keys()

        def shared(number: int) -> float:
            phrasing = phrasings[number]
            return sum(weights[key] for key in asked & phrasing.keys) / (1.0 + phrasing.total)

        return sorted(most[:_GATHERED], key=lambda number: (-shared(number), number))[:_CLOSE_PHRASINGS] or [0]

    def _lay_on(self, words: Sequence[Word], weights: Mapping[str, float], phrasing: _Phrasing) -> float:
        """How near one phrasing is, 0 to 1: what it covers of the question, what of it is filled, the order."""
        covered = filled = 0.0
        for key, weight in weights.items():
            matched, likeness = self._likeness(key, phrasing)
            if matched:
                covered += weight * likeness
                filled += phrasing.weights[matched] * likeness
        covered /= sum(weights.values())
        filled = min(1.0, filled / phrasing.total)
        order = fuzz.ratio(_joined(words), phrasing.joined) / 100
        return 0.45 * covered + 0.3 * filled + 0.25 * order

    def _likeness(self, key: str, phrasing: _Phrasing) -> tuple[str | None, float]:
        if key in phrasing.keys:
            return key, 1.0
        related = next((other for other in self._related(key) if other in phrasing.keys), None)
        return related, _RELATED if related else 0.0

    def _find_related(self, key: str) -> tuple[str, ...]:
        if len(key) < _RELATED_LETTERS:
            return ()
        return tuple(other for other in self._by_prefix[key[:_RELATED_LETTERS]] if _are_related(key, other))

    def word_matches(self, words: Sequence[Word], match: Match) -> tuple[WordMatch, ...]:
        """What became of each word of the question in the match's phrasing."""
        phrasing = next(found for found in self._phrasings[match.key] if found.text == match.phrasing)
        weights = self._weights(words)
        total = sum(weights.values())
        return tuple(
            WordMatch(word.read, matched, weights[word.key] / total, likeness)
            for word in words
            for matched, likeness in [self._likeness(word.key, phrasing)]
        )

    def _explained(self, target: str, weights: Mapping[str, float], meaning: set[str]) -> float:
        known = self._known[target]
        total = sum(weights[key] for key in meaning)
        if not total:
            return 1.0
        explained = (k for k in meaning if k in known or any(other in known for other in self._related(k)))
        return sum(weights[key] for key in explained) / total

    def unknown_share(self, words: Iterable[Word]) -> float:
        """Which share (0 to 1) of the meaning-carrying words stands, or has a relative, in no target at all."""
        meaning = {word.key for word in words if not word.is_frame}
        return sum(not self._is_known(key) for key in meaning) / max(1, len(meaning))

    def known_weight(self, words: Iterable[Word]) -> float:
        """How much the meaning-carrying words that are known weigh together: up to 1 each, by their rarity."""
        meaning = {word.key for word in words if not word.is_frame}
        return sum(self._rarity.get(key, 1.0) for key in meaning if self._is_known(key))

    def _is_known(self, key: str) -> bool:
        return key in self._rarity or bool(self._related(key))


def _features(keys: Sequence[str]) -> dict[str, float]:
    """Words, neighbours and runs of three to five letters; each kind has a total length of its share."""
    blocks = (
        (_WORDS, [f"w:{key}" for key in keys]),
        (_PAIRS, [f"p:{a} {b}" for a, b in pairwise(keys)]),
        (_LETTERS, [f"c:{run}" for key in keys for run in _letter_runs(key)]),
    )
    features: dict[str, float] = {}
    for share, names in blocks:
        counts = Counter(names)
        length = math.sqrt(sum(n * n for n in counts.values())) or 1.0
        features.update({name: share * n / length for name, n in counts.items()})
    return features


def _places(phrasings: Sequence[_Phrasing]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, phrasing in enumerate(phrasings):
        for key in phrasing.keys:
            places[key].append(number)
    return dict(places)


def _joined(words: Iterable[Word]) -> str:
    return " ".join(word.key for word in words)


def _are_related(one: str, other: str) -> bool:
    shared = min(len(one), len(other))
    return one != other and abs(len(one) - len(other)) <= 5 and one[:shared] == other[:shared]


def _letter_runs(key: str) -> list[str]:
    padded = f" {key} "
    return [padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)]
