"""What a patient decides about tips and about what is kept of her."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.consenting import Consenting
from bot.core.consoling import Consoling
from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase
from bot.core.messages import Messages
from bot.core.replies import Kind
from bot.core.subscribing import (
    Forget,
    KeepSubscription,
    SentTip,
    Standing,
    Subscription,
    SubscriptionState,
    standing_after,
)
from bot.core.tips import Tip, Tips
from bot.plain_text import plain_text

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)
NEW = Standing(7)
ACTIVE = Subscription(state=SubscriptionState.ACTIVE, wording="old", consented_at=AT - DAY, changed_at=AT - DAY)
STOPPED = ACTIVE.model_copy(update={"state": SubscriptionState.STOPPED})
BLOCKED = ACTIVE.model_copy(update={"state": SubscriptionState.BLOCKED})


def having(subscription: Subscription, *tips: SentTip) -> Standing:
    return Standing(7, subscription, tips)


def say(dialogue: Dialogue, text: str, standing: Standing | None = NEW, talk: Conversation | None = None) -> Turn:
    return dialogue.step(talk or Conversation(), Incoming(AT, text=text), standing)


def tap(dialogue: Dialogue, data: str, standing: Standing | None = NEW, talk: Conversation | None = None) -> Turn:
    return dialogue.step(talk or Conversation(), Incoming(AT, button=data), standing)


def told(turn: Turn) -> str:
    return "\n".join(map(plain_text, turn.replies))


@pytest.fixture(scope="module")
def tipping(plants_knowledge: KnowledgeBase) -> Dialogue:
    tip = Tip(id="small-pots", title="A little bigger", text="Take a pot that is a little bigger.", point="repotting")
    return Dialogue(plants_knowledge.model_copy(update={"tips": Tips(tips=(tip,))}))


def test_a_yes_is_kept_with_its_time_and_the_mark_of_what_was_said_yes_to(plants: Dialogue) -> None:
    offered = say(plants, "/subscribe")
    yes = offered.replies[0].buttons[0]
    mark = yes.data.removeprefix("tips:yes:")
    said_yes = Subscription(state=SubscriptionState.ACTIVE, wording=mark, consented_at=AT, changed_at=AT)
    assert offered.effects == ()
    assert tap(plants, yes.data).effects == (KeepSubscription(said_yes),)
    assert say(plants, "Yes, please!", talk=offered.conversation).effects == (KeepSubscription(said_yes),)


def test_the_mark_changes_with_the_words(plants_knowledge: KnowledgeBase, plants: Dialogue) -> None:
    def wording(messages: Messages) -> str:
        knowledge = plants_knowledge.model_copy(update={"messages": messages})
        return Consenting(knowledge, plants.writer, Consoling(knowledge, plants.writer, plants.matcher)).wording

    same = wording(Messages())
    assert wording(Messages(help="Other help.")) == same
    assert wording(Messages(tips_offer="Would you like tips?")) != same
    assert len(same.encode()) <= 64 - len("tips:yes:")


@pytest.mark.parametrize(
    "text", ["yes", "Yes!", "y", "yeah", "sure", "yes please", "yes i want that", "yes, thank you"]
)
def test_yes_in_many_words_is_a_yes(plants: Dialogue, text: str) -> None:
    asked = say(plants, "/subscribe").conversation
    assert say(plants, text, talk=asked).effects


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "maybe",
        "yes but when should I repot?",
        "what tips",
        "no",
        "not now",
        "no thank you",
        "hm",
        "👍",
        "yes stop them",
        "yes erase everything",
    ],
)
def test_nothing_else_is_a_yes(plants: Dialogue, text: str) -> None:
    asked = say(plants, "/subscribe").conversation
    assert say(plants, text, talk=asked).effects == ()


def test_a_yes_after_something_else_or_after_an_hour_is_not_an_answer_any_more(plants: Dialogue) -> None:
    asked = say(plants, "/subscribe").conversation
    between = say(plants, "when should I repot a plant?", talk=asked).conversation
    assert say(plants, "yes", talk=between).effects == ()
    late = plants.step(asked, Incoming(AT + timedelta(minutes=61), text="yes"), NEW)
    assert late.effects == ()


def test_a_subscription_that_runs_is_not_consented_to_a_second_time(plants: Dialogue) -> None:
    yes = say(plants, "/subscribe").replies[0].buttons[0]
    for subscription in (ACTIVE, BLOCKED):
        kept = tap(plants, yes.data, having(subscription)).effects
        assert all(effect.subscription.wording == "old" for effect in kept if isinstance(effect, KeepSubscription))


def test_a_second_stop_keeps_the_day_of_the_first(plants: Dialogue) -> None:
    assert say(plants, "stop", having(STOPPED)).effects == (KeepSubscription(STOPPED),)


def test_a_pause_ends_by_itself(plants: Dialogue) -> None:
    (effect,) = tap(plants, "tips:pause:1", having(ACTIVE)).effects
    assert isinstance(effect, KeepSubscription)
    paused = effect.subscription
    assert paused.paused_until == AT + 7 * DAY
    assert [paused.gets_tips(AT + n * DAY) for n in (0, 6, 7, 8)] == [False, False, True, True]
    assert "You get no tips until March 9" in told(say(plants, "/settings", having(paused)))
    ended = plants.step(Conversation(), Incoming(AT + 8 * DAY, text="/settings"), having(paused))
    assert "You get tips." in told(ended)
    (again,) = tap(plants, "tips:on", having(paused)).effects
    assert isinstance(again, KeepSubscription)
    assert again.subscription.gets_tips(AT)


@pytest.mark.parametrize(
    "text", ["/subscribe", "/unsubscribe", "/settings", "/mydata", "/forget", "stop", "Stop sending me messages"]
)
def test_in_a_group_nothing_is_changed_and_nothing_shown(plants: Dialogue, text: str) -> None:
    turn = say(plants, text, standing=None)
    assert turn.effects == ()
    assert "only in a private chat" in told(turn)


def test_in_a_group_a_tap_on_another_members_button_does_nothing(plants: Dialogue) -> None:
    for data in ("tips:stop", "tips:pause:1", "me:forget:yes", "tips:loss"):
        turn = tap(plants, data, standing=None, talk=Conversation(wish="forget", at=AT))
        assert turn.effects == ()


def test_an_old_button_to_erase_asks_once_more(plants: Dialogue) -> None:
    again = tap(plants, "me:forget:yes", having(ACTIVE))
    assert again.effects == ()
    done = tap(plants, "me:forget:yes", having(ACTIVE), again.conversation)
    assert (done.effects, done.conversation) == ((Forget(),), Conversation())


def test_after_a_turn_the_standing_is_what_would_be_stored() -> None:
    assert standing_after(NEW, (KeepSubscription(ACTIVE),)) == having(ACTIVE)
    tip = SentTip("t", AT)
    assert standing_after(having(ACTIVE, tip), (KeepSubscription(STOPPED),)) == having(STOPPED, tip)
    assert standing_after(having(ACTIVE, tip), (Forget(),)) == NEW


@pytest.mark.parametrize(("hours", "leans"), [(0, True), (23, True), (24, True), (25, False)])
def test_what_is_said_within_a_day_after_a_tip_leans_on_it(tipping: Dialogue, hours: int, leans: bool) -> None:
    standing = having(ACTIVE, SentTip("small-pots", AT - timedelta(hours=hours)))
    old = Conversation(point="how-often-to-water", at=AT - 2 * DAY)
    turn = say(tipping, "tell me more", standing, old)
    assert (turn.replies[0].points == ("repotting",)) is leans


def test_a_tip_from_before_her_last_message_is_not_the_last_thing_that_she_read(tipping: Dialogue) -> None:
    standing = having(ACTIVE, SentTip("small-pots", AT - timedelta(minutes=30)))
    later = Conversation(point="how-often-to-water", at=AT - timedelta(minutes=10))
    assert say(tipping, "tell me more", standing, later).replies[0].points == ("how-often-to-water",)


def test_a_tip_that_is_no_longer_in_the_file_is_passed_over_and_still_shown_as_sent(tipping: Dialogue) -> None:
    standing = having(ACTIVE, SentTip("gone", AT))
    assert say(tipping, "tell me more", standing).kind is Kind.NOT_COVERED
    assert "gone (gone)" in told(say(tipping, "/mydata", standing))


def test_a_tip_keeps_an_open_question_of_danger_open(tipping: Dialogue) -> None:
    open_ = Conversation(pending="leaf eaten", at=AT - timedelta(minutes=9))
    standing = having(ACTIVE, SentTip("small-pots", AT - timedelta(minutes=1)))
    assert say(tipping, "yes", standing, open_).is_urgent


def test_a_tip_is_shown_with_its_source_and_how_to_stop(tipping: Dialogue) -> None:
    reply = tipping.writer.tip(tipping.tips.tips[0], AT)
    assert (reply.kind, reply.title, reply.points) == (Kind.TIP, "A little bigger", ("repotting",))
    assert [(button.label, button.data) for button in reply.buttons] == [
        ("Tell me more", "p:repotting"),
        ("Stop tips", "tips:stop"),
    ]
    assert plain_text(reply).endswith(reply.citation.line)


def test_braces_in_her_words_are_shown_as_she_wrote_them(plants: Dialogue) -> None:
    talk = Conversation(pending="leaf {phone} eaten {", at=AT)
    assert "“leaf {phone} eaten {”" in told(say(plants, "/mydata", talk=talk))


def test_all_that_is_kept_is_shown(tipping: Dialogue) -> None:
    talk = Conversation(point="repotting", offered=("overwatering",), at=AT)
    standing = replace(having(ACTIVE, SentTip("small-pots", AT - 3 * DAY)), waiting=2, kept_ids=3, deliveries=4)
    shown = told(say(tipping, "/mydata", standing, talk))
    for part in (
        "chat: 7",
        "yes on March 1",
        "old",
        "small-pots",
        "February 27, 2026",
        "sent: 2",
        "two hours: 3",
        "who get tips: 4",
    ):
        assert part in shown, part


def test_whoever_comes_back_is_told_once_and_only_in_a_calm_moment(plants: Dialogue) -> None:
    turn = say(plants, "when should I repot a plant?", having(BLOCKED))
    assert [reply.kind for reply in turn.replies] == [Kind.ANSWER, Kind.NOTICE]
    (effect,) = turn.effects
    assert isinstance(effect, KeepSubscription)
    assert (effect.subscription.state, effect.subscription.consented_at) == ("active", BLOCKED.consented_at)
    urgent = say(plants, "my son swallowed a leaf!", having(BLOCKED))
    assert (urgent.effects, urgent.is_urgent) == ((), True)


@pytest.mark.parametrize("subscription", [ACTIVE, BLOCKED])
def test_a_loss_stops_whatever_runs(plants: Dialogue, subscription: Subscription) -> None:
    turn = say(plants, "we lost our baby", having(subscription))
    assert turn.kind is Kind.LOSS
    (effect,) = turn.effects
    assert isinstance(effect, KeepSubscription)
    assert (effect.subscription.state, effect.subscription.changed_at) == ("stopped", AT)


def test_a_loss_in_a_group_gets_the_gentle_words_and_changes_nothing(plants: Dialogue) -> None:
    turn = say(plants, "we lost our baby", standing=None)
    assert (turn.kind, turn.effects) == (Kind.LOSS, ())
