"""Where a message that leans on the last point leads, and where it does not lean."""

from datetime import UTC, datetime

import pytest

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.deciding import Ambiguous, Confident, NoMatch, Outcome, Reading
from bot.core.dialogue import Dialogue
from bot.core.follow_ups import Lead
from bot.core.knowledge_base import KnowledgeBase
from bot.core.leaning import CLEAR_ANSWER, LIKELY_LEAD, SURE_LEAD, Leads
from bot.core.matching import Match
from bot.core.replies import Kind

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
HERE, THERE = "here", "there"


def lead(point: str, score: float) -> Lead:
    return Lead(score, point=point)


def match(key: str, score: float, likeness: float = 0.5) -> Match:
    return Match(key, score, "", likeness, 0.5, 1.0)


def answered(score: float, likeness: float = 0.5) -> Outcome:
    best = match(THERE, score, likeness)
    return Confident(Reading("", (), (best,), None, frozenset()), best, "")


def unanswered(silent: float = 0.0) -> Outcome:
    gap = match("gap:x", silent) if silent else None
    return NoMatch(Reading("", (), (match(THERE, 10),), gap, frozenset()), "")


def test_words_written_down_for_a_point_lead_whatever_was_learned() -> None:
    written = lead(HERE, 100)
    assert Leads(written, lead(THERE, 99), points_back=True).clear == written


def test_words_that_are_only_like_those_written_down_may_be_contradicted() -> None:
    written = lead(HERE, 90)
    assert Leads(written).clear == written
    assert Leads(written, lead(HERE, 99)).clear == written
    assert Leads(written, lead(THERE, LIKELY_LEAD)).clear is None


@pytest.mark.parametrize(
    ("learned", "points_back", "alone", "leads"),
    [
        (LIKELY_LEAD, True, answered(CLEAR_ANSWER - 1), True),
        (LIKELY_LEAD - 1, True, answered(30), False),
        (LIKELY_LEAD, True, answered(CLEAR_ANSWER), False),
        (SURE_LEAD, True, answered(CLEAR_ANSWER), True),
        (100, False, answered(30), False),  # nothing in it points back: it is a question of its own
        (100, True, answered(30, likeness=1.0), False),  # it is a written question word for word
        (LIKELY_LEAD, False, unanswered(), True),
        (LIKELY_LEAD - 1, False, unanswered(), False),
        (100, False, unanswered(silent=90), False),  # clearly about something that is not covered
    ],
)
def test_what_was_learned_leads_where_the_message_alone_is_less_clear(
    learned: float, points_back: bool, alone: Outcome, leads: bool
) -> None:
    likely = lead(HERE, learned)
    assert Leads(None, likely, points_back).beside([alone]) == (likely if leads else None)


def test_two_answered_questions_are_no_follow_up() -> None:
    leads = Leads(None, lead(HERE, 100), points_back=True)
    assert leads.beside([answered(30), answered(30)]) is None


def test_where_both_readers_doubt_each_other_nothing_leads() -> None:
    written = lead(HERE, 75)
    assert Leads(written).beside([unanswered()]) == written
    assert Leads(written, lead(THERE, 50)).beside([unanswered()]) is None
    assert Leads(written, lead(THERE, 75)).beside([unanswered()]) == lead(THERE, 75)
    assert Leads(lead(HERE, 60)).beside([unanswered()]) is None


def test_a_doubtful_choice_between_points_is_no_answer() -> None:
    best = (match(HERE, 30), match(THERE, 29))
    choice = Ambiguous(Reading("", (), best, None, frozenset()), best, "")
    assert Leads(None, lead(HERE, 95), points_back=False).beside([choice]) == lead(HERE, 95)


def say(dialogue: Dialogue, text: str, point: str) -> Turn:
    return dialogue.step(Conversation(point=point, at=AT), Incoming(AT, text=text))


POINTS = ("definition", "treatment", "symptoms", "complications", "diet", "risky-substances", "future-pregnancy")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what are the symptoms of an incompetent cervix?", "symptoms"),
        ("is it harmful to drink alcohol while I am pregnant?", "risky-substances"),
        ("how much weight should I gain in pregnancy?", "weight-gain"),
        ("do I need folic acid and iron?", "diet"),
        ("what is a D&C?", "dilation-and-curettage"),
        ("what happens to the cervix in a normal pregnancy?", "normal-cervix"),
    ],
)
def test_a_full_question_of_another_subject_is_answered_after_any_point(
    shipped: Dialogue, text: str, answer: str, point: str
) -> None:
    turn = say(shipped, text, point)
    assert (turn.kind, turn.replies[0].points[:1]) == (Kind.ANSWER, (answer,))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    "text",
    ["who won the game?", "what time is it", "how do I bake bread", "is it going to rain tomorrow"],
)
def test_a_foreign_question_is_refused_after_any_point(shipped: Dialogue, text: str, point: str) -> None:
    assert say(shipped, text, point).kind is Kind.NOT_COVERED


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("text", ["ok thanks", "thank you so much", "hello", "bye"])
def test_small_talk_is_no_follow_up_after_any_point(shipped: Dialogue, text: str, point: str) -> None:
    assert say(shipped, text, point).kind is Kind.SMALL_TALK


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("text", ["and now i am bleeding a lot", "ok but my waters just broke"])
def test_a_danger_sign_wins_over_a_follow_up_after_any_point(shipped: Dialogue, text: str, point: str) -> None:
    assert say(shipped, text, point).is_urgent


def test_a_short_question_written_as_a_follow_up_does_not_alarm(shipped: Dialogue) -> None:
    assert say(shipped, "weekly?", "weight-gain").kind is Kind.NOT_COVERED


def test_a_document_that_was_shown_before_and_is_gone_is_not_leant_on(plants: Dialogue) -> None:
    assert say(plants, "and in winter?", "removed").conversation.point != "how-often-to-water"


@pytest.mark.parametrize("point", ["how-often-to-water", "overwatering", "where-from"])
def test_every_written_follow_up_leads_where_it_is_written(
    plants_knowledge: KnowledgeBase, plants: Dialogue, point: str
) -> None:
    for document in plants_knowledge.documents:
        for shown in (found for found in document.points if found.id == point):
            for follow_up in shown.follow_ups:
                for words in follow_up.words:
                    assert say(plants, words, point).conversation.point == follow_up.point, words
            for words in (words for gap in shown.not_covered for words in gap.words):
                assert say(plants, words, point).kind is Kind.NOT_COVERED, words
