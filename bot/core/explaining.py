"""Why an answer was given, in words that a nurse understands, from the grounds on which it was decided."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.conversation import Asked
from bot.core.danger_signs import DangerSign
from bot.core.deciding import ANSWER_SCORE, OFFER_SCORE, Ambiguous, Confident, Matcher, NoMatch, Outcome, Reading
from bot.core.grounds import Alarm, Compared, DangerFound, Ground, PickedFromList, StillInDanger, WentOn
from bot.core.knowledge_base import KnowledgeBase
from bot.core.matching import Match
from bot.core.messages import fill
from bot.core.replies import Explanation

_QUITE_SURE, _FAIRLY_SURE, _UNSURE = 75.0, 50.0, 25.0
_LONGEST_QUOTE = 200


class Explainer:
    """Puts grounds into words. Built once; its methods are pure."""

    def __init__(self, knowledge: KnowledgeBase, matcher: Matcher) -> None:
        self._clinic = knowledge.clinic
        self._messages = knowledge.messages
        self._matcher = matcher
        self._titles = {point.id: point.title for document in knowledge.documents for point in document.points}

    def nothing_to_explain(self) -> Explanation:
        return self._written([self._say(self._messages.why_nothing)])

    def explain(self, asked: Asked, grounds: Sequence[Ground]) -> Explanation:
        """What was made of a question, ground by ground; without grounds nothing was looked up for it."""
        said = [self._say(self._messages.why_wrote, written=_quoted(asked.text))]
        is_one_of_several = sum(isinstance(ground, Compared) for ground in grounds) > 1
        for ground in grounds:
            said.extend(self._explained(ground, asked, is_one_of_several))
        if not grounds:
            said.append(self._say(self._messages.why_not_looked_up))
        if any(isinstance(ground, Compared | WentOn) for ground in grounds):
            said.append(self._say(self._messages.why_method))
        return self._written(said)

    def _explained(self, ground: Ground, asked: Asked, is_one_of_several: bool) -> Iterable[str]:
        match ground:
            case DangerFound():
                return self._danger(ground, asked)
            case StillInDanger(sign):
                return [self._say(self._messages.why_still_urgent, title=sign.title)]
            case PickedFromList(point):
                return [self._say(self._messages.why_picked, title=self._titles[point])]
            case WentOn():
                return self._went_on(ground)
            case Compared(outcome):
                part = [self._say(self._messages.why_part, written=_quoted(outcome.reading.text))]
                return [*(part if is_one_of_several else []), *self._compared(outcome)]

    def _danger(self, ground: DangerFound, asked: Asked) -> Iterator[str]:
        yield self._say(self._messages.why_danger_first)
        yield self._sign(ground.finding.sign, _quoted(ground.finding.evidence))
        done = {
            Alarm.TOLD_URGENT: self._messages.why_told_urgent,
            Alarm.ASKED_FIRST: self._messages.why_asked_first,
            Alarm.TAKEN_FOR_A_QUESTION: self._messages.why_taken_for_question,
        }
        yield self._say(done[ground.alarm])
        if asked.happening is not None:
            yield self._say(self._messages.why_said_yes if asked.happening else self._messages.why_said_no)

    def _sign(self, sign: DangerSign | None, evidence: str) -> str:
        if sign is None:
            return self._say(self._messages.why_danger_unnamed)
        return self._say(self._messages.why_danger, title=sign.title, written=evidence)

    def _went_on(self, ground: WentOn) -> Iterator[str]:
        yield self._say(self._messages.why_went_on, title=self._titles[ground.last])
        lead = ground.lead
        title = self._gap(lead.gap.title) if lead.gap else self._topic(lead.point or ground.last)
        said = self._messages.why_lead_learned if ground.is_learned else self._messages.why_lead_written
        yield self._say(said, title=title, score=round(lead.score), sure=self._sure(lead.score))
        if lead.gap:
            yield self._say(self._messages.why_gap_refused)

    def _compared(self, outcome: Outcome) -> Iterator[str]:
        reading = outcome.reading
        for written, read in reading.spellings:
            yield self._say(self._messages.read_as, written=written, read=read)
        yield from (f"• {said}" for said in self._nearest(reading))
        match outcome:
            case Confident():
                yield self._say(self._messages.why_answered, reason=outcome.rule)
            case Ambiguous():
                yield self._say(self._messages.why_offered, reason=outcome.rule)
            case NoMatch():
                yield self._say(self._messages.why_refused, reason=outcome.rule)

    def _nearest(self, reading: Reading) -> Iterator[str]:
        near = [match for match in reading.compared if match.explained > 0 and match.score >= self._least(match)]
        if not near:
            yield self._say(self._messages.why_none)
            return
        first, *others = near
        sure = self._sure(first.score)
        yield self._say(self._messages.why_nearest, title=self._name(first), score=round(first.score), sure=sure)
        if first is reading.compared[0]:
            yield self._say(self._messages.why_phrasing, written=first.phrasing)
            yield from self._words(reading)
        if others:
            score = round(others[0].score)
            behind = max(0, round(first.score) - score)
            yield self._say(self._messages.why_second, title=self._name(others[0]), score=score, behind=behind)
        else:
            yield self._say(self._messages.why_no_second)

    def _least(self, match: Match) -> float:
        """What is worth naming: a topic that may be offered, and what would keep an answer back."""
        return OFFER_SCORE if match.key in self._titles else ANSWER_SCORE

    def _words(self, reading: Reading) -> Iterator[str]:
        """Which of her words count, and which of them stand, or have a relative, in the nearest phrasing."""
        laid = self._matcher.word_matches(reading)
        meant = [(word.written, found) for word, found in zip(reading.words, laid, strict=True) if not word.is_frame]
        known = dict.fromkeys(written for written, found in meant if found.matched)
        strange = dict.fromkeys(written for written, found in meant if not found.matched and written not in known)
        for said, words in ((self._messages.why_words, known), (self._messages.why_words_not, strange)):
            if words:
                yield self._say(said, written=", ".join(f"“{word}”" for word in words))

    def _name(self, match: Match) -> str:
        """A topic, or what it is that the source is silent on."""
        if match.key in self._titles:
            return self._topic(match.key)
        title = self._matcher.title_of_silence(match.key)
        is_gap = match.key.startswith("gap:")
        return self._gap(title) if is_gap else self._say(self._messages.why_other_subject, title=title)

    def _topic(self, point: str) -> str:
        return self._say(self._messages.why_topic, title=self._titles[point])

    def _gap(self, title: str) -> str:
        return self._say(self._messages.why_gap, gap=title)

    def _sure(self, score: float) -> str:
        levels = (
            (_QUITE_SURE, self._messages.why_quite_sure),
            (_FAIRLY_SURE, self._messages.why_fairly_sure),
            (_UNSURE, self._messages.why_not_sure),
            (0.0, self._messages.why_guess),
        )
        return next(said for at_least, said in levels if score >= at_least)

    def _say(self, text: str, **places: object) -> str:
        return fill(text, self._clinic, **places)

    def _written(self, paragraphs: Sequence[str]) -> Explanation:
        return Explanation(title=self._messages.why_title, paragraphs=tuple(paragraphs))


def _quoted(text: str) -> str:
    """Her words on one line, cut where they are very many."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
