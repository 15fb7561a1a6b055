"""What is learned from labelled messages: how people tell of a danger, and how they do not."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.danger import Act, AskFirst, Calm, DangerReader
from bot.core.danger_signs import DangerMessages, DangerSign, DangerSigns
from bot.knowledge_files import load

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
MESSAGES = DangerMessages.model_validate(yaml.safe_load((KNOWLEDGE / "danger-messages.yaml").read_text("utf-8")))
SIGNS = DangerSigns(
    signs=(DangerSign(id="fire", title="Fire", say="Run.", acts=("fire",)),),
    words={},
)
FEW = DangerMessages(
    danger=(
        "there is a fire in my house",
        "my kitchen is on fire",
        "the roof is burning right now",
        "help it burns here",
    ),
    calm=(
        "i saw a fire in a film",
        "what is a fire drill",
        "my aunt had a fire long ago",
        "i dreamt of a fire",
        "the film was long",
        "what is a drill",
    ),
)


@pytest.fixture(scope="module")
def reader() -> DangerReader:
    knowledge = load(KNOWLEDGE)
    phrasings = [phrasing for document in knowledge.documents for p in document.points for phrasing in p.phrasings]
    return DangerReader(knowledge.danger, MESSAGES, phrasings)


def test_a_message_that_sounds_like_the_calm_ones_does_not_alarm_for_a_word() -> None:
    assert isinstance(DangerReader(SIGNS).read("i saw a fire in a film"), Act)
    assert DangerReader(SIGNS, FEW).read("i saw a fire in a film") == Calm()


def test_a_danger_without_any_known_word_is_asked_about() -> None:
    found = DangerReader(SIGNS, FEW).read("the kitchen is burning right now")
    assert isinstance(found, AskFirst)
    assert found.sign is None


def test_a_message_without_a_known_word_is_calm() -> None:
    assert DangerReader(SIGNS, FEW).read("2 + 2") == Calm()


def test_without_labelled_messages_the_patterns_decide_alone() -> None:
    assert isinstance(DangerReader(SIGNS, DangerMessages()).read("there is a fire now"), Act)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_labelled_messages_changes_nothing(random: st.randoms) -> None:  # type: ignore[valid-type]
    danger, calm = list(FEW.danger), list(FEW.calm)
    random.shuffle(danger)
    random.shuffle(calm)
    shuffled = DangerReader(SIGNS, DangerMessages(danger=tuple(danger), calm=tuple(calm)))
    for text in (*FEW.danger, *FEW.calm, "is there a fire now"):
        assert shuffled.read(text) == DangerReader(SIGNS, FEW).read(text)


def test_nearly_every_labelled_danger_is_caught_and_hardly_any_calm_message_is_asked_about(
    reader: DangerReader,
) -> None:
    missed = [text for text in MESSAGES.danger if isinstance(reader.read(text), Calm)]
    asked = [text for text in MESSAGES.calm if not isinstance(reader.read(text), Calm)]
    assert len(missed) <= 0.01 * len(MESSAGES.danger), missed
    assert len(asked) <= 0.08 * len(MESSAGES.calm), asked


@pytest.mark.parametrize(
    "before", ["Hello, I hope you are well.", "My sister had a baby in May.", "What is a cerclage?"]
)
def test_a_sentence_before_does_not_hide_a_danger(reader: DangerReader, before: str) -> None:
    short = [text for text in MESSAGES.danger if len(text) < 60]
    hidden = [text for text in short if isinstance(reader.read(f"{before} {text}"), Calm)]
    assert len(hidden) <= 0.01 * len(short), hidden
