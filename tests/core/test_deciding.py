"""From a question to one of three outcomes."""

import pytest

from bot.core.deciding import Ambiguous, Confident, Matcher, NoMatch
from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase


@pytest.fixture
def matcher(plants: Dialogue) -> Matcher:
    return plants.matcher


def test_every_phrasing_is_answered_by_its_own_point(matcher: Matcher, plants_knowledge: KnowledgeBase) -> None:
    for point in plants_knowledge.documents[0].points:
        for phrasing in point.phrasings:
            outcome = matcher.match(phrasing)
            assert isinstance(outcome, Confident), phrasing
            assert outcome.match.key == point.id


def test_every_phrasing_of_a_gap_is_answered_by_nothing_and_told_by_its_title(
    matcher: Matcher, plants_knowledge: KnowledgeBase
) -> None:
    document = plants_knowledge.documents[0]
    for holder in (document, *document.points):
        for gap in holder.not_covered:
            for phrasing in gap.phrasings:
                outcome = matcher.match(phrasing)
                assert isinstance(outcome, NoMatch), phrasing
                assert outcome.gap == gap


def test_a_gap_of_a_point_offers_that_point_as_near(matcher: Matcher) -> None:
    outcome = matcher.match("how many liters of water does a plant need")
    assert isinstance(outcome, NoMatch)
    assert outcome.near == ("how-often-to-water",)


def test_another_subject_is_answered_by_nothing_and_offers_nothing(matcher: Matcher) -> None:
    outcome = matcher.match("how often should I change the oil of my car")
    assert isinstance(outcome, NoMatch)
    assert (outcome.gap, outcome.near) == (None, ())
    assert "another subject" in outcome.rule


@pytest.mark.parametrize(
    "text",
    [
        "who is the president",
        "who won the world cup",
        "how do I cook rice",
        "what is the capital of France",
        "when does the bus arrive",
        "asdf qwer",
        "how much",
        "what is it",
        "",
    ],
)
def test_what_is_of_no_concern_to_the_documents_is_not_answered(matcher: Matcher, text: str) -> None:
    assert isinstance(matcher.match(text), NoMatch)


def test_an_aspect_that_the_point_does_not_speak_of_is_not_answered(matcher: Matcher) -> None:
    outcome = matcher.match("how long should I water my plants")
    assert isinstance(outcome, NoMatch)
    assert outcome.near == ("how-often-to-water",)
    assert "duration" in outcome.rule


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("how long is it", {"duration"}),
        ("How LONG, and at what prices?", {"duration", "cost"}),
        ("how is it", set()),
        ("long how", set()),
    ],
)
def test_aspects_are_recognised_by_whole_words_in_order(matcher: Matcher, text: str, aspects: set[str]) -> None:
    assert matcher.aspects(text) == aspects


def test_two_points_that_are_as_near_as_each_other_are_offered_and_neither_is_answered() -> None:
    outcome = _twins().match("is the leaf green")
    assert isinstance(outcome, Ambiguous)
    assert {match.key for match in outcome.matches} == {"one", "two"}
    assert outcome.matches[0].score == pytest.approx(outcome.matches[1].score, abs=5)


def _twins() -> Matcher:
    points = [
        {
            "id": key,
            "title": title,
            "answer": "It is.",
            "paragraphs": [1],
            "phrasings": [f"is the leaf green {end}", f"a green leaf {end}"],
        }
        for key, title, end in (("one", "Upper leaf", "above"), ("two", "Lower leaf", "below"))
    ]
    section = {"id": "leaf", "title": "Leaf", "paragraphs": 1, "points": points}
    document = {
        "id": "leaves",
        "title": "Leaves",
        "publisher": "A",
        "published": "2020-01-01",
        "url": "https://example.org",
        "sections": [section],
    }
    return Matcher(KnowledgeBase.model_validate({"documents": [document]}))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (
            "How often should I water my plants? When should I repot a plant?",
            ["how-often-to-water", "repotting"],
        ),
        (
            "When should I repot a plant, and how often should I water my plants?",
            ["repotting", "how-often-to-water"],
        ),
        ("How often should I water my plants? How often should I water them?", ["how-often-to-water"]),
        ("My aunt gave me a fern. It is nice. When should I repot a plant?", ["repotting"]),
        ("Hello there! When should I repot a plant? Thank you.", ["repotting"]),
    ],
)
def test_each_question_of_a_message_is_answered_once_and_in_order(
    matcher: Matcher, text: str, points: list[str]
) -> None:
    outcomes = matcher.match_all(text)
    assert [outcome.match.key for outcome in outcomes if isinstance(outcome, Confident)] == points
    assert len(outcomes) == len(points)


@pytest.mark.parametrize(
    "text",
    [
        "my aortic valve is narrowed, what is the treatment",
        "My uncle's thyroid results came back too high. What should he do next?",
    ],
)
def test_a_question_that_names_no_subject_is_about_that_of_its_story(shipped: Dialogue, text: str) -> None:
    assert not any(isinstance(outcome, Confident) for outcome in shipped.matcher.match_all(text))


def test_a_question_that_names_its_subject_is_answered_whatever_its_story_is_about(shipped: Dialogue) -> None:
    text = "My uncle's thyroid results came back too high. What are the signs of cervical insufficiency?"
    outcomes = shipped.matcher.match_all(text)
    assert [outcome.match.key for outcome in outcomes if isinstance(outcome, Confident)] == ["symptoms"]


def test_of_two_questions_the_one_without_an_answer_comes_last(matcher: Matcher) -> None:
    outcomes = matcher.match_all("How much does a house plant cost? When should I repot a plant?")
    assert [type(outcome) for outcome in outcomes] == [Confident, NoMatch]


@pytest.mark.parametrize("text", ["", "?!", "hello", "x " * 3000, "water. " * 60])
def test_any_message_has_an_outcome_and_all_scores_are_from_0_to_100(matcher: Matcher, text: str) -> None:
    outcomes = matcher.match_all(text)
    assert outcomes
    assert all(0 <= match.score <= 100 for outcome in outcomes for match in outcome.reading.points)
