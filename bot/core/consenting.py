"""What a patient decides about herself: tips or none, for how long, and what is kept of her.

Everything that changes something is in the turn's effects. In a group nothing of this is done: others would see it.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.consoling import GRAVE, LOST, NOT_LOST, Consoling
from bot.core.conversation import Conversation, Turn, Wish
from bot.core.knowledge_base import KnowledgeBase
from bot.core.replies import Button, Notice
from bot.core.stop_words import asks_to_stop
from bot.core.subscribing import (
    Forget,
    KeepSubscription,
    Standing,
    Subscription,
    SubscriptionState,
    active,
    stopped,
)
from bot.core.text import tokens
from bot.core.writing import STOP_TIPS, Writer

# A tip may be read hours after it came; what is then said leans on it.
TIP_IS_RECENT = timedelta(days=1)

_YES_TO, _DECLINE, _ASK, _RESUME, _SETTINGS = "tips:yes:", "tips:no", "tips:ask", "tips:on", "tips:settings"
_PAUSE = "tips:pause:"
_MY_DATA, _FORGET, _FORGET_YES, _FORGET_NO = "me:data", "me:forget", "me:forget:yes", "me:forget:no"
_PAUSES = (1, 4)

# What may follow a yes: the same whatever was asked, and what repeats that very question. "Yes, stop" wants no tips.
_AFTER_YES = "please|thanks|thank you|i do|do(?: it| that)?|i am sure"
_REPEATS: dict[Wish, str] = {
    "subscribe": "i want (?:them|that|to|tips)|send (?:them|me tips|tips)",
    "forget": "i want (?:that|to)|erase (?:it|everything|all)(?: of it)?",
    "loss": "i want (?:them|that|to)|stop(?: them)?",
}
_YES = {
    wish: re.compile(
        "(?:yes|y|yeah|yep|yup|yea|ya|sure|please do|i do|of course|yes sure|sure yes)"
        f"(?: (?:{_AFTER_YES}|{repeated}))*"
    )
    for wish, repeated in _REPEATS.items()
}
_NO = re.compile(
    r"(?:no|n|nope|nah|not now|never|rather not|better not|no way)"
    r"(?: (?:thanks|thank you|please|not now|i do not(?: want (?:them|that|to|tips))?|do not|keep (?:it|them)"
    r"|i (?:just )?have a question))*|i just have a question|just a question"
)


class Consenting:
    """Everything that is said and done about tips and about what is kept. Built once; its methods are pure."""

    def __init__(self, knowledge: KnowledgeBase, writer: Writer, consoling: Consoling) -> None:
        self._knowledge = knowledge
        self._consoling = consoling
        self._messages = knowledge.messages
        self._writer = writer
        # Changes with the sentence that a patient says yes to, and so tells which one it was.
        self.wording = hashlib.sha256(knowledge.messages.tips_offer.encode()).hexdigest()[:12]
        self._commands: dict[str, Callable[[Conversation, Standing, datetime], Turn]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._stop,
            "stop": self._stop,
            "settings": self._settings,
            "mydata": self._my_data,
            "forget": self._ask_to_forget,
        }
        self._taps: dict[str, Callable[[Conversation, Standing, datetime], Turn]] = {
            STOP_TIPS: self._stop,
            _DECLINE: self._decline,
            _ASK: self._subscribe,
            _RESUME: self._resume,
            _SETTINGS: self._settings,
            LOST: self._lost,
            NOT_LOST: self._not_lost,
            _MY_DATA: self._my_data,
            _FORGET: self._ask_to_forget,
            _FORGET_YES: self._forget,
            _FORGET_NO: self._keep_all,
        }

    def commanded(self, name: str, conversation: Conversation, standing: Standing | None, now: datetime) -> Turn | None:
        """What follows from a command, None if it is about something else."""
        act = self._commands.get(name)
        return None if act is None else self._in_private(act, conversation, standing, now)

    def tapped(self, data: str, conversation: Conversation, standing: Standing | None, now: datetime) -> Turn | None:
        """What follows from a button, however old, None if it is about something else."""
        if data.startswith(_YES_TO):
            is_current = data.removeprefix(_YES_TO) == self.wording
            return self._in_private(self._accept if is_current else self._subscribe, conversation, standing, now)
        weeks = data.removeprefix(_PAUSE)
        if data.startswith(_PAUSE) and weeks in map(str, _PAUSES):
            return self._in_private(partial(self._pause, weeks=int(weeks)), conversation, standing, now)
        act = self._taps.get(data)
        return None if act is None else self._in_private(act, conversation, standing, now)

    def said(self, text: str, conversation: Conversation, standing: Standing | None, now: datetime) -> Turn | None:
        """What follows from a message that is nothing but "stop", or the yes or no to what was asked."""
        if asks_to_stop(text):
            return self._in_private(self._stop, conversation, standing, now)
        # A letter alone is an answer here, and no shorthand for "why" or "and".
        plain = " ".join(token.word if len(token.written) > 1 else token.written for token in tokens(text))
        answers = {
            "subscribe": (self._accept, self._decline),
            "forget": (self._forget, self._keep_all),
            "loss": (self._lost, self._not_lost),
        }
        if conversation.wish is None or standing is None:
            return None
        accept, decline = answers[conversation.wish]
        if _YES[conversation.wish].fullmatch(plain):
            return accept(conversation, standing, now)
        return decline(conversation, standing, now) if _NO.fullmatch(plain) else None

    def after_a_tip(self, conversation: Conversation, standing: Standing | None, now: datetime) -> Conversation:
        """The talk as it is where a tip came after her last message: that is then what she has read last.

        ``conversation`` is the one that was stored, whatever its age.
        """
        fresh = conversation.at_time(now)
        latest = standing.tips[0] if standing and standing.tips else None
        if latest is None or now - latest.sent_at > TIP_IS_RECENT:
            return fresh
        tip = self._knowledge.tips.tip(latest.tip_id)
        if tip is None or (conversation.at and latest.sent_at <= conversation.at):
            return fresh
        return fresh.model_copy(update={"point": tip.point, "offered": ()})

    def back_again(self, turn: Turn, before: Standing | None, now: datetime) -> Turn:
        """Her tips come again once she writes who had blocked the bot or was gone; a calm turn says so."""
        subscription = before.subscription if before else None
        if subscription is None or subscription.state not in (SubscriptionState.BLOCKED, SubscriptionState.GONE):
            return turn
        if turn.effects or turn.conversation.wish or any(r.kind in GRAVE for r in turn.replies):
            return turn
        again = subscription.model_copy(update={"state": SubscriptionState.ACTIVE, "changed_at": now})
        told = self._writer.notice(self._messages.tips_back, buttons=[self._stop_button()])
        return replace(turn, replies=(*turn.replies, told), effects=(KeepSubscription(again),))

    def _in_private(
        self,
        act: Callable[[Conversation, Standing, datetime], Turn],
        conversation: Conversation,
        standing: Standing | None,
        now: datetime,
    ) -> Turn:
        if standing is None:
            return Turn(conversation, (self._writer.notice(self._messages.tips_private),))
        return act(conversation, standing, now)

    def _subscribe(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        if _gets_or_pauses(standing.subscription):
            return self._settings(conversation, standing, now)
        buttons = [
            Button(self._messages.label_subscribe, _YES_TO + self.wording),
            Button(self._messages.label_decline, _DECLINE),
        ]
        offer = self._writer.notice(self._messages.tips_offer, buttons=buttons)
        return Turn(conversation.asking("subscribe"), (offer,))

    def _accept(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        if _gets_or_pauses(standing.subscription):
            return self._settings(conversation, standing, now)
        said_yes = Subscription(state=SubscriptionState.ACTIVE, wording=self.wording, consented_at=now, changed_at=now)
        return self._change(conversation, said_yes, self._messages.tips_subscribed)

    def _decline(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        if _gets_or_pauses(standing.subscription):
            return self._settings(conversation, standing, now)
        return self._tell(conversation, self._messages.tips_declined)

    def _stop(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        subscription = standing.subscription
        if subscription is None:
            return self._tell(conversation, self._messages.tips_none)
        return self._change(conversation, stopped(subscription, now), self._messages.tips_stopped)

    def _pause(self, conversation: Conversation, standing: Standing, now: datetime, weeks: int) -> Turn:
        subscription = standing.subscription
        if subscription is None or not _gets_or_pauses(subscription):
            return self._settings(conversation, standing, now)
        until = now + timedelta(weeks=weeks)
        paused = active(subscription, now).model_copy(update={"paused_until": until})
        return self._change(conversation, paused, self._messages.tips_paused, date=self._writer.day(until))

    def _resume(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        subscription = standing.subscription
        if subscription is None or not _gets_or_pauses(subscription):
            return self._subscribe(conversation, standing, now)
        return self._change(conversation, active(subscription, now), self._messages.tips_resumed)

    def _settings(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        told = Notice(
            title=self._messages.settings_title,
            paragraphs=(self._state(standing.subscription, now),),
            buttons=(*self._state_buttons(standing.subscription, now), *self._data_buttons()),
        )
        return Turn(conversation.asking(None), (told,))

    def _state(self, subscription: Subscription | None, now: datetime) -> str:
        """The state of her subscription in a sentence."""
        if subscription is None:
            return self._writer.say(self._messages.settings_never)
        if subscription.state is SubscriptionState.STOPPED:
            return self._writer.say(self._messages.settings_stopped, date=self._writer.day(subscription.changed_at))
        if subscription.paused_until and now < subscription.paused_until:
            return self._writer.say(self._messages.settings_paused, date=self._writer.day(subscription.paused_until))
        return self._writer.say(self._messages.settings_active, date=self._writer.day(subscription.consented_at))

    def _state_buttons(self, subscription: Subscription | None, now: datetime) -> tuple[Button, ...]:
        if not _gets_or_pauses(subscription):
            return (Button(self._messages.label_get_tips, _ASK),)
        if subscription and subscription.paused_until and now < subscription.paused_until:
            return (Button(self._messages.label_resume, _RESUME), self._stop_button())
        labels = (self._messages.label_pause_week, self._messages.label_pause_month)
        pauses = (Button(label, f"{_PAUSE}{weeks}") for label, weeks in zip(labels, _PAUSES, strict=True))
        return (*pauses, self._stop_button())

    def _stop_button(self) -> Button:
        return Button(self._messages.label_stop, STOP_TIPS)

    def _data_buttons(self) -> tuple[Button, ...]:
        return (Button(self._messages.label_my_data, _MY_DATA), Button(self._messages.label_forget, _FORGET))

    def _my_data(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        told = Notice(
            title=self._messages.my_data_title,
            paragraphs=tuple(f"• {line}" for line in self._kept(conversation, standing, now)),
            buttons=(Button(self._messages.label_forget, _FORGET),),
        )
        return Turn(conversation.asking(None), (told,))

    def _kept(self, conversation: Conversation, standing: Standing, now: datetime) -> Iterator[str]:
        say, messages = self._writer.say, self._messages
        yield say(messages.my_data_chat, chat=standing.chat)
        yield self._state(standing.subscription, now)
        if subscription := standing.subscription:
            consented_on = self._writer.day(subscription.consented_at)
            yield say(messages.my_data_consent, date=consented_on, wording=subscription.wording)
        yield from self._kept_of_the_talk(conversation)
        if standing.tips:
            yield say(messages.my_data_tips)
        for sent in standing.tips:
            tip = self._knowledge.tips.tip(sent.tip_id)
            title = tip.title if tip else sent.tip_id
            yield say(messages.my_data_tip, date=self._writer.day(sent.sent_at), title=title, tip=sent.tip_id)
        if standing.deliveries:
            yield say(messages.my_data_deliveries, count=standing.deliveries)
        if standing.waiting:
            yield say(messages.my_data_waiting, count=standing.waiting)
        if standing.kept_ids:
            yield say(messages.my_data_messages, count=standing.kept_ids)
        yield say(messages.my_data_updates)
        yield say(messages.my_data_erase)

    def _kept_of_the_talk(self, conversation: Conversation) -> Iterator[str]:
        say, messages, title = self._writer.say, self._messages, self._writer.title
        offered = [title(point) for point in conversation.offered if self._writer.knows(point)]
        sign = next((sign for sign in self._knowledge.danger.signs if sign.id == conversation.sign), None)
        found = []
        if conversation.point and self._writer.knows(conversation.point):
            found.append(say(messages.my_data_point, title=title(conversation.point)))
        if offered:
            found.append(say(messages.my_data_offered, title=", ".join(offered)))
        if conversation.asked:
            found.append(say(messages.my_data_asked, written=conversation.asked.text))
        if conversation.pending:
            found.append(say(messages.my_data_pending, written=conversation.pending))
        if sign:
            found.append(say(messages.my_data_sign, title=sign.title))
        yield from found or [say(messages.my_data_no_talk)]

    def _ask_to_forget(self, conversation: Conversation, _standing: Standing, _now: datetime) -> Turn:
        buttons = [
            Button(self._messages.label_forget_yes, _FORGET_YES),
            Button(self._messages.label_forget_no, _FORGET_NO),
        ]
        ask = self._writer.notice(self._messages.forget_ask, buttons=buttons)
        return Turn(conversation.asking("forget"), (ask,))

    def _forget(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        if conversation.wish != "forget":
            # An old button: nobody should lose anything by a slip of the thumb.
            return self._ask_to_forget(conversation, standing, now)
        return Turn(Conversation(), (self._writer.notice(self._messages.forgotten),), effects=(Forget(),))

    def _keep_all(self, conversation: Conversation, _standing: Standing, _now: datetime) -> Turn:
        return self._tell(conversation, self._messages.forget_declined)

    def _lost(self, conversation: Conversation, standing: Standing, now: datetime) -> Turn:
        return self._consoling.condole(conversation, standing, now)

    def _not_lost(self, conversation: Conversation, _standing: Standing, _now: datetime) -> Turn:
        return self._tell(conversation, self._messages.loss_question)

    def _tell(self, conversation: Conversation, text: str) -> Turn:
        return Turn(conversation.asking(None), (self._writer.notice(text),))

    def _change(self, conversation: Conversation, then: Subscription, text: str, **places: object) -> Turn:
        told = Notice(paragraphs=(self._writer.say(text, **places),))
        return Turn(conversation.asking(None), (told,), effects=(KeepSubscription(then),))


def _gets_or_pauses(subscription: Subscription | None) -> bool:
    return subscription is not None and subscription.state is not SubscriptionState.STOPPED
