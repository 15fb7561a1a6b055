"""How replies look on Telegram."""

import json
from datetime import date

import pytest

from bot.core.replies import Answer, Button, Citation, Notice, Sources, Urgent
from bot.telegram.rendering import lay_out, markup, render, shorten, utf16_length, with_notice

CITATION = Citation("doc", "Healing", (1,), date(2020, 5, 1), "https://example.org", "Source: “Doc” & more.")


def html(reply):
    return [message.html for message in render(reply)]


def test_an_answer_has_a_bold_title_paragraphs_and_its_source_in_italics():
    answer = Answer(title="Title", paragraphs=("One.", "Two."), citation=CITATION)
    assert html(answer) == ["<b>Title</b>\n\nOne.\n\nTwo.\n\n<i>Source: “Doc” &amp; more.</i>"]


def test_the_items_of_a_list_stand_together():
    notice = Notice(paragraphs=("Bring:", "• a", "• b", "Then wait.", "• c"))
    assert html(notice) == ["Bring:\n\n• a\n• b\n\nThen wait.\n\n• c"]


def test_sources_say_their_citation_among_their_paragraphs_and_not_twice():
    assert html(Sources(paragraphs=("A",), citation=CITATION)) == ["A"]
    assert html(Sources(paragraphs=("A",))) == ["A"]


def test_markup_in_a_text_is_shown_as_it_is():
    assert html(Urgent(title="<b>", paragraphs=("1 < 2 & 3 > 2",))) == ["<b>&lt;b&gt;</b>\n\n1 &lt; 2 &amp; 3 &gt; 2"]


def test_a_long_reply_is_split_between_paragraphs_with_the_buttons_at_the_end():
    paragraphs = ("a" * 3000, "b" * 1000, "c" * 3000)
    first, last = render(Notice(paragraphs=paragraphs, buttons=(Button("Go", "g"),)))
    assert (first.html, last.html) == ("a" * 3000 + "\n\n" + "b" * 1000, "c" * 3000)
    assert (first.rows, last.rows) == ((), ((Button("Go", "g"),),))


def test_a_long_paragraph_is_split_after_a_sentence():
    first, last = html(Notice(paragraphs=(f"{'a' * 3000}. {'b' * 1000}. {'c' * 1000}.",)))
    assert (first, last) == (f"{'a' * 3000}. {'b' * 1000}.", f"{'c' * 1000}.")


def test_a_long_sentence_is_split_after_a_word():
    first, last = html(Notice(paragraphs=("word " * 1000,)))
    assert first.endswith("word")
    assert last.startswith("word")


def test_a_long_word_is_split_between_characters_even_where_one_counts_twice():
    first, last = html(Notice(paragraphs=("a" + "🤰" * 2048,)))
    assert (first, last) == ("a" + "🤰" * 2047, "🤰")


def test_a_text_of_just_the_greatest_length_is_one_message():
    assert html(Notice(paragraphs=("&" * 4096,))) == ["&amp;" * 4096]


def test_a_reply_without_words_is_refused():
    with pytest.raises(ValueError, match="without words"):
        render(Notice(paragraphs=("", " \n ")))


def test_short_buttons_stand_in_pairs_and_long_ones_alone():
    labels = ("Yes", "No", "A label that is rather long", "Source", "More", "All topics")
    rows = lay_out(Button(label, "d") for label in labels)
    assert [[button.label for button in row] for row in rows] == [
        ["Yes", "No"],
        ["A label that is rather long"],
        ["Source", "More"],
        ["All topics"],
    ]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Short", "Short"),
        ("Exactly forty characters, and not one mor", "Exactly forty characters, and not one…"),
        ("Who is more likely to have this than other people are", "Who is more likely to have this than…"),
        ("x" * 50, "x" * 39 + "…"),
        ("Line\nbreak", "Line break"),
    ],
)
def test_a_label_is_cut_after_a_word_so_that_a_phone_shows_it_whole(label, shown):
    assert shorten(label) == shown


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
def test_data_that_telegram_would_refuse_is_refused(data):
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        lay_out([Button("Go", data)])


def test_the_keyboard_survives_being_written_down():
    (message,) = render(Notice(paragraphs=("x",), buttons=(Button("Ja ✓", "é" * 32), Button("No", "n"))))
    (row,) = markup(message.keyboard).inline_keyboard
    assert [(button.text, button.callback_data) for button in row] == [("Ja ✓", "é" * 32), ("No", "n")]


def test_no_buttons_are_no_keyboard():
    (message,) = render(Notice(paragraphs=("x",)))
    assert json.loads(message.keyboard) == []
    assert markup(message.keyboard) is None


def test_a_notice_stands_above_a_text_in_italics():
    assert with_notice("Sorry & all", "<b>T</b>") == "<i>Sorry &amp; all</i>\n\n<b>T</b>"


def test_a_text_that_leaves_no_room_for_a_notice_stays_as_it_is():
    assert with_notice("Sorry", "x" * 4090) == "x" * 4090


def test_length_is_counted_as_telegram_counts():
    assert [utf16_length(text) for text in ("abc", "“…”", "🤰", "👩‍🍼")] == [3, 3, 2, 5]
