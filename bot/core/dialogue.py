"""The course of a talk: a message comes in, and what follows is decided in a fixed order.

"Stop" as a whole message is obeyed at once. Then danger comes first; then a loss; then an open question of the bot's;
then small talk; then a follow-up, where the words lean on the last point and no point matches better alone; then the
match.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.confirming import confirms, is_only_no, tells_of_now
from bot.core.consenting import Consenting
from bot.core.consoling import Consoling
from bot.core.conversation import Asked, Conversation, Incoming, Ranked, Turn
from bot.core.danger import Act, AskFirst, Calm, DangerReader
from bot.core.danger_signs import DangerSign
from bot.core.deciding import EXACTLY, Ambiguous, Confident, Matcher, NoMatch, Outcome
from bot.core.explaining import Explainer
from bot.core.follow_ups import Command, Lead, is_pick, picked
from bot.core.grounds import Alarm, Compared, DangerFound, Ground, PickedFromList, StillInDanger, WentOn
from bot.core.knowledge_base import KnowledgeBase
from bot.core.leaning import Leads, Leaning
from bot.core.loss import Loss, LossFinding, read_loss
from bot.core.replies import Explanation, NotCovered, Notice, Reply
from bot.core.small_talk import LIKELY_REMARK_SCORE, Listener
from bot.core.splitting import parts
from bot.core.subscribing import Standing
from bot.core.vocabulary import Word, mended_spellings
from bot.core.writing import MORE, NO, NONE, SHOW, SOURCE, TOPICS, WHY, YES, Writer

# A longer message is cut here; Telegram's own limit is 4,096 characters.
LONGEST_MESSAGE = 8000
_LONG_MESSAGE = 3000
# A symptom named in this way goes on from the last point ("and bleeding?"); it is no report.
_LEANS = re.compile(r"\W*(?:(?:ok|so|oh)\W+)?(?:and|what about|how about|also|or)\b", re.IGNORECASE)
# An unclear mention of a danger counts as a question about it where a point answers the message this clearly.
INFORMATION_SCORE = 80.0
_SHORTEST_QUESTION_WORDS = 2
# A message of so few words may be small talk in words that nobody wrote down.
_SHORT_WORDS = 8


class Dialogue:
    """Everything that the bot decides, for one knowledge base. Built once; ``step`` is pure."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._messages = knowledge.messages
        self.tips = knowledge.tips
        self.writer = Writer(knowledge)
        self.matcher = Matcher(knowledge)
        self._leaning = Leaning(knowledge, self.matcher)
        self._explainer = Explainer(knowledge, self.matcher)
        self._danger = DangerReader(knowledge.danger, knowledge.danger_messages, self.matcher.phrasings)
        self._listener = Listener(knowledge.language, self.matcher.vocabulary)
        self._consoling = Consoling(knowledge, self.writer, self.matcher)
        self._consenting = Consenting(knowledge, self.writer, self._consoling)

    def step(self, conversation: Conversation, incoming: Incoming, standing: Standing | None = None) -> Turn:
        """What follows from a message. The same values always give the same turn.

        ``standing`` is what is stored of her beside the talk, None in a group.
        """
        conversation = self._consenting.after_a_tip(conversation, standing, incoming.at)
        turn = self._consented(conversation, incoming, standing)
        if turn is None:
            # Whatever else she does, an open question about her wishes is open no more.
            conversation = conversation.model_copy(update={"wish": None})
            turn = self._decided(conversation, incoming, standing)
        return self._consenting.back_again(turn, standing, incoming.at)

    def _consented(self, conversation: Conversation, incoming: Incoming, standing: Standing | None) -> Turn | None:
        """What is decided about her tips and what is kept of her, None where it is about something else."""
        if incoming.button is not None:
            return self._consenting.tapped(incoming.button, conversation, standing, incoming.at)
        if incoming.text is None:
            return None
        if incoming.text.startswith("/"):
            return self._consenting.commanded(_command(incoming.text)[0], conversation, standing, incoming.at)
        return self._consenting.said(incoming.text[:LONGEST_MESSAGE], conversation, standing, incoming.at)

    def _decided(self, conversation: Conversation, incoming: Incoming, standing: Standing | None) -> Turn:
        if incoming.button is not None:
            return self._tapped(conversation, incoming.button, incoming.at)
        if incoming.text is None:
            return self._keep(
                conversation, self.writer.notice(self._messages.attachment, self._messages.attachment_urgent)
            )
        text = incoming.text[:LONGEST_MESSAGE]
        if text.startswith("/"):
            return self._commanded(conversation, text, incoming.at)
        found = read_loss(text, incoming.at)
        if found.loss is Loss.TOLD:
            return self._lost(conversation, text, incoming.at, standing, found)
        return self._consoling.temper(self._said(conversation, text, incoming.at), text, found.loss, standing)

    def _lost(
        self, conversation: Conversation, text: str, now: datetime, standing: Standing | None, found: LossFinding
    ) -> Turn:
        """What is said to her who lost her baby. A danger to herself comes before it; that somebody should see her, if
        it has only just happened, after it.
        """
        danger = self._danger.read(text)
        if isinstance(danger, Act) and not danger.sign.tells_of_loss:
            turn = self._consoling.condole(conversation, standing, now, text, [self.writer.urgent(danger.sign)])
            return replace(turn, conversation=turn.conversation.model_copy(update={"sign": danger.sign.id}))
        turn = self._consoling.condole(conversation, standing, now, text)
        if not found.is_fresh and not isinstance(danger, Act):
            return turn
        gentle, *answers = turn.replies
        return replace(turn, replies=(gentle, self.writer.urgent(lead=self._messages.loss_fresh), *answers))

    def _said(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        finding = self._danger.read(text)
        if not isinstance(finding, Act):
            if self._leaning.asks_why(text):
                return self._explained(conversation, now)
            if conversation.pending is not None and not self._is_still_urgent(conversation, text):
                is_happening = confirms(text)
                if is_happening is not None:
                    return (self._happening if is_happening else self._not_happening)(conversation, now)
        turn = self._asked(conversation, text, finding, now)
        if not turn.grounds:
            return turn
        asked = Asked(text=text, point=conversation.point, offered=conversation.offered, sign=conversation.sign)
        return replace(turn, conversation=turn.conversation.model_copy(update={"asked": asked}))

    def _asked(self, conversation: Conversation, text: str, finding: Calm | AskFirst | Act, now: datetime) -> Turn:
        if isinstance(finding, Act):
            return self._urgent(conversation, DangerFound(finding, Alarm.TOLD_URGENT), text, now)
        if self._is_still_urgent(conversation, text) and (sign := self._sign(conversation)):
            return Turn(conversation, (self.writer.urgent(sign),), grounds=(StillInDanger(sign),))
        conversation = conversation.model_copy(update={"pending": None})
        if not isinstance(finding, AskFirst):
            return self._ordinary(conversation, text, now)
        if self._asks_for_information(conversation, text, finding) or (
            finding.sign is None and self._leaning.is_written(text, conversation.point)
        ):
            turn = self._ordinary(conversation, text, now)
            return replace(turn, grounds=(DangerFound(finding, Alarm.TAKEN_FOR_A_QUESTION), *turn.grounds))
        pending = conversation.model_copy(update={"pending": text})
        ranked = self._ranked(self.matcher.match(text))
        return Turn(pending, (self.writer.confirm_urgent(),), ranked, (DangerFound(finding, Alarm.ASKED_FIRST),))

    def _asks_for_information(self, conversation: Conversation, text: str, finding: AskFirst) -> bool:
        """Whether an unclear mention of a danger is a question about it: it goes on from the last point, or a point
        clearly answers it and nothing in it tells of somebody's present state. Where it names no sign and hardly
        sounds like one, a state that it tells of ("my wife is sure that it is her fault") is none.
        """
        if conversation.point and _LEANS.match(text):
            return True
        asked = [part.in_context for part in parts(text) if part.is_question]
        if not asked or len(text.split()) < _SHORTEST_QUESTION_WORDS or (tells_of_now(text) and not finding.is_faint):
            return False
        outcomes = map(self.matcher.match, asked if finding.is_faint else [text])
        return any(isinstance(o, Confident) and o.match.score >= INFORMATION_SCORE for o in outcomes)

    def _sign(self, conversation: Conversation) -> DangerSign | None:
        return next((sign for sign in self._knowledge.danger.signs if sign.id == conversation.sign), None)

    def _is_still_urgent(self, conversation: Conversation, text: str) -> bool:
        """Whether she goes on about the danger of an urgent reply ("yes", "what do I do", "I'm 20 weeks")."""
        return self._sign(conversation) is not None and self._leaning.goes_on_about_danger(text)

    def _urgent(self, conversation: Conversation, danger: DangerFound, text: str, now: datetime) -> Turn:
        """The urgent text, then the answer to what the message asks beside it, if it asks something.

        Where it only tells, the document's calm words on that sign must not be the last that she reads.
        """
        sign = danger.finding.sign
        urgent = self.writer.urgent(sign)
        if sign is None:
            return Turn(conversation, (urgent,), grounds=(danger,))
        outcomes = self.matcher.match_all(text)
        confident = next((o for o in outcomes if isinstance(o, Confident)), None)
        conversation = conversation.model_copy(update={"pending": None, "sign": sign.id})
        if confident is None or not any(part.is_question for part in parts(text)):
            return Turn(conversation, (urgent,), self._ranked(outcomes[0]), (danger,))
        ordinary = self.writer.answer(confident.match.key, now)
        shown = _shown(conversation, ordinary).model_copy(update={"sign": sign.id})
        return Turn(shown, (urgent, ordinary), self._ranked(confident), (danger, Compared(confident)))

    def _happening(self, conversation: Conversation, now: datetime) -> Turn:
        if conversation.pending is None or not (danger := self._asked_about(conversation.pending)):
            return self._keep(conversation, self.writer.urgent())
        return self._urgent(_answered(conversation, True), danger, conversation.pending, now)

    def _not_happening(self, conversation: Conversation, now: datetime) -> Turn:
        text = conversation.pending
        calm = self.writer.notice(self._messages.not_happening)
        if text is None:
            return self._keep(conversation, calm)
        turn = self._ordinary(_answered(conversation, False).model_copy(update={"pending": None}), text, now)
        danger = self._asked_about(text)
        grounds = (danger, *turn.grounds) if danger else turn.grounds
        return replace(turn, replies=(*turn.replies, calm), grounds=grounds)

    def _asked_about(self, text: str) -> DangerFound | None:
        """The danger for which she was asked whether it is happening now."""
        finding = self._danger.read(text)
        return DangerFound(finding, Alarm.ASKED_FIRST) if isinstance(finding, Act | AskFirst) else None

    def _why(self, conversation: Conversation, now: datetime, point: str | None = None) -> Explanation:
        """How the reply to the last question was found: it is decided once more, from the same words and state.

        With a ``point``, only if that is what the question was answered with.
        """
        asked = conversation.asked
        turn = self._ask_again(asked, now) if asked else None
        if not asked or not turn or (point and all(point not in reply.points for reply in turn.replies)):
            return self._explainer.nothing_to_explain()
        return self._explainer.explain(asked, turn.grounds)

    def explain(self, text: str, turn: Turn) -> Explanation:
        """How the replies to a text were found, by the turn that it got as the first of a chat."""
        return self._explainer.explain(turn.conversation.asked or Asked(text=text), turn.grounds)

    def _ask_again(self, asked: Asked, now: datetime) -> Turn:
        before = Conversation(point=asked.point, offered=asked.offered, sign=asked.sign, at=now)
        if asked.happening is None:
            return self.step(before, Incoming(now, text=asked.text))
        pending = before.model_copy(update={"pending": asked.text})
        return self.step(pending, Incoming(now, button=YES if asked.happening else NO))

    def _explained(self, conversation: Conversation, now: datetime, point: str | None = None) -> Turn:
        """An open question of the bot's stays open, and is asked again."""
        still_open = (self.writer.confirm_urgent(),) if conversation.pending is not None else ()
        return Turn(conversation, (self._why(conversation, now, point), *still_open))

    def _ordinary(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        if unreadable := self._unreadable(text):
            return self._keep(conversation, unreadable)
        offered = tuple(filter(self.writer.knows, conversation.offered))
        if point := picked(text, offered):
            turn = self._show([self.writer.answer(point, now)], conversation)
            return replace(turn, grounds=(PickedFromList(point),))
        if offered and is_only_no(text):
            return self._keep(conversation.model_copy(update={"offered": ()}), self.writer.none_of_these())
        leads = self._leaning.read(text, conversation.point)
        if not offered and is_pick(text) and not leads.clear:
            return self._keep(conversation, self.writer.nothing_to_continue())
        return self._understood(conversation, text, leads, now)

    def _unreadable(self, text: str) -> Notice | None:
        """What is said to a message without words, or in another language."""
        if not any(character.isalnum() for character in text):
            return self.writer.notice(self._messages.empty)
        if foreign := self._listener.other_language(text):
            return self.writer.notice(foreign.reply)
        if self._listener.is_other_script(text):
            return self.writer.notice(self._messages.not_english, self._messages.attachment_urgent)
        return None

    def _understood(self, conversation: Conversation, text: str, leads: Leads, now: datetime) -> Turn:
        """Small talk, a follow-up, or a question of its own."""
        words = self.matcher.vocabulary.read(text)
        if conversation.point and (named := self._named_after(text)):
            return self._matched(conversation, [named], text, now)
        if leads.clear:
            return self._follow(conversation, leads, leads.clear, words, now)
        if remark := self._listener.remark(words):
            return self._keep(conversation, self.writer.small_talk(remark))
        outcomes = self.matcher.match_all(text)
        if better := leads.beside(outcomes):
            return self._follow(conversation, leads, better, words, now)
        is_short = len(words) <= _SHORT_WORDS and not any(isinstance(outcome, Confident) for outcome in outcomes)
        if is_short and not leads.is_no_remark and (remark := self._listener.remark(words, LIKELY_REMARK_SCORE)):
            return self._keep(conversation, self.writer.small_talk(remark))
        return self._matched(conversation, outcomes, text, now)

    def _named_after(self, text: str) -> Confident | None:
        """What a message names that goes on from the last point: the point of "discharge" in "and discharge?"."""
        leaning = _LEANS.match(text)
        outcome = self.matcher.match(text[leaning.end() :]) if leaning else None
        return outcome if isinstance(outcome, Confident) and outcome.match.likeness >= EXACTLY else None

    def _follow(
        self, conversation: Conversation, leads: Leads, lead: Lead, words: Sequence[Word], now: datetime
    ) -> Turn:
        last = conversation.point or ""
        if lead.command is Command.WHY:
            return self._explained(conversation, now)
        if lead.command is Command.SOURCE:
            return self._keep(conversation, self.writer.sources(now, point_id=last))
        grounds = (WentOn(lead, last, is_learned=lead is leads.learned),)
        if lead.gap:
            near = (lead.near,) if lead.near else ()
            return replace(self._keep(conversation, self.writer.not_covered(near, lead.gap)), grounds=grounds)
        point = lead.point or last
        if lead.command is Command.MORE:
            return self._show([self.writer.more(point, now)], conversation, (Ranked(point, lead.score),))
        reply = self.writer.answer(point, now, mended_spellings(words))
        return self._show([reply], conversation, (Ranked(point, lead.score),), grounds)

    def _matched(self, conversation: Conversation, outcomes: Sequence[Outcome], text: str, now: datetime) -> Turn:
        replies: list[Reply] = []
        for outcome in outcomes:
            if isinstance(outcome, Confident):
                replies.append(self.writer.answer(outcome.match.key, now, outcome.reading.spellings))
            elif isinstance(outcome, Ambiguous):
                replies.append(self.writer.suggestions([match.key for match in outcome.matches]))
            elif replies:
                replies.append(self.writer.notice(self._messages.part_not_covered, self._messages.contact))
            else:
                replies.append(self._no_match(outcome))
                if outcome.near and not conversation.point:
                    conversation = conversation.model_copy(update={"point": outcome.near[0]})
        if len(text) > _LONG_MESSAGE:
            replies.append(self.writer.notice(self._messages.too_long))
        return self._show(replies, conversation, self._ranked(outcomes[0]), tuple(map(Compared, outcomes)))

    def _no_match(self, outcome: NoMatch) -> NotCovered:
        if not outcome.gap and not outcome.near and all(word.is_frame for word in outcome.reading.words):
            return self.writer.nothing_to_continue()
        return self.writer.not_covered(outcome.near, outcome.gap)

    def _ranked(self, outcome: Outcome) -> tuple[Ranked, ...]:
        return tuple(Ranked(match.key, match.score) for match in outcome.reading.points)

    def _show(
        self,
        replies: Sequence[Reply],
        conversation: Conversation,
        ranked: tuple[Ranked, ...] = (),
        grounds: tuple[Ground, ...] = (),
    ) -> Turn:
        for reply in replies:
            conversation = _shown(conversation, reply)
        return Turn(conversation, tuple(replies), ranked, grounds)

    def _keep(self, conversation: Conversation, reply: Reply) -> Turn:
        """A reply that leaves the talk where it was."""
        return Turn(conversation, (reply,))

    def _tapped(self, conversation: Conversation, data: str, now: datetime) -> Turn:
        for prefix, write in ((SHOW, self.writer.answer), (MORE, self.writer.more)):
            if data.startswith(prefix) and self.writer.knows(data.removeprefix(prefix)):
                point = data.removeprefix(prefix)
                if prefix == SHOW:
                    conversation = conversation.model_copy(update={"asked": None})
                return self._show([write(point, now)], conversation, (Ranked(point, 100.0),))
        if data.startswith(SOURCE) and self.writer.knows(data.removeprefix(SOURCE)):
            return self._keep(conversation, self.writer.sources(now, point_id=data.removeprefix(SOURCE)))
        if data.startswith(WHY):
            return self._explained(conversation, now, data.removeprefix(WHY) or None)
        if data == YES:
            return self._happening(conversation, now)
        if data == NO:
            return self._not_happening(conversation, now)
        if data == NONE:
            return self._keep(conversation.model_copy(update={"offered": ()}), self.writer.none_of_these())
        if data == TOPICS or data.startswith(TOPICS + ":"):
            return self._show([self.writer.topics(data.removeprefix(TOPICS).removeprefix(":"))], conversation)
        return self._keep(conversation, self.writer.notice(self._messages.old_button))

    def _commanded(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        name, argument = _command(text)
        if name == "start":
            point = argument
            replies: list[Reply] = [self.writer.start()]
            if self.writer.knows(point):
                replies.append(self.writer.answer(point, now))
            return self._show(replies, Conversation(at=now))
        if name == "topics":
            return self._show([self.writer.topics()], conversation)
        if name == "sources":
            return self._keep(conversation, self.writer.sources(now))
        texts = {"help": self._messages.help, "privacy": self._messages.privacy}
        return self._keep(conversation, self.writer.notice(texts.get(name, self._messages.unknown_command)))


def _shown(conversation: Conversation, reply: Reply) -> Conversation:
    """What the talk is about once a reply has been shown: an answer moves it on, a list offers a choice."""
    if reply.kind in ("answer", "sources"):
        return conversation.model_copy(
            update={"point": next(iter(reply.points), None), "offered": (), "pending": None, "sign": None}
        )
    if reply.points:
        return conversation.model_copy(update={"offered": reply.points, "pending": None})
    return conversation


def _command(text: str) -> tuple[str, str]:
    """A command's name, in small letters and without the bot's, and what follows it."""
    name, _, argument = text[1:].partition(" ")
    return re.sub(r"@\w+$", "", name).lower(), argument.strip()


def _answered(conversation: Conversation, is_happening: bool) -> Conversation:
    """The talk once "is this happening now?" has been answered."""
    if conversation.asked is None:
        return conversation
    return conversation.model_copy(update={"asked": conversation.asked.model_copy(update={"happening": is_happening})})
