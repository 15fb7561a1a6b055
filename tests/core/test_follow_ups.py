"""Short messages that lean on the point shown last."""

import pytest

from bot.core.dialogue import Dialogue
from bot.core.follow_ups import CLEAR_FOLLOW_UP, LIKELY_FOLLOW_UP, Command, FollowUps, Lead, picked
from bot.core.knowledge_base import KnowledgeBase

THREE = ("a", "b", "c")


@pytest.fixture(scope="module")
def follow_ups(plants_knowledge: KnowledgeBase, plants: Dialogue) -> FollowUps:
    return FollowUps(plants_knowledge, plants.matcher.vocabulary)


def found(follow_ups: FollowUps, text: str, point: str) -> Lead:
    lead = follow_ups.find(text, point)
    assert lead is not None
    return lead


@pytest.mark.parametrize("text", ["and in winter", "And in winter?", "what about winter", "ok and in winter"])
def test_the_words_of_a_follow_up_lead_clearly_to_its_point(follow_ups: FollowUps, text: str) -> None:
    lead = found(follow_ups, text, "how-often-to-water")
    assert lead.point == "winter-rest"
    assert lead.score >= CLEAR_FOLLOW_UP


def test_the_same_words_lead_elsewhere_after_another_point(follow_ups: FollowUps) -> None:
    after_watering, after_too_much = (
        found(follow_ups, "how much", point) for point in ("how-often-to-water", "overwatering")
    )
    assert after_watering.gap is not None
    assert after_watering.gap.title == "how many liters a plant needs"
    assert after_too_much.point == "how-often-to-water"


def test_a_documents_follow_ups_and_gaps_hold_after_each_of_its_points(follow_ups: FollowUps) -> None:
    for point in ("how-often-to-water", "bright-light", "where-from"):
        assert found(follow_ups, "is that harmful", point).point == "overwatering"
        gap = found(follow_ups, "how expensive", point).gap
        assert gap is not None
        assert gap.title == "what a plant costs"


@pytest.mark.parametrize(
    ("text", "command"),
    [("tell me more", Command.MORE), ("go on", Command.MORE), ("who says that?", Command.SOURCE)],
)
def test_more_and_the_source_may_be_asked_of_any_point(follow_ups: FollowUps, text: str, command: Command) -> None:
    lead = found(follow_ups, text, "bright-light")
    assert (lead.command, lead.point) == (command, None)
    assert lead.score >= CLEAR_FOLLOW_UP


@pytest.mark.parametrize(
    "text", ["how often should I water my plants", "when should I repot a plant", "hello", "zebra"]
)
def test_a_message_of_its_own_is_no_follow_up(follow_ups: FollowUps, text: str) -> None:
    lead = follow_ups.find(text, "bright-light")
    assert lead is None or lead.score < LIKELY_FOLLOW_UP


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("1", "a"),
        ("2.", "b"),
        ("the second one", "b"),
        ("The third one, please!", "c"),
        ("number 3", "c"),
        ("first", "a"),
        ("the last one", "c"),
        ("one", "a"),
        ("I mean the first", "a"),
        ("option two", "b"),
    ],
)
def test_a_point_is_picked_from_a_list_by_its_place(text: str, point: str) -> None:
    assert picked(text, THREE) == point


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "the fourth one",
        "first and second",
        "the first week",
        "the",
        "2 weeks",
        "how about the second one then",
    ],
)
def test_what_names_no_place_in_the_list_picks_nothing(text: str) -> None:
    assert picked(text, THREE) is None


def test_nothing_is_picked_where_there_is_no_list() -> None:
    assert picked("the first one", ()) is None
