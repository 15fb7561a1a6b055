"""How near a question is to each thing that the knowledge base knows. Built once; ``rank`` is pure.

A target (a point, a gap, a remark of small talk) has several phrasings. Two stages: an inverted index over words, pairs
of neighbours and runs of letters names the few targets worth a look; then the question is laid word by word on their
phrasings, and the best phrasing speaks for its target.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.core.vocabulary import Vocabulary, Word, rarity

# Shares of the three kinds of evidence in the first stage; measured on public question sets before the bot was begun.
_WORDS, _PAIRS, _LETTERS = 0.7, 0.4, 1.0
# A frame word ("how", "the") counts this much of a meaning-carrying word of the same rarity.
_FRAME_SHARE = 0.3
# How many targets are looked at closely, and how many phrasings of each.
_CLOSE_TARGETS = 8
_CLOSE_PHRASINGS = 6
# Two words that share their first letters are related ("diagnose", "diagnostic") and count this much of an equal one.
_RELATED = 0.75


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be asked for, with the ways of asking. ``keywords`` are known to it without being a phrasing."""

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
    """A target with its score, 0 to 100, and the grounds.

    ``explained`` is the share (0 to 1) of the question's meaning-carrying weight that the target knows at all;
    ``covered`` the share that the best phrasing has, ``filled`` the share of the phrasing that the question has.
    """

    key: str
    score: float
    phrasing: str
    explained: float
    covered: float
    filled: float
    words: tuple[WordMatch, ...]


@dataclass(frozen=True, slots=True)
class _Phrasing:
    text: str
    words: tuple[Word, ...]
    weights: Mapping[str, float]
    total: float


