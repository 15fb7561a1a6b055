"""What a message asks once a point has been shown, learned from the follow-ups of all points together.

"how do they do that" is written down for a few points; that it asks for much the same after others is learned from
those, and from the full questions that ask for it. Built once; ``find`` is pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from bot.core.deciding import Matcher
from bot.core.follow_ups import Command, Lead, without_leading
from bot.core.knowledge import Document, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.core.learning import Classifier, Sample
from bot.core.telling_apart import features_of
from bot.core.text import tokens

_PASSES = 4
# How much a sample counts: words said after this very point, words for any point, and full questions.
_OWN, _ANY, _FULL = 2.0, 1.0, 0.3
# A word said after a certain point counts this much beside the same word anywhere, and the point by itself this much.
_AFTER_SHARE, _POINT_SHARE = 0.8, 1.0
_MOST_UNKNOWN = 0.4
_NOTHING = Lead(0)

# A message cannot well stand alone where it has no more words than these, or one that points to what was said before.
_LEANING_WORDS, _LONGEST_LEANING_WORDS = 4, 8
_POINTING = frozenset({
    "it", "its", "that", "thats", "this", "these", "those", "they", "them", "their", "there", "then", "one", "ones",
    "else", "such", "so", "and", "either", "both",
})  # fmt: skip


class LeadChance:
    """Knows what is asked after each point, and what is asked whatever came before."""

    def __init__(self, knowledge: KnowledgeBase, matcher: Matcher) -> None:
        self._vocabulary = matcher.vocabulary
        self._unknown_share = matcher.unknown_share
        self._leads: dict[str, Lead] = {}
        self._classifier = Classifier(self._samples(knowledge), _PASSES)

    def find(self, text: str, point: str) -> Lead | None:
        """The likeliest lead, its chance in percent as its score; None where the message is about something else."""
        if self._unknown_share(self._vocabulary.read(text)) > _MOST_UNKNOWN:
            return None
        powers = np.exp(self._classifier.logits(self._features(text, point)).astype(float))
        best = int(powers.argmax())
        lead = self._leads[self._classifier.classes[best]]
        return None if lead is _NOTHING else replace(lead, score=100 * float(powers[best] / powers.sum()))

    def _features(self, text: str, after: str | None) -> dict[str, float]:
        features = features_of(without_leading(self._vocabulary.read(text)))
        if after is None:
            return features
        own = {f"{after}|{feature}": _AFTER_SHARE * share for feature, share in features.items()}
        return {**features, **own, f"{after}|": _POINT_SHARE}

    def _samples(self, knowledge: KnowledgeBase) -> Iterator[Sample]:
        for document in knowledge.documents:
            for point in document.points:
                yield from self._of_point(point)
            yield from self._of_document(document)
        words = knowledge.language.follow_ups
        yield from self._said("more", Lead(0, command=Command.MORE), words.more, _ANY)
        yield from self._said("source", Lead(0, command=Command.SOURCE), words.source, _ANY)
        yield from self._said("why", Lead(0, command=Command.WHY), words.why, _ANY)
        for remark in knowledge.language.small_talk:
            yield from self._said("remark", _NOTHING, remark.phrasings, _ANY)
        for subject in knowledge.other_subjects.subjects:
            yield from self._said("other", _NOTHING, subject.phrasings, _FULL)

    def _of_point(self, point: Point) -> Iterator[Sample]:
        yield from self._said(f"point:{point.id}", Lead(0, point=point.id), point.phrasings, _FULL)
        for follow_up in point.follow_ups:
            lead = Lead(0, point=follow_up.point)
            yield from self._said(f"point:{follow_up.point}", lead, follow_up.words, _OWN, point.id)
        for gap in point.not_covered:
            key, lead = f"gap:{point.id}:{gap.title}", Lead(0, gap=gap, near=point.id)
            yield from self._said(key, lead, gap.words, _OWN, point.id)
            yield from self._said(key, lead, gap.phrasings, _FULL)

    def _of_document(self, document: Document) -> Iterator[Sample]:
        for follow_up in document.follow_ups:
            yield from self._said(f"point:{follow_up.point}", Lead(0, point=follow_up.point), follow_up.words, _ANY)
        for gap in document.not_covered:
            key, lead = f"gap:{document.id}:{gap.title}", Lead(0, gap=gap)
            yield from self._said(key, lead, gap.words, _ANY)
            yield from self._said(key, lead, gap.phrasings, _FULL)

    def _said(
        self, key: str, lead: Lead, texts: Iterable[str], counts: float, after: str | None = None
    ) -> Iterator[Sample]:
        self._leads[key] = lead
        for text in texts:
            yield Sample(key, self._features(text, after), counts)


def is_short(text: str) -> bool:
    """Whether a message has so few words that it hardly stands alone."""
    return len(tokens(text)) <= _LEANING_WORDS


def points_back(text: str) -> bool:
    """Whether a message, unless it is a long one, points to what was said before it by a word such as "that"."""
    words = [token.word for token in tokens(text)]
    return len(words) <= _LONGEST_LEANING_WORDS and not _POINTING.isdisjoint(words)
