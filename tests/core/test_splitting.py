"""A long message cut into questions and the story around them."""

import pytest

from bot.core.splitting import Part, parts


def test_a_message_of_one_part_comes_back_as_itself() -> None:
    assert parts("what are the signs?") == [Part("what are the signs?", "what are the signs?", True, False)]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("What are the signs, and how is it treated?", ["What are the signs", "how is it treated?"]),
        ("Can I smoke? Also what can I eat", ["Can I smoke?", "Also what can I eat"]),
        ("what is it, how is it treated", ["what is it", "how is it treated"]),
        ("what about bread and butter?", ["what about bread and butter?"]),
        ("smoking and drinking", ["smoking and drinking"]),
        ("Hello! What is it?", ["What is it?"]),
        ("first line\nsecond line", ["first line", "second line"]),
    ],
)
def test_questions_are_cut_where_a_new_one_begins_and_nowhere_else(text: str, cut: list[str]) -> None:
    assert [part.text for part in parts(text)] == cut


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("is it bad", True),
        ("and so can I swim", True),
        ("bad for me?", True),
        ("I was wondering about food", True),
        ("I dont know what to eat", True),
        ("My back hurts today", False),
        ("thank you very much", False),
    ],
)
def test_a_question_is_told_from_the_story_around_it(text: str, asks: bool) -> None:
    assert [part.is_question for part in parts(text)] == [asks]


def test_a_question_that_points_back_takes_the_story_before_it_along() -> None:
    story, question = parts("My leaves are yellow. Is that bad?")
    assert (story.is_question, question.in_context) == (False, "My leaves are yellow. Is that bad?")


def test_a_question_that_stands_alone_or_follows_a_question_does_not() -> None:
    assert parts("My leaves are yellow. How often do I water plants?")[1].in_context == "How often do I water plants?"
    assert parts("What is a leaf? Is that bad?")[1].in_context == "Is that bad?"


def test_a_message_has_at_most_60_parts_and_one_without_words_has_none() -> None:
    assert len(parts("What is it? " * 100)) == 60
    assert parts("?!") == parts("") == []
