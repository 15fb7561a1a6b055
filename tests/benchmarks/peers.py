"""Other ways to find the target that a question asks for, each as small as it can be made.

Every peer is built from pairs of a target and one of its phrasings, and answers a question with a target and a
confidence, which only has to be higher the surer it is.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from bot.core.deciding import Matcher
from bot.core.knowledge_base import KnowledgeBase

Phrasings = Sequence[tuple[str, str]]
Found = tuple[str, float]
Ask = Callable[[str], Found]


def base_of(phrasings: Phrasings) -> KnowledgeBase:
    """A knowledge base of one document with nothing but these phrasings."""
    by_target: defaultdict[str, list[str]] = defaultdict(list)
    for target, text in phrasings:
        by_target[target].append(text)
    points = [
        {
            "id": target,
            "title": texts[0],
            "answer": "It is.",
            "paragraphs": [1],
            "phrasings": list(dict.fromkeys(texts)),
        }
        for target, texts in by_target.items()
    ]
    document = {
        "id": "only-phrasings",
        "title": "Only phrasings",
        "publisher": "Nobody",
        "published": "2020-01-01",
        "url": "https://example.org",
        "sections": [{"id": "all", "title": "All", "paragraphs": 1, "points": points}],
    }
    return KnowledgeBase.model_validate({"documents": [document]})


def ours(phrasings: Phrasings) -> Ask:
    """The bot's own matcher; its confidence is the score by which it decides."""
    matcher = Matcher(base_of(phrasings))

    def ask(question: str) -> Found:
        points = matcher.read(question).points
        return (points[0].key, points[0].score) if points else ("", 0.0)

    return ask


def rapidfuzz_with(scorer: Callable[..., float]) -> Callable[[Phrasings], Ask]:
    """``process.extractOne`` over all phrasings, with the library's own preparation of the texts."""

    def build(phrasings: Phrasings) -> Ask:
        texts = [text for _, text in phrasings]

        def ask(question: str) -> Found:
            found = process.extractOne(question, texts, scorer=scorer, processor=utils.default_process)
            return (phrasings[found[2]][0], found[1]) if found else ("", 0.0)

        return ask

    return build


def bm25(phrasings: Phrasings, k1: float = 1.2, b: float = 0.75) -> Ask:
    """Okapi BM25 over one text a target: its phrasings joined."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for target, text in phrasings:
        texts[target].extend(_words(text))
    targets = list(texts)
    mean = sum(map(len, texts.values())) / len(texts)
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, words in enumerate(texts.values()):
        for word, count in Counter(words).items():
            norm = k1 * (1 - b + b * len(words) / mean)
            postings[word].append((number, count * (k1 + 1) / (count + norm)))

    def ask(question: str) -> Found:
        scores = np.zeros(len(targets))
        for word in _words(question):
            found = postings.get(word, [])
            rarity = math.log(1 + (len(targets) - len(found) + 0.5) / (len(found) + 0.5))
            for number, weight in found:
                scores[number] += rarity * weight
        best = int(scores.argmax())
        return targets[best], float(scores[best])

    return ask


class _TfIdf:
    """Vectors of words, neighbours and runs of three to five letters, weighed by rarity; each kind is normalised."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = [_features(text) for text in texts]
        seen = Counter(feature for blocks in counted for block in blocks for feature in block)
        self._places = {feature: number for number, feature in enumerate(sorted(seen))}
        self._rarity = {feature: math.log((1 + len(counted)) / (1 + count)) + 1 for feature, count in seen.items()}

    def __call__(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(len(self._places), np.float32)
        for block in _features(text):
            weights = {f: (1 + math.log(n)) * self._rarity[f] for f, n in block.items() if f in self._places}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for feature, weight in weights.items():
                vector[self._places[feature]] = weight / length / math.sqrt(2)
        return vector


def tf_idf_nearest(phrasings: Phrasings) -> Ask:
    """The target of the phrasing with the highest cosine."""
    return _by_cosine([target for target, _ in phrasings], [[text] for _, text in phrasings])


def tf_idf_centroid(phrasings: Phrasings) -> Ask:
    """The target whose phrasings' mean vector has the highest cosine."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for target, text in phrasings:
        texts[target].append(text)
    return _by_cosine(list(texts), list(texts.values()))


def _by_cosine(targets: Sequence[str], groups: Sequence[Sequence[str]]) -> Ask:
    vector_of = _TfIdf(text for group in groups for text in group)
    rows = np.array([sum(vector_of(text) for text in group) for group in groups])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def ask(question: str) -> Found:
        cosines = rows @ vector_of(question)
        best = int(cosines.argmax())
        return targets[best], float(cosines[best])

    return ask


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _features(text: str) -> tuple[Counter[str], Counter[str]]:
    words = _words(text)
    padded = [f" {word} " for word in words]
    runs = Counter(f"c:{p[i : i + n]}" for p in padded for n in (3, 4, 5) for i in range(len(p) - n + 1))
    return Counter([*words, *(f"{a} {b}" for a, b in pairwise(words))]), runs


PEERS: Mapping[str, Callable[[Phrasings], Ask]] = {
    "this bot": ours,
    "BM25, phrasings of a target joined": bm25,
    "TF-IDF words and characters, nearest": tf_idf_nearest,
    "TF-IDF words and characters, centroid": tf_idf_centroid,
    "rapidfuzz extractOne, WRatio": rapidfuzz_with(fuzz.WRatio),
    "rapidfuzz extractOne, token_set_ratio": rapidfuzz_with(fuzz.token_set_ratio),
}
