"""Why an answer was given, told from the grounds on which it was decided."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.conversation import Asked, Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.replies import Kind, Reply

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOTHING = "I have no question of yours to explain."


def talk(dialogue: Dialogue, *texts: str) -> Turn:
    turn = dialogue.step(Conversation(), Incoming(AT, text="/start"))
    for text in texts:
        turn = dialogue.step(turn.conversation, Incoming(AT, text=text))
    return turn


def tap(dialogue: Dialogue, data: str, conversation: Conversation) -> Turn:
    return dialogue.step(conversation, Incoming(AT, button=data))


def why(dialogue: Dialogue, *texts: str) -> str:
    """The explanation that the "why" button brings after these messages."""
    turn = tap(dialogue, "w:", talk(dialogue, *texts).conversation)
    assert turn.kind is Kind.EXPLANATION
    return "\n".join(turn.replies[0].paragraphs)


def button(replies: tuple[Reply, ...], label: str) -> str:
    return next(button.data for reply in replies for button in reply.buttons if button.label == label)


def test_an_answer_is_explained_by_its_words_its_score_and_what_came_second(plants: Dialogue) -> None:
    said = why(plants, "when shuold I repott a plant?")
    for part in (
        "You wrote: “when shuold I repott a plant?”.",
        "I read “repott” as “repot”.",
        "Nearest to it came the topic “A bigger pot”, with ",
        "of 100 (",
        "most like yours is “when should I repot a plant”",
        "“repott”, “plant”",
        "I showed you this topic because it is near enough",
        "I make nothing up.",
    ):
        assert part in said


def test_the_words_that_did_not_help_are_named(plants: Dialogue) -> None:
    assert "Your words that are not in it: “grandmother”" in why(plants, "when should I repot a grandmother plant")


def test_a_gap_is_said_to_be_one(plants: Dialogue) -> None:
    said = why(plants, "how many liters of water does a plant need")
    assert "something that my source does not tell, “how many liters a plant needs”" in said
    assert "I gave no answer because the document is silent on it" in said


def test_words_that_are_not_known_are_said_not_to_be(plants: Dialogue) -> None:
    said = why(plants, "quixotic zebra")
    assert "No topic came near." in said
    assert "I gave no answer because hardly a word is known." in said


def test_a_follow_up_is_told_as_going_on_from_the_point_before_it(plants: Dialogue) -> None:
    said = why(plants, "how often should I water my plants", "and in winter?")
    assert "going on from what I showed you just before, “How often to water”" in said
    assert "It asks for the topic “Rest in winter”, with 100 of 100 (quite sure)." in said
    gap = why(plants, "how often should I water my plants", "how much")
    assert "“how many liters a plant needs”" in gap
    assert gap.splitlines()[-2] == "So I gave no answer."


def test_each_question_of_a_message_is_explained_by_itself(plants: Dialogue) -> None:
    said = why(plants, "when should I repot a plant? how often should I water my plants?")
    assert said.count("This part of it I took for a question: ") == 2
    assert "“A bigger pot”" in said
    assert "“How often to water”" in said


def test_a_danger_sign_is_named_with_the_words_that_showed_it(plants: Dialogue) -> None:
    said = why(plants, "my son swallowed a leaf")
    assert "Your words “swallowed a leaf” may mean this one: “Somebody ate a poisonous leaf”." in said
    assert "It seems to be happening, so I told you first to get help." in said


@pytest.mark.parametrize(
    ("answer", "told"),
    [("yes", "You said yes, so I told you to get help."), ("no", "You said no, so I went on to your question.")],
)
def test_a_danger_that_was_asked_about_is_told_with_the_answer(plants: Dialogue, answer: str, told: str) -> None:
    said = why(plants, "leaf eaten", answer)
    assert "You wrote: “leaf eaten”." in said
    assert "I could not tell whether it is happening now, so I asked you." in said
    assert told in said


def test_a_question_of_the_bots_stays_open_while_it_is_explained(plants: Dialogue) -> None:
    asked = talk(plants, "leaf eaten")
    for turn in (
        tap(plants, "w:", asked.conversation),
        plants.step(asked.conversation, Incoming(AT, text="why do you ask that?")),
    ):
        assert [reply.kind for reply in turn.replies] == [Kind.EXPLANATION, Kind.CONFIRM_URGENT]
        assert plants.step(turn.conversation, Incoming(AT, text="yes")).is_urgent


def test_an_explanation_leaves_the_talk_where_it_was(plants: Dialogue) -> None:
    before = talk(plants, "how often should I water my plants").conversation
    assert tap(plants, "w:", before).conversation == before


@pytest.mark.parametrize("text", ["thanks", "tell me more", "where is that from"])
def test_what_asks_no_question_leaves_the_last_one_to_be_explained(plants: Dialogue, text: str) -> None:
    assert "You wrote: “when should I repot a plant”." in why(plants, "when should I repot a plant", text)


def test_a_pick_from_a_list_is_said_to_be_one(plants: Dialogue) -> None:
    listed = Conversation(offered=("repotting", "bright-light"), at=AT)
    picked = plants.step(listed, Incoming(AT, text="the second one")).conversation
    said = "\n".join(tap(plants, "w:", picked).replies[0].paragraphs)
    assert "You picked “How much light” from the list" in said


def test_the_same_decision_is_explained_that_was_made(shipped: Dialogue) -> None:
    """What is shown as nearest is what was answered, in a talk of several turns."""
    turn = talk(shipped, "what are the signs?", "how early?")
    again = shipped.step(turn.conversation, Incoming(AT, text="why this answer?"))
    assert turn.replies[0].title == "When signs start"
    assert "It asks for the topic “When signs start”" in "\n".join(again.replies[0].paragraphs)


def test_the_button_stands_under_sources_guesses_and_refusals(plants: Dialogue, shipped: Dialogue) -> None:
    answered = talk(plants, "when should I repot a plant")
    sources = tap(plants, button(answered.replies, "Source"), answered.conversation)
    assert button(sources.replies, "Why this answer?") == "w:repotting"
    guesses = talk(shipped, "weak")
    refusal = talk(shipped, "how long does the stitch stay in?")
    assert (guesses.kind, refusal.kind) == (Kind.SUGGESTIONS, Kind.NOT_COVERED)
    for turn in (guesses, refusal):
        said = tap(shipped, button(turn.replies, "Why this answer?"), turn.conversation)
        assert said.kind is Kind.EXPLANATION
        assert "You wrote: " in str(said.replies)


def test_where_no_question_is_remembered_that_is_said_kindly(plants: Dialogue) -> None:
    answered = talk(plants, "when should I repot a plant").conversation
    too_late = plants.step(answered, Incoming(AT + timedelta(minutes=61), button="w:repotting"))
    another = tap(plants, "w:bright-light", answered)
    tapped = tap(plants, "w:", tap(plants, "p:repotting", answered).conversation)
    first = tap(plants, "w:", Conversation())
    typed = plants.step(Conversation(point="repotting", at=AT), Incoming(AT, button="w:repotting"))
    for turn in (too_late, another, tapped, first, typed):
        assert turn.replies[0].paragraphs[0].startswith(NOTHING)


def test_very_long_words_are_quoted_in_part_and_html_is_left_to_the_shell(plants: Dialogue) -> None:
    said = why(plants, "when should I repot a <b>plant</b>? " + "I love it " * 100)
    quoted = said.splitlines()[0]
    assert "<b>plant</b>" in quoted
    assert quoted.endswith(" …”.")
    assert len(quoted) < 230


def test_a_conversation_that_an_older_release_stored_is_still_read() -> None:
    stored = '{"point":"repotting","offered":[],"pending":null,"sign":null,"at":"2026-03-02T10:00:00Z"}'
    assert Conversation.model_validate_json(stored) == Conversation(point="repotting", at=AT)


def test_what_is_remembered_of_a_question_survives_being_stored() -> None:
    conversation = Conversation(asked=Asked(text="leaf eaten", point="repotting", happening=False), at=AT)
    assert Conversation.model_validate_json(conversation.model_dump_json()) == conversation
