"""Weights that tell targets apart, learned from their phrasings alone: which words and neighbours speak for which target.

It is multinomial logistic regression over a few sparse features, in the standard library, with nothing random: the same
phrasings in whatever order give the same weights.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.core.text import stem
from bot.core.vocabulary import Word

_PASSES = 4
_STEP = 1.0
# Weights shrink a little for each phrasing seen, so that a word that stood once does not shout.
_SHRINK = 2e-5
# Classes with less to learn from a phrasing than this are left alone; it saves most of the work.
_NEGLIGIBLE = 0.004
# A phrasing that is told this clearly is left out of the next pass.
_LEARNT = 0.9
# Pairs of neighbours, and the words as written where a synonym stands for them, count this much of a word.
_PAIR_SHARE, _SURFACE_SHARE = 0.8, 0.7


class TellingApart:
    """Chances of each target for the words of a question. Built once; ``chances`` is pure.

    The work of building grows with phrasings times targets: about two seconds for 5,000 phrasings of 80 targets.
    """

    def __init__(self, phrasings: Sequence[tuple[str, Sequence[Word]]]) -> None:
        """``phrasings`` are pairs of a target's key and the words of one of its phrasings."""
        self.targets = sorted({target for target, _ in phrasings})
        featured = [(target, _features(words)) for target, words in phrasings]
        counts = Counter(feature for _, features in featured for feature in features)
        self._weights = {
            f: share * math.log((1 + len(phrasings)) / counts[f])
            for _, features in featured
            for f, share in features.items()
        }
        self._rows: dict[str, list[float]] = {f: [0.0] * len(self.targets) for f in counts}
        self._squares: dict[str, list[float]] = {f: [0.1] * len(self.targets) for f in counts}
        self._learn(featured)
        self._squares = {}

    def _learn(self, featured: Sequence[tuple[str, Mapping[str, float]]]) -> None:
        number = {target: n for n, target in enumerate(self.targets)}
        samples = sorted(
            ((number[target], features) for target, features in featured),
            key=lambda sample: hashlib.sha256(f"{sample[0]} {' '.join(sample[1])}".encode()).digest(),
        )
        vectors = [(target, self._vector(features)) for target, features in samples]
        sizes = Counter(target for target, _ in vectors)
        mean = len(vectors) / max(1, len(sizes))
        learnt: set[int] = set()
        for _ in range(_PASSES):
            left_out, learnt = learnt, set()
            for place, (target, vector) in enumerate(vectors):
                # A target with few phrasings is heard nearly as well as one with many.
                if place not in left_out and self._correct(target, vector, math.sqrt(mean / sizes[target])) > _LEARNT:
                    learnt.add(place)

    def _correct(self, target: int, vector: Mapping[str, float], weight: float) -> float:
        chances = _softmax(self._sums(vector))
        told = chances[target]
        chances[target] -= 1.0
        errors = [(n, -weight * chance) for n, chance in enumerate(chances) if abs(chance) > _NEGLIGIBLE]
        for feature, value in vector.items():
            row, squares = self._rows[feature], self._squares[feature]
            for n, error in errors:
                gradient = error * value
                squares[n] += gradient * gradient
                row[n] += _STEP * gradient / math.sqrt(squares[n]) - _SHRINK * row[n]
        return told

    def _vector(self, features: Mapping[str, float]) -> dict[str, float]:
        vector = {f: self._weights[f] for f in features if f in self._weights}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {f: value / length for f, value in vector.items()}

    def _sums(self, vector: Mapping[str, float]) -> list[float]:
        sums = [0.0] * len(self.targets)
        for feature, value in vector.items():
            sums = [total + value * weight for total, weight in zip(sums, self._rows[feature], strict=True)]
        return sums

    def chances(self, words: Sequence[Word]) -> dict[str, float]:
        """For each target its chance, 0 to 1, summing to 1; all equal where no word is known."""
        return dict(zip(self.targets, _softmax(self._sums(self._vector(_features(words)))), strict=True))


def _features(words: Sequence[Word]) -> dict[str, float]:
    """Word keys, pairs of neighbours, and written forms that a synonym replaced; each with its share."""
    keys = [word.key for word in words]
    features = dict.fromkeys(keys, 1.0)
    features.update(dict.fromkeys((f"{a} {b}" for a, b in pairwise(keys)), _PAIR_SHARE))
    written = (stem(part) for word in words for part in word.read.split())
    features.update({f"={form}": _SURFACE_SHARE for form in written if form not in features})
    return features


def _softmax(sums: Sequence[float]) -> list[float]:
    most = max(sums)
    powers = [math.exp(total - most) for total in sums]
    whole = sum(powers)
    return [power / whole for power in powers]
