"""What is said and done when somebody tells of a loss: the clinic's gentle words, and no tips."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.conversation import Conversation, Turn
from bot.core.deciding import Confident, Matcher, NoMatch
from bot.core.knowledge_base import KnowledgeBase
from bot.core.loss import Loss
from bot.core.replies import Answer, Button, Condolence, Kind, Reply, Urgent
from bot.core.splitting import parts
from bot.core.subscribing import KeepSubscription, Standing, Subscription, SubscriptionState, stopped
from bot.core.writing import Writer

LOST, NOT_LOST = "tips:loss", "tips:question"
# A message with none of these asks nothing.
_MAY_ASK = re.compile(
    r"\?|\b(?:wh(?:at|en|ere|y|ich|o|ether)|how|if|can|could|should|will|would|may|is|are|am|do|does|did|any|risks?|chances?"
    r"|again|wonder|tell|explain|afraid|scared|worr\w+|wat|wot|hw)\b",
    re.IGNORECASE,
)
# A story that names a point so clearly ("and then I had a D&C") is about it. A mere loss is 76 near to some point.
_CLEARLY = 85.0
# Beside these nothing else is said: what is to be done now, or a grief.
GRAVE = (Kind.URGENT, Kind.CONFIRM_URGENT, Kind.LOSS)


class Consoling:
    """Built once; its methods are pure."""

    def __init__(self, knowledge: KnowledgeBase, writer: Writer, matcher: Matcher) -> None:
        self._messages = knowledge.messages
        self._is_sample = knowledge.clinic.is_sample
        self._writer = writer
        self._matcher = matcher

    def condole(
        self,
        conversation: Conversation,
        standing: Standing | None,
        now: datetime,
        text: str = "",
        urgent: Sequence[Urgent] = (),
    ) -> Turn:
        """Help first, if she may need it; then the gentle words; then answers to what ``text`` asks. Her tips stop."""
        subscription = _running(standing)
        silence = self._messages.loss_tips_stopped if subscription else self._messages.loss_silence
        sample = (self._messages.sample,) if self._is_sample and not urgent else ()
        words = self._writer.notice(self._messages.loss, silence, *sample).paragraphs
        answers = self._answers(text, now)
        point = next((point for reply in answers if isinstance(reply, Answer) for point in reply.points), None)
        then = Conversation(at=conversation.at, point=point)
        effects = (KeepSubscription(stopped(subscription, now)),) if subscription else ()
        told = Condolence(title=self._messages.loss_title, paragraphs=words)
        return Turn(then, (*urgent, told, *answers), effects=effects)

    def _answers(self, text: str, now: datetime) -> list[Reply]:
        """Answers to what a message asks beside its story, and what the document is known not to say."""
        asked = " ".join(part.text for part in parts(text) if part.is_question)
        replies: list[Reply] = []
        for outcome in self._matcher.match_all(asked) if asked else ():
            if isinstance(outcome, Confident):
                replies.append(self._writer.answer(outcome.match.key, now, outcome.reading.spellings))
            elif isinstance(outcome, NoMatch) and outcome.gap:
                replies.append(self._writer.not_covered(outcome.near, outcome.gap))
        return replies

    def temper(self, turn: Turn, text: str, loss: Loss, standing: Standing | None) -> Turn:
        """The ordinary turn to a message that tells of a loss long ago, or of what may be one, in a fitting tone."""
        if loss in (Loss.NONE, Loss.TOLD) or any(reply.kind in GRAVE for reply in turn.replies):
            return turn
        if loss is Loss.PAST:
            return self._with_sympathy(turn, text)
        return self._asking(turn) if _running(standing) else turn

    def _with_sympathy(self, turn: Turn, text: str) -> Turn:
        """The answer after a word of sympathy; to a message that asks nothing no more than that."""
        first, *rest = turn.replies
        is_about_something = bool(_MAY_ASK.search(text)) or any(r.score >= _CLEARLY for r in turn.ranked)
        if first.kind is Kind.SMALL_TALK or not is_about_something:
            listening = self._writer.notice(self._messages.loss_past, self._messages.loss_listening)
            then = turn.conversation.model_copy(update={"point": None})
            return replace(turn, conversation=then, replies=(listening,))
        sympathy = self._writer.notice(self._messages.loss_past).paragraphs
        return replace(turn, replies=(replace(first, paragraphs=(*sympathy, *first.paragraphs)), *rest))

    def _asking(self, turn: Turn) -> Turn:
        """Ask gently whether tips should stop, and answer what there is to answer."""
        buttons = (
            Button(self._messages.label_loss_stop, LOST),
            Button(self._messages.label_loss_question, NOT_LOST),
        )
        ask = self._writer.notice(self._messages.loss_ask, buttons=buttons)
        answers = tuple(reply for reply in turn.replies if reply.kind in (Kind.ANSWER, Kind.SUGGESTIONS))
        return replace(turn, conversation=turn.conversation.asking("loss"), replies=(ask, *answers))


def _running(standing: Standing | None) -> Subscription | None:
    """Her subscription, unless it is stopped already."""
    subscription = standing.subscription if standing else None
    return subscription if subscription and subscription.state is not SubscriptionState.STOPPED else None
