"""Which words speak for which target, learned from the targets' phrasings alone."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from bot.core.learning import Classifier, Sample
from bot.core.text import stem
from bot.core.vocabulary import Word

_PASSES = 3
# In a base with fewer targets the rest stands for all that it does not know: with one target nothing is certain.
_FEWEST = 60
# Neighbours, both ends, and the words as written where a synonym stands for them, count this much of a word.
_PAIR_SHARE, _END_SHARE, _SURFACE_SHARE = 0.8, 0.4, 0.7
# So does a word that only frames a question: "get rid of" must not outweigh what is to be got rid of.
_FRAME_SHARE = 0.7


class TellingApart:
    """Chances of each target for the words of a question. Built once; ``chances`` is pure."""

    def __init__(self, phrasings: Sequence[tuple[str, Sequence[Word]]]) -> None:
        """``phrasings`` are pairs of a target's key and the words of one of its phrasings."""
        sizes = Counter(target for target, _ in phrasings)
        mean = len(phrasings) / max(1, len(sizes))
        # A target with few phrasings is heard nearly as well as one with many.
        self._classifier = Classifier(
            (Sample(target, features_of(words), math.sqrt(mean / sizes[target])) for target, words in phrasings),
            _PASSES,
        )
        self.targets = self._classifier.classes

    def chances(self, words: Sequence[Word]) -> Mapping[str, float]:
        """The chance, 0 to 1, of each target."""
        powers = np.exp(self._classifier.logits(features_of(words)))
        powers /= powers.sum() + max(0, _FEWEST - len(self.targets))
        return dict(zip(self.targets, powers.tolist(), strict=True))


def features_of(words: Sequence[Word]) -> dict[str, float]:
    """Word keys, pairs of neighbours, the first and the last word as such, and forms that a synonym replaced."""
    keys = [word.key for word in words]
    features = {word.key: _FRAME_SHARE if word.is_frame else 1.0 for word in words}
    features.update(dict.fromkeys((f"{a} {b}" for a, b in pairwise(keys)), _PAIR_SHARE))
    if len(keys) > 1:
        features.update(dict.fromkeys((f"< {keys[0]}", f"{keys[-1]} >"), _END_SHARE))
    written = (stem(part) for word in words for part in word.read.split())
    features.update({f"={form}": _SURFACE_SHARE for form in written if form not in features})
    return features
