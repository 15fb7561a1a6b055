"""A whole message that wants no more messages, and all others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.stop_words import asks_to_stop
from bot.knowledge_files import load, load_questions

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
STOPS = [
    "STOP", "stop", "Stop.", "stop!!!", "  stop  ", "“Stop”", "STOP 🙏", "stop please", "please stop",
    "pls stop it now", "unsubscribe", "Unsubscribe me", "unsubscribe please", "un subscribe", "unsuscribe",
    "unsubscribe from tips", "no more messages", "no more messages please", "No more tips!", "no tips",
    "stop tips", "stop the tips", "stop all tips", "stop sending me messages", "stop sending me these messages",
    "please stop sending me tips", "stop sending tips", "stop messaging me", "stop texting me", "stop texting",
    "can you stop the tips", "could you please stop sending me these", "don't send me any more messages",
    "dont send me tips", "do not message me again", "don't write to me any more", "i don't want tips any more",
    "I do not want any more messages", "i no longer want these tips", "cancel", "cancel my subscription",
    "cancel tips", "end", "quit", "opt out", "turn off the tips", "turn off notifications",
    "take me off your list", "remove me from the list", "leave me alone", "stop it", "stop this",
    "stop everything", "stpo", "stopp", "STOP ALL", "stopall", "I want to stop the tips",
    "i want you to stop texting me", "end subscription", "stop with the messages", "enough messages",
    "stop spamming me", "ok stop", "just stop",
]  # fmt: skip
OTHERS = [
    "should I stop smoking", "stop smoking", "how do they stop it from opening", "when does the bleeding stop",
    "the bleeding won't stop", "stop the bleeding", "can bed rest stop it", "stop worrying?",
    "I stopped taking vitamins", "shop", "step", "top", "subscribe", "no", "no more", "end of pregnancy",
    "when does it end", "cancel my appointment", "do not stop", "don't stop the tips",
    "how do I stop the contractions", "can I stop working", "no more sex?", "why did the tips stop",
    "how can I stop tips", "is it ok to stop my medicine", "stop iron tablets", "I don't want to lose it",
    "what happens if I stop", "text", "messages", "tips", "any tips", "send me tips", "i want tips", "help", "",
    "no pain", "not now", "write to me", "please", "now", "the doctor told me to stop", "ending",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_stop_in_any_words_is_a_stop(text: str) -> None:
    assert asks_to_stop(text)
    assert asks_to_stop(text.upper())


@pytest.mark.parametrize("text", OTHERS)
def test_a_message_about_something_else_is_none(text: str) -> None:
    assert not asks_to_stop(text)


def test_no_labelled_question_and_no_phrasing_is_a_stop() -> None:
    texts = [question.text for question in load_questions(KNOWLEDGE).questions]
    base = load(KNOWLEDGE)
    texts += [phrasing for document in base.documents for p in document.points for phrasing in p.phrasings]
    texts += [words for document in base.documents for lead in document.follow_ups for words in lead.words]
    texts += [*base.danger_messages.danger, *base.danger_messages.calm]
    assert [text for text in texts if asks_to_stop(text)] == []


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    asks_to_stop(text)
