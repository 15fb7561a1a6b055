"""Remarks that are no questions, and languages that the bot cannot read."""

import pytest

from bot.core.dialogue import Dialogue
from bot.core.knowledge import Language, OtherLanguage
from bot.core.knowledge_base import KnowledgeBase
from bot.core.small_talk import Listener
from bot.core.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def vocabulary(plants: Dialogue) -> Vocabulary:
    return plants.matcher.vocabulary


@pytest.fixture(scope="module")
def listener(plants_knowledge: KnowledgeBase, vocabulary: Vocabulary) -> Listener:
    return Listener(plants_knowledge.language, vocabulary)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("hello", "greeting"),
        ("HELLO!!", "greeting"),
        ("good morning", "greeting"),
        ("thx", "thanks"),
        ("thank u", "thanks"),
        ("Thank you very much.", "thanks"),
    ],
)
def test_a_remark_is_recognised_however_it_is_written(
    listener: Listener, vocabulary: Vocabulary, text: str, remark: str
) -> None:
    found = listener.remark(vocabulary.read(text))
    assert found is not None
    assert found.id == remark


@pytest.mark.parametrize(
    "text",
    [
        "hello, how often should I water",
        "thanks, and in winter?",
        "good",
        "",
        "water",
        "morning light",
        "hello " * 13,
    ],
)
def test_a_message_that_says_more_is_no_remark(listener: Listener, vocabulary: Vocabulary, text: str) -> None:
    assert listener.remark(vocabulary.read(text)) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wie oft die Pflanzen gießen?", "German"),
        ("ich bin neu", "German"),
        ("hoe vaak mijn planten", "Dutch"),
        ("die plants need water", None),
        ("is it bad", None),
        ("and so on, my dear friend, how often do plants in my room need ich der", None),
        ("", None),
    ],
)
def test_a_language_is_told_by_the_share_of_its_words(listener: Listener, text: str, language: str | None) -> None:
    found = listener.other_language(text)
    assert (found and found.name) == language


@pytest.mark.parametrize("order", [1, -1])
def test_the_language_with_the_most_words_is_the_one(vocabulary: Vocabulary, order: int) -> None:
    languages = (
        OtherLanguage(name="few", words=("ba", "bo", "bu"), reply="few"),
        OtherLanguage(name="many", words=("ba", "bo", "be"), reply="many"),
    )
    listener = Listener(Language(other_languages=languages[::order]), vocabulary)
    found = listener.other_language("ba bo be")
    assert found is not None
    assert found.name == "many"


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("Какие симптомы", True),
        ("植物", True),
        ("ما", True),
        ("café", False),
        ("water 水", False),
        ("123 😀", False),
        ("", False),
    ],
)
def test_another_script_is_where_most_letters_are_not_latin(listener: Listener, text: str, is_other: bool) -> None:
    assert listener.is_other_script(text) is is_other