class Index:
    """Ranks targets by how near a question is to them."""

    def __init__(self, targets: Sequence[Target], vocabulary: Vocabulary, frame_share: float = _FRAME_SHARE) -> None:
        self._frame_share = frame_share
        self._targets = {target.key: target for target in targets}
        self._vocabulary = vocabulary
        read = {
            target.key: [(text, vocabulary.read(text)) for text in (*target.phrasings, *target.keywords)]
            for target in targets
        }
        self._rarity = rarity([[word.key for _, words in texts for word in words] for texts in read.values()])
        self._frames = {
            word.key for texts in read.values() for _, words in texts for word in words if word.is_frame
        }
        self._phrasings = {
            key: [self._phrasing(text, words) for text, words in texts if words]
            for key, texts in read.items()
        }
        self._known = {
            key: frozenset(word.key for phrasing in phrasings for word in phrasing.words)
            for key, phrasings in self._phrasings.items()
        }
        self._postings = self._build_postings()

    def _phrasing(self, text: str, words: tuple[Word, ...]) -> _Phrasing:
        weights: dict[str, float] = {}
        for word in words:
            weights[word.key] = max(weights.get(word.key, 0.0), self._weight(word))
        return _Phrasing(text, words, weights, sum(weights.values()))

    def _weight(self, word: Word) -> float:
        """A word that no target knows weighs as much as the rarest."""
        rare = self._rarity.get(word.key, 1.0)
        return max(rare, 0.05) * (self._frame_share if word.is_frame else 1.0)

    def _build_postings(self) -> dict[str, list[tuple[str, float]]]:
        vectors = {}
        for key, phrasings in self._phrasings.items():
            summed: Counter[str] = Counter()
            for phrasing in phrasings:
                for feature, weight in self._features(phrasing.words).items():
                    summed[feature] += weight
            vectors[key] = summed
        counts = Counter(feature for vector in vectors.values() for feature in vector)
        self._feature_rarity = {f: math.log((1 + len(vectors)) / n) + 0.1 for f, n in counts.items()}
        postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for key, vector in vectors.items():
            weighed = {f: math.sqrt(w) * self._feature_rarity[f] for f, w in vector.items()}
            length = math.sqrt(sum(w * w for w in weighed.values())) or 1.0
            for feature, weight in weighed.items():
                postings[feature].append((key, weight / length))
        return dict(postings)

    def _features(self, words: Sequence[Word]) -> dict[str, float]:
        """Words, neighbours and runs of three to five letters; each kind has a total length of its share."""
        keys = [word.key for word in words]
        blocks = (
            (_WORDS, [f"w:{key}" for key in keys]),
            (_PAIRS, [f"p:{a} {b}" for a, b in zip(keys, keys[1:], strict=False)]),
            (_LETTERS, [run for key in keys for run in _letter_runs(key)]),
        )
        features: dict[str, float] = {}
        for share, names in blocks:
            counts = Counter(names)
            length = math.sqrt(sum(n * n for n in counts.values())) or 1.0
            features.update({name: share * n / length for name, n in counts.items()})
        return features

    def rank(self, words: Sequence[Word], most: int = _CLOSE_TARGETS) -> list[Match]:
        """The nearest targets, best first; equal scores in the order of their keys. None where no feature is shared."""
        if not words:
            return []
        near = self._nearest(words)[:most]
        matches = [match for key, closeness in near if (match := self._look_closely(key, closeness, words))]
        return sorted(matches, key=lambda match: (-match.score, match.key))

    def _nearest(self, words: Sequence[Word]) -> list[tuple[str, float]]:
        sums: defaultdict[str, float] = defaultdict(float)
        weighed = {f: w * self._feature_rarity.get(f, 0.0) for f, w in self._features(words).items()}
        length = math.sqrt(sum(w * w for w in weighed.values())) or 1.0
        for feature, weight in weighed.items():
            for key, target_weight in self._postings.get(feature, ()):
                sums[key] += weight * target_weight / length
        return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))

    def _look_closely(self, key: str, closeness: float, words: Sequence[Word]) -> Match | None:
        weights = self._phrasing("", tuple(words)).weights
        phrasings = self._phrasings[key]
        overlap = [
            (sum(w for k, w in weights.items() if k in p.weights), -i) for i, p in enumerate(phrasings)
        ]
        best = sorted(overlap, reverse=True)[:_CLOSE_PHRASINGS]
        matches = [self._lay_on(key, closeness, words, weights, phrasings[-i]) for _, i in best]
        return max(matches, key=lambda match: (match.score, match.phrasing), default=None)

    def _lay_on(
        self,
        key: str,
        closeness: float,
        words: Sequence[Word],
        weights: Mapping[str, float],
        phrasing: _Phrasing,
    ) -> Match:
        likeness = {k: self._likeness(k, phrasing.weights) for k in weights}
        total = sum(weights.values())
        covered = sum(weights[k] * like for k, (_, like) in likeness.items()) / total
        back = {
            p: max((like for m, like in likeness.values() if m == p), default=0.0) for p in phrasing.weights
        }
        filled = sum(weight * back[p] for p, weight in phrasing.weights.items()) / phrasing.total
        order = fuzz.ratio(" ".join(w.key for w in words), " ".join(w.key for w in phrasing.words)) / 100
        near = 0.45 * covered + 0.3 * filled + 0.25 * order
        explained = self._explained(key, words, weights)
        score = 100 * (0.6 * near + 0.2 * min(1.0, 2.0 * closeness) + 0.2 * explained)
        found = tuple(
            WordMatch(word.read, likeness[word.key][0], weights[word.key] / total, likeness[word.key][1])
            for word in words
        )
        return Match(key, score, phrasing.text, explained, covered, filled, found)

    def _likeness(self, key: str, others: Mapping[str, float]) -> tuple[str | None, float]:
        if key in others:
            return key, 1.0
        related = next((other for other in others if _are_related(key, other)), None)
        return related, _RELATED if related else 0.0

    def _explained(self, target: str, words: Sequence[Word], weights: Mapping[str, float]) -> float:
        known = self._known[target]
        meaning = {word.key: weights[word.key] for word in words if not word.is_frame}
        total = sum(meaning.values())
        if not total:
            return 1.0
        return (
            sum(w for k, w in meaning.items() if k in known or any(_are_related(k, o) for o in known)) / total
        )

    def knows(self, key: str) -> bool:
        return key in self._rarity


def _are_related(one: str, other: str) -> bool:
    shared = min(len(one), len(other))
    return shared >= 5 and abs(len(one) - len(other)) <= 5 and one[:shared] == other[:shared]


def _letter_runs(key: str) -> Iterable[str]:
    padded = f" {key} "
    return (f"c:{padded[i : i + n]}" for n in (3, 4, 5) for i in range(len(padded) - n + 1))
