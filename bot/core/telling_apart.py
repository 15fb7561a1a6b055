"""Weights that tell targets apart, learned from their phrasings alone: which words speak for which target.

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

_PASSES = 2
_STEP = 4.0
# Classes with less to learn from a phrasing than this are left alone; it saves most of the work.
_NEGLIGIBLE = 0.05
# A phrasing that is told this clearly is left out of the next pass.
_LEARNT = 0.9
# In a base with fewer targets the rest stands for all that it does not know: with one target nothing is certain.
_FEWEST = 60
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
            if share == 1.0 or counts[f] > 1  # a pair seen once tells nothing that its words do not
        }
        self._rows: dict[str, dict[int, float]] = {f: {} for f in self._weights}
        self._learn(featured)

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
        # The more a feature has been corrected, the smaller its next step (AdaGrad, one sum a feature).
        corrected = dict.fromkeys(self._weights, 0.1)
        for _ in range(_PASSES):
            left_out, learnt = learnt, set()
            for place, (target, vector) in enumerate(vectors):
                if place in left_out:
                    continue
                # A target with few phrasings is heard nearly as well as one with many.
                told = self._correct(target, vector, math.sqrt(mean / sizes[target]), corrected)
                if told > _LEARNT:
                    learnt.add(place)

    def _correct(self, target: int, vector: Mapping[str, float], weight: float, corrected: dict[str, float]) -> float:
        """One step towards telling the target; returns its chance before the step."""
        chances = self._chances(vector)
        told = chances.get(target, 1.0 / len(self.targets))
        errors = [(n, weight * chance) for n, chance in chances.items() if chance > _NEGLIGIBLE and n != target]
        errors.append((target, weight * (told - 1.0)))
        square = sum(error * error for _, error in errors)
        for feature, value in vector.items():
            row = self._rows[feature]
            corrected[feature] += value * value * square
            step = _STEP * value / math.sqrt(corrected[feature])
            for n, error in errors:
                row[n] = row.get(n, 0.0) - step * error
        return told

    def _vector(self, features: Mapping[str, float]) -> dict[str, float]:
        vector = {f: self._weights[f] for f in features if f in self._weights}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {f: value / length for f, value in vector.items()}

    def _chances(self, vector: Mapping[str, float]) -> dict[int, float]:
        """The chances of the targets that any feature speaks of; the others share the rest equally."""
        sums: dict[int, float] = {}
        for feature, value in vector.items():
            for n, weight in self._rows[feature].items():
                sums[n] = sums.get(n, 0.0) + value * weight
        most = max(sums.values(), default=0.0)
        powers = {n: math.exp(total - most) for n, total in sums.items()}
        whole = sum(powers.values()) + (max(_FEWEST, len(self.targets)) - len(sums)) * math.exp(-most)
        return {n: power / whole for n, power in powers.items()}

    def chances(self, words: Sequence[Word]) -> dict[str, float]:
        """The chances, 0 to 1, of the targets that any word speaks of; none where no word is known."""
        return {self.targets[n]: chance for n, chance in self._chances(self._vector(_features(words))).items()}


def _features(words: Sequence[Word]) -> dict[str, float]:
    """Word keys, pairs of neighbours, and written forms that a synonym replaced; each with its share."""
    keys = [word.key for word in words]
    features = dict.fromkeys(keys, 1.0)
    features.update(dict.fromkeys((f"{a} {b}" for a, b in pairwise(keys)), _PAIR_SHARE))
    written = (stem(part) for word in words for part in word.read.split())
    features.update({f"={form}": _SURFACE_SHARE for form in written if form not in features})
    return features
