"""Telling classes of short texts apart by the words in them: logistic regression over sparse features.

Nothing is random, and the samples are taken in an order of their own: in whatever order they come, they give the same
weights.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Rates of learning are AdaGrad's: the more a feature has been corrected, the smaller its next step.
_STEP, _FIRST_SQUARE = 4.0, 0.1
_BIAS = 0.5
# So many samples correct the weights together: of a few that contradict each other none has the last word.
_BATCH = 32
_MOST_WEIGHTS = 20_000_000

Features = Mapping[str, float]
_Row = tuple[NDArray[np.intp], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that belongs to a class: its features, each with a share of 0 to 1, and how much it counts."""

    belongs_to: str
    features: Features
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class _Batch:
    """Samples that are learned from together: their features, and a row of ``values`` for each sample."""

    numbers: NDArray[np.intp]
    values: NDArray[np.float32]
    targets: NDArray[np.intp]
    counts: NDArray[np.float32]


class Classifier:
    """Chances of each class for the features of a text. Built once; ``logits`` is pure.

    A weight takes four bytes, and there is one for each pair of a feature and a class; of so many that they would not
    fit into 80 MB, the rarest features are left out.
    """

    def __init__(self, samples: Iterable[Sample], passes: int) -> None:
        ordered = sorted(samples, key=_own_order)
        self.classes: Sequence[str] = sorted({sample.belongs_to for sample in ordered})
        counts = Counter(feature for sample in ordered for feature in sample.features)
        # A feature that is not a plain word and was seen once tells nothing that its words do not.
        shares = {f: share for sample in ordered for f, share in sample.features.items() if share == 1 or counts[f] > 1}
        fitting = sorted(shares, key=lambda f: (-counts[f], f))[: _MOST_WEIGHTS // max(1, len(self.classes))]
        self._numbers = {feature: number for number, feature in enumerate(sorted(fitting))}
        self._rarity = [math.log((1 + len(ordered)) / counts[feature]) for feature in self._numbers]
        # The last row is the bias: what a text is taken for before a word of it is read.
        self._places = {name: number for number, name in enumerate(self.classes)}
        self._weights = np.zeros((len(self._numbers) + 1, len(self.classes)), np.float32)
        self._learn(ordered, passes)

    def _learn(self, samples: Sequence[Sample], passes: int) -> None:
        batches = [self._batch(samples[start : start + _BATCH]) for start in range(0, len(samples), _BATCH)]
        squares = np.full(len(self._weights), _FIRST_SQUARE, np.float32)
        # einsum, not a product of matrices: that one starts a thread for each core. On a busy machine they wait for one
        # another for minutes, and the order in which they add up depends on how many there are.
        for batch in (batch for _ in range(passes) for batch in batches):
            errors = _chances(np.einsum("ij,jk->ik", batch.values, self._weights[batch.numbers]))
            errors[np.arange(len(errors)), batch.targets] -= 1
            errors *= batch.counts[:, np.newaxis]
            slopes = np.einsum("ij,ik->jk", batch.values, errors)
            squares[batch.numbers] += np.square(slopes).sum(axis=1)
            self._weights[batch.numbers] -= slopes * (_STEP / np.sqrt(squares[batch.numbers]))[:, np.newaxis]

    def _batch(self, samples: Sequence[Sample]) -> _Batch:
        rows = [self._row(sample.features) for sample in samples]
        numbers, columns = np.unique(np.concatenate([numbers for numbers, _ in rows]), return_inverse=True)
        values = np.zeros((len(rows), len(numbers)), np.float32)
        values[np.repeat(np.arange(len(rows)), [len(found) for found, _ in rows]), columns] = np.concatenate(
            [shares for _, shares in rows]
        )
        targets = np.array([self._places[sample.belongs_to] for sample in samples], np.intp)
        return _Batch(numbers, values, targets, np.array([sample.counts for sample in samples], np.float32))

    def _row(self, features: Features) -> _Row:
        found = [(self._numbers[f], share) for f, share in features.items() if f in self._numbers]
        numbers = np.array([*(number for number, _ in found), len(self._numbers)], np.intp)
        values = np.array([*(self._rarity[number] * share for number, share in found), 0.0], np.float32)
        values /= math.sqrt(values @ values) or 1.0
        values[-1] = _BIAS
        return numbers, values

    def logits(self, features: Features) -> NDArray[np.float32]:
        """For each of ``classes`` the logarithm of its chance, up to a number that is the same for all."""
        numbers, values = self._row(features)
        found: NDArray[np.float32] = values @ self._weights[numbers]
        return found


def _chances(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers: NDArray[np.float32] = np.exp(logits - logits.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers


def _own_order(sample: Sample) -> bytes:
    return hashlib.sha256(f"{sample.belongs_to} {' '.join(sorted(sample.features))}".encode()).digest()
