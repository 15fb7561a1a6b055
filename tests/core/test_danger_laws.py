"""Laws of reading danger: what no wording, case or neighbouring sentence may change."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.danger import Calm, DangerReader
from bot.core.danger_signs import DangerSigns

ROOT = Path(__file__).parents[2]
READER = DangerReader(
    DangerSigns.model_validate(yaml.safe_load((ROOT / "knowledge" / "danger-signs.yaml").read_text("utf-8")))
)
ALARMING: list[str] = yaml.safe_load((Path(__file__).parent / "danger_messages.yaml").read_text("utf-8"))["danger"]
ASIDES = [
    "Hello.",
    "Good evening, my name is Ana and I had my scan on Monday!",
    "Thank you so much for your help.",
    "What is a cerclage?",
    "Is bleeding a symptom of it?",
    "My mother bled in 1985.",
    "I lost my first baby in 2019.",
    "My sister had contractions last year.",
    "No fever.",
    "I have no pain.",
    "What if my water breaks?",
    "We painted the nursery, my phone died and I fell in love with the colour.",
]
TELLING_WORDS = [
    "no",
    "not",
    "blood",
    "water",
    "broke",
    "if",
    "i",
    "am",
    "my",
    "baby",
    ",",
    ".",
    "?",
    "is",
    "2019",
    "was",
]
alarming = st.sampled_from(ALARMING)
aside = st.sampled_from(ASIDES)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    READER.read(text)


@given(st.lists(st.sampled_from(TELLING_WORDS)))
def test_any_mixture_of_telling_words_can_be_read(words: list[str]) -> None:
    READER.read(" ".join(words))


@given(alarming, aside)
def test_a_sentence_before_never_hides_a_danger(message: str, before: str) -> None:
    assert not isinstance(READER.read(f"{before} {message}"), Calm)


@given(alarming, aside)
def test_a_sentence_after_never_hides_a_danger(message: str, after: str) -> None:
    assert not isinstance(READER.read(f"{message}. {after}"), Calm)


@given(alarming)
def test_capital_letters_change_nothing(message: str) -> None:
    found, loud, soft = (READER.read(text) for text in (message, message.upper(), message.lower()))
    assert type(loud) is type(soft) is type(found)


@given(alarming)
def test_reading_twice_gives_the_same(message: str) -> None:
    assert READER.read(message) == READER.read(message)


@given(alarming)
def test_the_width_of_blanks_changes_nothing(message: str) -> None:
    assert type(READER.read(message.replace(" ", " \t "))) is type(READER.read(message))


@pytest.mark.parametrize("message", [message for message in ALARMING if not set(message) & set("0123456789🩸.")])
def test_a_danger_dictated_without_punctuation_is_not_missed(message: str) -> None:
    bare = "".join(c if c.isalnum() or c in " '’" else " " for c in message)
    assert not isinstance(READER.read(bare), Calm)
