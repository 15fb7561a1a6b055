"""How likely a message tells of something alarming, learned from messages that people labelled.

Patterns know the words of a danger; this knows how people say that it is happening, and how they speak of it when it
is not: in questions, fears, dreams, films, other people's stories and what was found harmless long ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core.danger_grammar import sentences_of
from bot.core.danger_signs import DangerMessages
from bot.core.danger_words import Lexicon
from bot.core.learning import Classifier, Sample
from bot.core.text import stem

_PASSES = 6
# Pairs and triples of neighbours count less than a word, as they repeat what their words say.
_PAIR_SHARE, _TRIPLE_SHARE = 0.9, 0.7
# A way to ask for information is calm, but was not labelled with dangers in mind.
_INFORMATION_COUNTS = 0.3
_START, _END = "<", "."
_DANGER, _CALM = "danger", "calm"


@dataclass(frozen=True, slots=True)
class Odds:
    """The logarithm of the odds that a message is alarming, 0 being even and negative calm: of all of it, and of the
    sentence in which they are highest.
    """

    whole: float
    clearest_sentence: float


class DangerChance:
    """Learns from labelled messages and from ways to ask for information: 8,000 texts take about a second."""

    def __init__(self, lexicon: Lexicon, messages: DangerMessages, information: Iterable[str] = ()) -> None:
        self._lexicon = lexicon
        samples = [Sample(_DANGER, self._features(text)) for text in messages.danger]
        samples += [Sample(_CALM, self._features(text)) for text in messages.calm]
        samples += [Sample(_CALM, self._features(text), _INFORMATION_COUNTS) for text in information]
        self._classifier = Classifier(samples, _PASSES)

    def odds(self, text: str) -> Odds:
        sentences = [self._keys(sentence) for sentence in sentences_of(text)]
        whole = self._odds([key for keys in sentences for key in keys])
        return Odds(whole, max((self._odds(keys) for keys in sentences), default=whole) if sentences[1:] else whole)

    def _odds(self, keys: Sequence[str]) -> float:
        logits = dict(zip(self._classifier.classes, self._classifier.logits(_runs(keys)), strict=True))
        return float(logits[_DANGER] - logits[_CALM])

    def _features(self, text: str) -> dict[str, float]:
        return _runs([key for sentence in sentences_of(text) for key in self._keys(sentence)])

    def _keys(self, sentence: str) -> list[str]:
        return [*(stem(word.word) for word in self._lexicon.words(sentence)), _END]


def _runs(words: Sequence[str]) -> dict[str, float]:
    keys = [_START, *words]
    features = dict.fromkeys((" ".join(run) for run in zip(keys, keys[1:], keys[2:], strict=False)), _TRIPLE_SHARE)
    features |= dict.fromkeys((" ".join(pair) for pair in pairwise(keys)), _PAIR_SHARE)
    return features | dict.fromkeys(keys, 1.0)
