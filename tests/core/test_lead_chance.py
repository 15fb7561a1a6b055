"""What a message most probably asks once a point has been shown, learned from the follow-ups of all points."""

import pytest

from bot.core.dialogue import Dialogue
from bot.core.follow_ups import Command, Lead
from bot.core.knowledge_base import KnowledgeBase
from bot.core.lead_chance import LeadChance, is_short, points_back


@pytest.fixture(scope="module")
def chance(shipped_knowledge: KnowledgeBase, shipped: Dialogue) -> LeadChance:
    return LeadChance(shipped_knowledge, shipped.matcher)


def found(chance: LeadChance, text: str, point: str) -> Lead:
    lead = chance.find(text, point)
    assert lead is not None
    return lead


@pytest.mark.parametrize(
    ("text", "after", "point"),
    [
        ("and in my second pregnancy?", "symptoms", "future-pregnancy"),
        ("so would it come back with another one", "complications", "future-pregnancy"),
        ("and would it be risky for the baby then", "symptoms", "complications"),
        ("how would they treat that then", "diagnosis", "treatment"),
        ("from when do I have to start taking it", "diet", "diet"),
    ],
)
def test_it_reads_follow_ups_that_nobody_wrote_down_in_these_words(
    chance: LeadChance, shipped_knowledge: KnowledgeBase, text: str, after: str, point: str
) -> None:
    assert not any(
        text.rstrip("?") in follow_up.words
        for document in shipped_knowledge.documents
        for shown in (document, *document.points)
        for follow_up in shown.follow_ups
    )
    assert found(chance, text, after).point == point


def test_the_same_words_lead_elsewhere_after_another_point(chance: LeadChance) -> None:
    after_smoking, after_the_signs = (
        found(chance, "what does that do to the baby", point) for point in ("risky-substances", "symptoms")
    )
    assert after_smoking.gap is not None
    assert after_smoking.gap.title.startswith("what smoking, alcohol or drugs do")
    assert after_the_signs.point == "complications"


def test_what_the_document_is_silent_on_is_a_gap_with_its_point_nearby(chance: LeadChance) -> None:
    lead = found(chance, "and how long would they leave it in", "treatment")
    assert lead.gap is not None
    assert (lead.point, lead.near) == (None, "treatment")


def test_commands_on_the_last_answer_are_learned_too(chance: LeadChance) -> None:
    assert found(chance, "so who wrote this down", "diet").command is Command.SOURCE


@pytest.mark.parametrize("text", ["thanks", "hello", "qwerty zxcv", "who won the football match"])
def test_remarks_and_other_subjects_lead_nowhere_surely(chance: LeadChance, text: str) -> None:
    lead = chance.find(text, "symptoms")
    assert lead is None or lead.score < 50


def test_chances_are_percentages_and_the_same_each_time(
    shipped_knowledge: KnowledgeBase, shipped: Dialogue, chance: LeadChance
) -> None:
    again = LeadChance(shipped_knowledge, shipped.matcher)
    for text in ("is it bad", "why", "how do they do it", "and after that", "second one"):
        for point in ("definition", "treatment", "sources"):
            lead = chance.find(text, point)
            assert lead == again.find(text, point)
            assert lead is None or 0 < lead.score <= 100


@pytest.mark.parametrize(
    ("text", "short", "back"),
    [
        ("why", True, False),
        ("is that normal", True, True),
        ("what are the signs of a weak cervix", False, False),
        ("do they do it every time", False, True),
        ("is it harmful to drink wine while I am pregnant", False, False),
        ("I went to see them and they told me that it was a thing that they had seen before", False, False),
        ("", True, False),
    ],
)
def test_a_message_leans_by_being_short_or_by_pointing_back(text: str, short: bool, back: bool) -> None:
    assert (is_short(text), points_back(text)) == (short, back)
