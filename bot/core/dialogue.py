"""The course of a talk: a message comes in, and what follows is decided in a fixed order.

"Stop" as a whole message is obeyed at once. Then danger comes first; then a loss; then an open question of the bot's;
then small talk; then a follow-up, where the words lean on the last point and no point matches better alone; then the
match.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.consenting import Consenting
from bot.core.consoling import Consoling
from bot.core.conversation import Conversation, Incoming, Ranked, Turn
from bot.core.danger import Act, AskFirst, DangerReader
from bot.core.danger_signs import DangerSign
from bot.core.deciding import EXACTLY, Ambiguous, Confident, Matcher, NoMatch, Outcome
from bot.core.follow_ups import CLEAR_FOLLOW_UP, LIKELY_FOLLOW_UP, Command, FollowUps, Lead, is_pick, picked
from bot.core.knowledge_base import KnowledgeBase
from bot.core.lead_chance import LIKELY_LEAD, LeadChance, is_leaning
from bot.core.loss import Loss, LossFinding, read_loss
from bot.core.replies import NotCovered, Notice, Reply
from bot.core.small_talk import LIKELY_REMARK_SCORE, Listener
from bot.core.splitting import parts
from bot.core.subscribing import Standing
from bot.core.text import normalise
from bot.core.vocabulary import mended_spellings
from bot.core.writing import MORE, NO, NONE, SHOW, SOURCE, TOPICS, YES, Writer

# A longer message is cut here; Telegram's own limit is 4,096 characters.
LONGEST_MESSAGE = 8000
_LONG_MESSAGE = 3000
_LONGEST_CONFIRMATION_WORDS = 12
# A symptom named in this way goes on from the last point ("and bleeding?"); it is no report.
_LEANS = re.compile(r"\W*(?:(?:ok|so|oh)\W+)?(?:and|what about|how about|also|or)\b", re.IGNORECASE)
# An unclear mention of a danger counts as a question about it where a point answers the message this clearly.
INFORMATION_SCORE = 50.0
_SHORTEST_QUESTION_WORDS = 2
_TELLS_OF_NOW = re.compile(
    r"\b(?:i am|im|i have|ive|i had|i got|i feel|i keep|i just|i woke|i see|i saw|i noticed|i think|am i|have i|"
    r"(?:she|he|wife|girlfriend|daughter|patient|baby) (?:is|has|had|just|keeps|feels|started|woke)|shes|hes|"
    r"my (?:water|waters|belly|stomach|tummy|baby|underwear|pants)|"
    r"now|right now|rn|today|tonight|this morning|last night|yesterday|since|just|suddenly|help|"
    r"\d+ ?(?:w|wk|wks|weeks?|months?) ?(?:along|today|now|here)?(?=\W*$))\b"
)
# A message of so few words may be small talk in words that nobody wrote down.
_SHORT_WORDS = 8
_SHORT_NO_WORDS = 4
_YES = frozenset({"y", "yes", "yeah", "yep", "yea", "yup", "ya", "correct", "right", "true", "now", "happening"})
_NO = frozenset({"n", "no", "nope", "nah", "not", "none", "neither", "nothing"})


class Dialogue:
    """Everything that the bot decides, for one knowledge base. Built once; ``step`` is pure."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._messages = knowledge.messages
        self.tips = knowledge.tips
        self.writer = Writer(knowledge)
        self.matcher = Matcher(knowledge)
        self._follow_ups = FollowUps(knowledge, self.matcher.vocabulary)
        self._lead_chance = LeadChance(knowledge, self.matcher)
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
        """What is said to her who lost her baby; before it whom to call, where a danger or a fresh loss needs that."""
        danger = self._danger.read(text)
        if isinstance(danger, Act):
            turn = self._consoling.condole(conversation, standing, now, text, [self.writer.urgent(danger.sign)])
            return replace(turn, conversation=turn.conversation.model_copy(update={"sign": danger.sign.id}))
        urgent = [self.writer.urgent()] if found.is_fresh else []
        return self._consoling.condole(conversation, standing, now, text, urgent)

    def explain_danger(self, text: str) -> str:
        """What the danger signs make of a message, in a few words for staff."""
        finding = self._danger.read(text)
        if isinstance(finding, Act | AskFirst):
            done = "acts" if isinstance(finding, Act) else "asks first"
            sign = f"sign “{finding.sign.title}”" if finding.sign else "no known sign"
            return f"{done}, {sign}, because of “{finding.evidence}”"
        return "none"

    def _said(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        finding = self._danger.read(text)
        if isinstance(finding, Act):
            return self._urgent(conversation, finding.sign, text, now)
        if again := self._still_urgent(conversation, text):
            return again
        if conversation.pending is not None:
            if answered := self._confirmed(conversation, text, now):
                return answered
            conversation = conversation.model_copy(update={"pending": None})
        if isinstance(finding, AskFirst) and not self._asks_for_information(conversation, text):
            pending = conversation.model_copy(update={"pending": text})
            return Turn(pending, (self.writer.confirm_urgent(),), self._ranked(self.matcher.match(text)))
        return self._ordinary(conversation, text, now)

    def _asks_for_information(self, conversation: Conversation, text: str) -> bool:
        """Whether an unclear mention of a danger is a question about it: it goes on from the last point, or a point
        clearly answers it and nothing in it tells of somebody's present state.
        """
        if conversation.point and _LEANS.match(text):
            return True
        if _TELLS_OF_NOW.search(normalise(text).replace("'", "")) or len(text.split()) < _SHORTEST_QUESTION_WORDS:
            return False
        if not any(part.is_question for part in parts(text)):
            return False
        outcome = self.matcher.match(text)
        return isinstance(outcome, Confident) and outcome.match.score >= INFORMATION_SCORE

    def _still_urgent(self, conversation: Conversation, text: str) -> Turn | None:
        """The urgent reply again, where she goes on about it ("yes", "what do I do", "I'm 20 weeks")."""
        sign = next((s for s in self._knowledge.danger.signs if s.id == conversation.sign), None)
        if sign is None or not self._follow_ups.goes_on_about_danger(text):
            return None
        return Turn(conversation, (self.writer.urgent(sign),))

    def _urgent(self, conversation: Conversation, sign: DangerSign, text: str, now: datetime) -> Turn:
        """The urgent text first, then the ordinary answer if the message has one."""
        urgent = self.writer.urgent(sign)
        outcomes = self.matcher.match_all(text)
        confident = next((o for o in outcomes if isinstance(o, Confident)), None)
        conversation = conversation.model_copy(update={"pending": None, "sign": sign.id})
        if confident is None:
            return Turn(conversation, (urgent,), self._ranked(outcomes[0]))
        ordinary = self.writer.answer(confident.match.key, now)
        shown = _shown(conversation, ordinary).model_copy(update={"sign": sign.id})
        return Turn(shown, (urgent, ordinary), self._ranked(confident))

    def _confirmed(self, conversation: Conversation, text: str, now: datetime) -> Turn | None:
        """The typed answer to "is this happening now?", or None where the text is something else."""
        if len(text.split()) > _LONGEST_CONFIRMATION_WORDS:
            return None
        if _begins_with(text, _YES):
            return self._happening(conversation, now)
        return self._not_happening(conversation, now) if _begins_with(text, _NO) else None

    def _happening(self, conversation: Conversation, now: datetime) -> Turn:
        if conversation.pending is None:
            return self._keep(conversation, self.writer.urgent())
        finding = self._danger.read(conversation.pending)
        if isinstance(finding, Act | AskFirst) and finding.sign:
            return self._urgent(conversation, finding.sign, conversation.pending, now)
        return self._keep(conversation, self.writer.urgent())

    def _not_happening(self, conversation: Conversation, now: datetime) -> Turn:
        text = conversation.pending
        calm = self.writer.notice(self._messages.not_happening)
        conversation = conversation.model_copy(update={"pending": None})
        if text is None:
            return self._keep(conversation, calm)
        turn = self._ordinary(conversation, text, now)
        return Turn(turn.conversation, (*turn.replies, calm), turn.ranked)

    def _ordinary(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        if unreadable := self._unreadable(text):
            return self._keep(conversation, unreadable)
        offered = tuple(filter(self.writer.knows, conversation.offered))
        if point := picked(text, offered):
            return self._show([self.writer.answer(point, now)], conversation)
        if offered and _is_only(text, _NO):
            return self._keep(conversation.model_copy(update={"offered": ()}), self.writer.none_of_these())
        if not offered and is_pick(text) and not self._has_clear_lead(conversation, text):
            return self._keep(conversation, self.writer.nothing_to_continue())
        return self._understood(conversation, text, now)

    def _has_clear_lead(self, conversation: Conversation, text: str) -> bool:
        lead = self._lead(conversation, text)
        return lead is not None and lead.score >= CLEAR_FOLLOW_UP

    def _unreadable(self, text: str) -> Notice | None:
        """What is said to a message without words, or in another language."""
        if not any(character.isalnum() for character in text):
            return self.writer.notice(self._messages.empty)
        if foreign := self._listener.other_language(text):
            return self.writer.notice(foreign.reply)
        if self._listener.is_other_script(text):
            return self.writer.notice(self._messages.not_english, self._messages.attachment_urgent)
        return None

    def _understood(self, conversation: Conversation, text: str, now: datetime) -> Turn:
        """Small talk, a follow-up, or a question of its own."""
        words = self.matcher.vocabulary.read(text)
        if conversation.point and (named := self._named_after(text)):
            return self._matched(conversation, [named], text, now)
        lead = self._lead(conversation, text)
        if lead and lead.score >= CLEAR_FOLLOW_UP:
            return self._follow(conversation, lead, mended_spellings(words), now)
        if remark := self._listener.remark(words):
            return self._keep(conversation, self.writer.small_talk(remark))
        outcomes = self.matcher.match_all(text)
        likely = self._likely_lead(conversation, text)
        answers = [o for o in outcomes if isinstance(o, Confident)]
        if not answers:
            if likely and likely.score >= LIKELY_LEAD:
                return self._follow(conversation, likely, mended_spellings(words), now)
            if lead and lead.score >= LIKELY_FOLLOW_UP:
                return self._follow(conversation, lead, mended_spellings(words), now)
            if len(words) <= _SHORT_WORDS and (remark := self._listener.remark(words, LIKELY_REMARK_SCORE)):
                return self._keep(conversation, self.writer.small_talk(remark))
        return self._matched(conversation, outcomes, text, now)

    def _lead(self, conversation: Conversation, text: str) -> Lead | None:
        if not conversation.point or not self.writer.knows(conversation.point) or len(text) > 120:
            return None
        return self._follow_ups.find(text, conversation.point)

    def _named_after(self, text: str) -> Confident | None:
        """What a message names that goes on from the last point: the point of "discharge" in "and discharge?"."""
        leaning = _LEANS.match(text)
        outcome = self.matcher.match(text[leaning.end() :]) if leaning else None
        return outcome if isinstance(outcome, Confident) and outcome.match.likeness >= EXACTLY else None

    def _likely_lead(self, conversation: Conversation, text: str) -> Lead | None:
        """Where a message that leans on the last point most probably leads."""
        point = conversation.point
        if not point or not self.writer.knows(point) or not is_leaning(text):
            return None
        return self._lead_chance.find(text, point)

    def _follow(
        self, conversation: Conversation, lead: Lead, spellings: Sequence[tuple[str, str]], now: datetime
    ) -> Turn:
        last = conversation.point or ""
        if lead.command is Command.SOURCE:
            return self._keep(conversation, self.writer.sources(now, point_id=last))
        if lead.gap:
            return self._keep(conversation, self.writer.not_covered((lead.near,) if lead.near else (), lead.gap))
        point = lead.point or last
        is_more = lead.command is Command.MORE
        reply = self.writer.more(point, now) if is_more else self.writer.answer(point, now, spellings)
        return self._show([reply], conversation, (Ranked(point, lead.score),))

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
        return self._show(replies, conversation, self._ranked(outcomes[0]))

    def _no_match(self, outcome: NoMatch) -> NotCovered:
        if not outcome.gap and not outcome.near and all(word.is_frame for word in outcome.reading.words):
            return self.writer.nothing_to_continue()
        return self.writer.not_covered(outcome.near, outcome.gap)

    def _ranked(self, outcome: Outcome) -> tuple[Ranked, ...]:
        return tuple(Ranked(match.key, match.score) for match in outcome.reading.points)

    def _show(self, replies: Sequence[Reply], conversation: Conversation, ranked: tuple[Ranked, ...] = ()) -> Turn:
        for reply in replies:
            conversation = _shown(conversation, reply)
        return Turn(conversation, tuple(replies), ranked)

    def _keep(self, conversation: Conversation, reply: Reply) -> Turn:
        """A reply that leaves the talk where it was."""
        return Turn(conversation, (reply,))

    def _tapped(self, conversation: Conversation, data: str, now: datetime) -> Turn:
        for prefix, write in ((SHOW, self.writer.answer), (MORE, self.writer.more)):
            if data.startswith(prefix) and self.writer.knows(data.removeprefix(prefix)):
                point = data.removeprefix(prefix)
                return self._show([write(point, now)], conversation, (Ranked(point, 100.0),))
        if data.startswith(SOURCE) and self.writer.knows(data.removeprefix(SOURCE)):
            return self._keep(conversation, self.writer.sources(now, point_id=data.removeprefix(SOURCE)))
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


def _is_only(text: str, words: frozenset[str]) -> bool:
    return len(text.split()) <= _SHORT_NO_WORDS and _begins_with(text, words)


def _begins_with(text: str, words: frozenset[str]) -> bool:
    said = re.match(r"\W*(\w+)", text.lower())
    return said is not None and said[1] in words
