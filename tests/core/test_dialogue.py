"""The course of a talk: what is decided first, and what is remembered."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.conversation import Asked, Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase
from bot.core.replies import Kind

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def say(dialogue: Dialogue, text: str | None, conversation: Conversation | None = None, at: datetime = AT) -> Turn:
    return dialogue.step(conversation or Conversation(), Incoming(at, text=text))


def tap(dialogue: Dialogue, data: str, conversation: Conversation | None = None) -> Turn:
    return dialogue.step(conversation or Conversation(), Incoming(AT, button=data))


def about(point: str) -> Conversation:
    return Conversation(point=point, at=AT)


def test_an_answer_is_what_the_talk_is_then_about(plants: Dialogue) -> None:
    turn = say(plants, "when should I repot a plant?", Conversation(offered=("a", "b"), pending="x", at=AT))
    asked = Asked(text="when should I repot a plant?", offered=("a", "b"))
    assert turn.conversation == Conversation(point="repotting", asked=asked, at=AT)
    assert (turn.kind, turn.ranked[0].point) == (Kind.ANSWER, "repotting")


def test_a_follow_up_leans_on_the_last_point_and_a_whole_question_does_not(plants: Dialogue) -> None:
    watering = about("how-often-to-water")
    assert say(plants, "and in winter?", watering).conversation.point == "winter-rest"
    assert say(plants, "where should I put my plant?", watering).conversation.point == "bright-light"
    assert say(plants, "how much", about("overwatering")).conversation.point == "how-often-to-water"


def test_a_gap_that_is_asked_about_leaves_the_talk_where_it_was(plants: Dialogue) -> None:
    turn = say(plants, "how much", about("how-often-to-water"))
    assert turn.kind is Kind.NOT_COVERED
    assert turn.conversation.point == "how-often-to-water"


@pytest.mark.parametrize(
    ("minutes", "kind"),
    [(0, Kind.ANSWER), (60, Kind.ANSWER), (61, Kind.NOT_COVERED), (60 * 24 * 365, Kind.NOT_COVERED)],
)
def test_a_talk_lasts_an_hour_from_the_last_message(plants: Dialogue, minutes: int, kind: Kind) -> None:
    assert say(plants, "tell me more", about("repotting"), AT + timedelta(minutes=minutes)).kind is kind


def test_each_message_gives_the_talk_another_hour(plants: Dialogue) -> None:
    conversation = about("repotting")
    for minutes in (50, 100, 150):
        conversation = say(plants, "thanks", conversation, AT + timedelta(minutes=minutes)).conversation
    assert conversation.point == "repotting"


def test_a_point_that_the_knowledge_has_lost_since_is_not_leant_on(plants: Dialogue) -> None:
    for text in ("tell me more", "where is that from", "and in winter", "1"):
        lost = Conversation(point="removed", offered=("removed-too",), at=AT)
        assert "removed" not in str(say(plants, text, lost).replies)


def test_danger_comes_before_everything_and_the_answer_after_it(plants: Dialogue) -> None:
    turn = say(plants, "My son swallowed a leaf. When should I repot a plant?", about("bright-light"))
    assert [reply.kind for reply in turn.replies] == [Kind.URGENT, Kind.ANSWER]
    assert turn.is_urgent
    assert turn.conversation.point == "repotting"
    assert "Call 999 now" in turn.replies[0].paragraphs[0]


def test_danger_comes_before_an_open_question_of_the_bots(plants: Dialogue) -> None:
    asked = say(plants, "leaf eaten").conversation
    for text in ("yes I swallowed a leaf", "no, but my son swallowed a leaf"):
        turn = say(plants, text, asked)
        assert turn.kind is Kind.URGENT
        assert turn.conversation.pending is None


def test_what_may_be_danger_is_asked_about_and_remembered(plants: Dialogue) -> None:
    turn = say(plants, "leaf eaten", about("repotting"))
    assert turn.kind is Kind.CONFIRM_URGENT
    asked = Asked(text="leaf eaten", point="repotting")
    assert turn.conversation == Conversation(point="repotting", pending="leaf eaten", asked=asked, at=AT)
    assert [button.data for button in turn.replies[0].buttons] == ["y", "x"]


YES = [
    "yes",
    "YES!",
    "Yeah",
    "yep",
    "y",
    "yes it is",
    "yes, just now",
    "right now",
    "correct",
    "true",
    "happening",
]
NO = ["no", "No.", "nope", "nah", "n", "no it is not", "not now", "none", "neither"]


@pytest.mark.parametrize("text", YES)
def test_a_typed_yes_is_urgent(plants: Dialogue, text: str) -> None:
    turn = say(plants, text, say(plants, "leaf eaten").conversation)
    assert turn.is_urgent
    assert turn.conversation.pending is None


@pytest.mark.parametrize("text", NO)
def test_a_typed_no_is_answered_calmly_and_settles_it(plants: Dialogue, text: str) -> None:
    turn = say(plants, text, say(plants, "leaf eaten").conversation)
    assert not turn.is_urgent
    assert "If it does happen" in turn.replies[-1].paragraphs[0]
    assert turn.conversation.pending is None


def test_yes_and_no_by_button_do_what_the_words_do(plants: Dialogue) -> None:
    asked = say(plants, "leaf eaten").conversation
    assert tap(plants, "y", asked) == say(plants, "yes", asked)
    assert tap(plants, "x", asked) == say(plants, "no", asked)


def test_a_question_in_place_of_yes_or_no_is_answered_and_drops_what_was_pending(plants: Dialogue) -> None:
    turn = say(plants, "When should I repot a plant?", say(plants, "leaf eaten").conversation)
    assert [reply.kind for reply in turn.replies] == [Kind.ANSWER]
    assert turn.conversation.pending is None


def test_an_old_yes_without_a_question_names_no_danger(plants: Dialogue) -> None:
    turn = tap(plants, "y")
    assert "leaf" not in str(turn.replies)
    assert "555-0199" in str(turn.replies)


def test_none_of_these_closes_the_list(plants: Dialogue) -> None:
    listed = Conversation(offered=("repotting", "bright-light"), at=AT)
    for turn in (tap(plants, "n", listed), say(plants, "none of these", listed), say(plants, "no", listed)):
        assert turn.kind is Kind.NOT_COVERED
        assert turn.conversation.offered == ()


@pytest.mark.parametrize("text", ["none of these", "no", "neither"])
def test_none_of_these_closes_the_list_in_the_middle_of_a_talk_too(plants: Dialogue, text: str) -> None:
    listed = Conversation(point="overwatering", offered=("repotting", "bright-light"), at=AT)
    turn = say(plants, text, listed)
    assert turn.kind is Kind.NOT_COVERED
    assert turn.conversation.offered == ()


def test_a_point_is_picked_from_the_list_by_its_place(plants: Dialogue) -> None:
    listed = Conversation(offered=("repotting", "bright-light"), at=AT)
    for text in ("the second one", "2", "and the second one please"):
        conversation = say(plants, text, listed).conversation
        assert (conversation.point, conversation.offered) == ("bright-light", ())


def test_a_question_that_begins_with_no_does_not_close_the_list(plants: Dialogue) -> None:
    listed = Conversation(point="overwatering", offered=("repotting", "bright-light"), at=AT)
    assert say(plants, "no water in winter?", listed).conversation.point == "winter-rest"


@pytest.mark.parametrize("text", ["", "   ", "😀", "?!…", "\u200b"])
def test_a_message_without_words_is_told_so(plants: Dialogue, text: str) -> None:
    turn = say(plants, text, about("repotting"))
    assert turn.replies[0].paragraphs == ("I see no words in your message. Please type your question.",)
    assert turn.conversation == about("repotting")


def test_a_file_without_words_leaves_the_talk_where_it_was(plants: Dialogue) -> None:
    turn = say(plants, None, about("repotting"))
    assert (turn.kind, turn.conversation) == (Kind.NOTICE, about("repotting"))
    assert "555-0199" in str(turn.replies)


def test_what_the_question_was_is_not_repeated_when_nothing_answers_it(plants: Dialogue) -> None:
    assert "quixotic" not in str(say(plants, "<b>quixotic</b> {phone} zebra").replies)


def test_words_that_only_lean_are_asked_for_a_whole_question(plants: Dialogue) -> None:
    for text in ("tell me more", "why?", "how much", "and then", "what is it"):
        turn = say(plants, text)
        assert turn.replies[0].paragraphs[0].startswith("I am not sure what you mean."), text


def test_a_very_long_message_is_answered_and_said_to_be_long(plants: Dialogue) -> None:
    turn = say(plants, "My aunt came to see me on that day. " * 100 + "When should I repot a plant?")
    assert turn.replies[0].points == ("repotting",)
    assert "very long" in turn.replies[-1].paragraphs[0]


@pytest.mark.parametrize("text", ["/start", "/START", "/start@clinic_bot", "/start  nothing-known", "/start <b>"])
def test_a_start_greets_and_forgets(plants: Dialogue, text: str) -> None:
    turn = say(plants, text, Conversation(point="repotting", offered=("a",), pending="b", at=AT))
    assert len(turn.replies) == 1
    assert turn.conversation == Conversation(at=AT)


def test_a_start_with_a_point_greets_and_shows_it(plants: Dialogue) -> None:
    turn = say(plants, "/start@clinic_bot repotting")
    assert [reply.kind for reply in turn.replies] == [Kind.NOTICE, Kind.ANSWER]
    assert turn.conversation == about("repotting")


@pytest.mark.parametrize(
    "data", ["", "?", "p:", "p:removed", "m:removed", "s:removed", "q:repotting", "p:<b>", "ü" * 32]
)
def test_a_button_that_is_not_known_any_more_is_told_so(plants: Dialogue, data: str) -> None:
    turn = tap(plants, data, about("repotting"))
    assert "no longer know" in turn.replies[0].paragraphs[0]
    assert turn.conversation == about("repotting")


def test_answers_say_that_a_review_is_due_once_its_date_has_passed(shipped_knowledge: KnowledgeBase) -> None:
    document = shipped_knowledge.documents[0].model_copy(
        update={"reviewed_on": date(2025, 2, 1), "next_review": date(2026, 2, 1)}
    )
    small = document.model_copy(update={"sections": document.sections[:1], "not_covered": (), "follow_ups": ()})
    dialogue = Dialogue(KnowledgeBase(documents=(small,), messages=shipped_knowledge.messages))
    said = [
        str(dialogue.step(Conversation(), Incoming(at, button="p:definition")).replies[0])
        for at in (datetime(2026, 2, 1, 23, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC))
    ]
    assert ["A new review has been due since February 1, 2026." in text for text in said] == [False, True]
    assert all("Reviewed by the clinic on February 1, 2025." in text for text in said)
