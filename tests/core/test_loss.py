"""Reading that a baby was lost: every loss of hers, and nothing that is none."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evaluation import misspelt
from bot.core.loss import Loss, read_loss
from bot.core.questions import QuestionKind
from bot.knowledge_files import load_questions

MESSAGES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "loss_messages.yaml").read_text("utf-8"))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
# Somebody's child and something that died or is gone, in one breath.
NEAR_EACH_OTHER = [
    "i was at my sons school play and my phone died",
    "my daughter had a party and the music was gone",
    "my son called when the battery died",
    "my baby kicked so hard i nearly died",
    "my little boy is asleep and my cramps are gone",
    "my girl laughed because the lights are dead",
]
TELLING_WORDS = [
    "i",
    "she",
    "lost",
    "my",
    "baby",
    "her",
    "died",
    "not",
    "if",
    ",",
    ".",
    "again",
    "2019",
    "mother",
    "no",
]
KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def half(text: str) -> str:
    return "tuning" if hashlib.sha256(text.encode()).digest()[0] % 2 else "reporting"


def counted(label: str, of: str, slips: int | None = None) -> dict[Loss, float]:
    """The share of messages of a label and a half that are read as what, in percent."""
    texts = [text for text in MESSAGES[label] if half(text) == of]
    read = Counter(read_loss(misspelt(text, slips) if slips else text, NOW).loss for text in texts)
    return {loss: 100 * read[loss] / len(texts) for loss in Loss}


def test_there_are_enough_labelled_messages_and_none_twice() -> None:
    texts = [text for texts in MESSAGES.values() for text in texts]
    assert len(texts) >= 150
    assert len({text.casefold() for text in texts}) == len(texts)


@pytest.mark.parametrize("of", ["tuning", "reporting"])
def test_nearly_every_loss_is_noticed_and_no_other_message_is_taken_for_one(of: str) -> None:
    lost = counted("loss", of)
    assert lost[Loss.TOLD] >= 95
    assert lost[Loss.TOLD] + lost[Loss.UNSURE] >= 96
    assert counted("question", of)[Loss.NONE] == 100
    assert counted("other", of)[Loss.TOLD] <= 6
    assert counted("past", of)[Loss.TOLD] == counted("past", of)[Loss.UNSURE] == 0


@pytest.mark.parametrize("of", ["tuning", "reporting"])
def test_most_losses_are_noticed_where_every_third_word_is_misspelt(of: str) -> None:
    lost = counted("loss", of, slips=3)
    assert lost[Loss.TOLD] + lost[Loss.UNSURE] >= 70
    assert counted("question", of, slips=3)[Loss.TOLD] <= 4


def test_of_the_labelled_questions_hardly_any_is_taken_for_a_loss() -> None:
    asked = [q.text for q in load_questions(KNOWLEDGE).questions if q.kind is not QuestionKind.DANGER]
    told = [text for text in asked if read_loss(text, NOW).loss is Loss.TOLD]
    assert len(told) <= 0.005 * len(asked), told


@pytest.mark.parametrize("text", NEAR_EACH_OTHER)
def test_what_else_died_or_is_gone_is_no_loss(text: str) -> None:
    assert read_loss(text, NOW).loss is Loss.NONE


@pytest.mark.parametrize("text", [text for text in MESSAGES["loss"] if half(text) == "tuning"])
def test_neither_case_nor_a_greeting_changes_what_is_read(text: str) -> None:
    read = read_loss(text, NOW)
    assert read_loss(text.upper(), NOW) == read
    assert read_loss(f"Hello. {text}. Thank you.", NOW).loss is read.loss


@pytest.mark.parametrize(
    ("text", "is_fresh"),
    [
        ("I lost my baby this morning", True),
        ("we lost him last night", True),
        ("we lost him last night at the hospital", False),
        ("I lost my baby last week", False),
        ("I lost my baby", False),
    ],
)
def test_a_loss_of_the_last_day_outside_of_any_care_is_fresh(text: str, is_fresh: bool) -> None:
    assert read_loss(text, NOW).is_fresh is is_fresh


def test_a_year_is_long_ago_unless_it_is_this_one_or_has_just_ended() -> None:
    assert read_loss("I lost my baby in 2025", NOW).loss is Loss.PAST
    assert read_loss("I lost my baby in 2026", NOW).loss is Loss.TOLD
    assert read_loss("I lost my baby in 2025", datetime(2026, 1, 10, tzinfo=UTC)).loss is Loss.TOLD


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    read_loss(text, NOW)


@given(
    st.lists(
        st.sampled_from(
            [
                "i",
                "we",
                "she",
                "lost",
                "my",
                "the",
                "baby",
                "her",
                "died",
                "not",
                "if",
                ",",
                ".",
                "?",
                "again",
                "2019",
                "mother",
                "no",
                "heartbeat",
            ]
        )
    )
)
def test_any_mixture_of_telling_words_can_be_read(words: list[str]) -> None:
    read_loss(" ".join(words), NOW)


def test_a_very_long_message_is_read_in_a_moment() -> None:
    assert read_loss("my baby is well and " * 1000 + "my baby died", NOW).loss is not Loss.PAST
