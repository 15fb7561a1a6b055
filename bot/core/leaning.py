"""Where a message leads that leans on the last point: by the words written down for it, and by what was learned.

Both readers have a say. What was written down word for word leads at once; elsewhere the two must not contradict each
other, and a question that is clear by itself is not taken for a follow-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.deciding import EXACTLY, Confident, Matcher, NoMatch, Outcome
from bot.core.follow_ups import CLEAR_FOLLOW_UP, LIKELY_FOLLOW_UP, FollowUps, Lead
from bot.core.knowledge_base import KnowledgeBase
from bot.core.lead_chance import LeadChance, is_short, points_back

# Scores of the learned reader, in percent, chosen on the tuning half of knowledge/questions.yaml. From the first on it
# leads where no point answers the message, or none does clearly; from the second on where one does, taking the message
# alone; from the third on over the written words that come nearest; below the last it has no say against them.
LIKELY_LEAD, SURE_LEAD, _OUTWEIGHS, _HAS_A_SAY = 90.0, 95.0, 70.0, 40.0
# A point with this score answers a message clearly that could be a follow-up as well.
CLEAR_ANSWER = 80.0
# Written words are repeated from here on, and not only resembled.
_WORD_FOR_WORD = 98.0
# A gap or another subject this near is not overruled: no answer is better than a wrong one.
_CLEARLY_SILENT = 80.0
_LONGEST_LEANING_TEXT = 120


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a message may lead, by written words and by what was learned from them."""

    written: Lead | None = None
    learned: Lead | None = None
    points_back: bool = False

    @property
    def clear(self) -> Lead | None:
        """The lead that needs no look at what else the message may ask."""
        if self.written is None or self.written.score < CLEAR_FOLLOW_UP:
            return None
        is_doubtful = self.written.score < _WORD_FOR_WORD and self._contradicts(LIKELY_LEAD)
        return None if is_doubtful else self.written

    def beside(self, outcomes: Sequence[Outcome]) -> Lead | None:
        """The lead that says better what is asked than the message taken alone does, which gave ``outcomes``."""
        answers = [outcome for outcome in outcomes if isinstance(outcome, Confident)]
        if answers:
            return self.learned if self._outdoes(answers) else None
        learned = None if self.learned and self.learned.point and _is_silent(outcomes) else self.learned
        if learned and learned.score >= LIKELY_LEAD:
            return learned
        if self.written is None or self.written.score < LIKELY_FOLLOW_UP:
            return None
        if self._contradicts(_HAS_A_SAY):
            return learned if learned and learned.score >= _OUTWEIGHS else None
        return self.written

    @property
    def is_no_remark(self) -> bool:
        """Whether it is more than small talk as far as the learned reader can tell."""
        return self.learned is not None and self.learned.score >= _HAS_A_SAY

    def _outdoes(self, answers: Sequence[Confident]) -> bool:
        if self.learned is None or not self.points_back or len(answers) > 1:
            return False
        is_clear = answers[0].match.score >= CLEAR_ANSWER
        return answers[0].match.likeness < EXACTLY and self.learned.score >= (SURE_LEAD if is_clear else LIKELY_LEAD)

    def _contradicts(self, at_least: float) -> bool:
        if self.learned is None or self.written is None or self.learned.score < at_least:
            return False
        return not self.learned.leads_where(self.written)


class Leaning:
    """Reads messages against what may be said after each point. Built once; ``read`` is pure."""

    def __init__(self, knowledge: KnowledgeBase, matcher: Matcher) -> None:
        self._points = {point.id for document in knowledge.documents for point in document.points}
        self._follow_ups = FollowUps(knowledge, matcher.vocabulary)
        self._lead_chance = LeadChance(knowledge, matcher)

    def read(self, text: str, point: str | None) -> Leads:
        """Where a message may lead after a point: nowhere, where none has been shown."""
        if point not in self._points:
            return Leads()
        leans = is_short(text) or points_back(text)
        return Leads(
            written=self._follow_ups.find(text, point) if len(text) <= _LONGEST_LEANING_TEXT else None,
            learned=self._lead_chance.find(text, point) if leans else None,
            points_back=points_back(text),
        )

    def asks_why(self, text: str) -> bool:
        """True of "why this answer?", in the very words that are written down for it."""
        return self._follow_ups.asks_why(text)

    def is_written(self, text: str, point: str | None) -> bool:
        """Whether a message is, word for word, one that may follow the point."""
        written = self.read(text, point).written
        return written is not None and written.score >= _WORD_FOR_WORD

    def goes_on_about_danger(self, text: str) -> bool:
        """True of "what do I do?" and of a bare number of weeks, said after an urgent reply."""
        return self._follow_ups.goes_on_about_danger(text)


def _is_silent(outcomes: Sequence[Outcome]) -> bool:
    """Whether a gap or another subject is clearly what the message asks, taken alone."""
    return any(
        isinstance(outcome, NoMatch)
        and outcome.reading.gap is not None
        and outcome.reading.gap is outcome.reading.compared[0]
        and outcome.reading.gap.score >= _CLEARLY_SILENT
        for outcome in outcomes
    )
