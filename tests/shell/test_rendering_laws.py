"""Laws of rendering, whatever a reply holds; Telegram's own parser is the judge where it is installed."""

import json
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.replies import Answer, Button, Citation
from bot.telegram.rendering import LONGEST_DATA, LONGEST_LABEL, LONGEST_TEXT, render, shorten, utf16_length

# Surrogates are no characters: YAML cannot hold them.
CHARACTERS = st.characters(exclude_categories=["Cs"])
SHORT = st.text(CHARACTERS | st.sampled_from("<>&;#\"'.!? \n•🤰"), max_size=60)
# Long texts are short ones repeated: hypothesis finds the edges sooner than with 10,000 free characters.
LONG = st.builds(lambda text, times: text * times, SHORT, st.integers(1, 400))
DATA = st.text(CHARACTERS, min_size=1).filter(lambda data: len(data.encode()) <= LONGEST_DATA)
BUTTONS = st.lists(st.builds(Button, st.text(CHARACTERS, min_size=1, max_size=80), DATA), max_size=8)


@st.composite
def answers(draw):
    line = draw(SHORT)
    return Answer(
        title=draw(st.none() | SHORT),
        paragraphs=(*draw(st.lists(SHORT | LONG, max_size=5)), "Never without a word."),
        buttons=tuple(draw(BUTTONS)),
        citation=Citation("doc", "Section", (1,), date(2020, 1, 1), "https://example.org", line),
    )


class _Plain(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data):
        self.text += data


def plain(html):
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return parser.text


def written(answer):
    return "".join((answer.title or "", *answer.paragraphs, answer.citation.line))


def without_space(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def telegram_parses():
    tdjson = pytest.importorskip("tdjson", reason="tdjson, Telegram's own parser, is not installed")
    execute = tdjson.td_execute
    execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())

    def parse(html):
        request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
        return json.loads(execute(json.dumps(request).encode()))

    return parse


@settings(deadline=None)
@given(answers())
def test_no_message_is_longer_than_telegram_takes(answer):
    assert all(1 <= utf16_length(plain(message.html)) <= LONGEST_TEXT for message in render(answer))


@settings(deadline=None)
@given(answers())
def test_nothing_is_lost_and_nothing_comes_in_but_space(answer):
    shown = "".join(plain(message.html) for message in render(answer))
    assert without_space(shown) == without_space(written(answer))


@settings(deadline=None)
@given(answer=answers())
def test_telegram_accepts_the_markup_and_reads_the_same_words(telegram_parses, answer):
    for message in render(answer):
        parsed = telegram_parses(message.html)
        assert parsed["@type"] == "formattedText", parsed
        assert parsed["text"] == plain(message.html)
        assert len(parsed["entities"]) <= 100


@settings(deadline=None)
@given(answers())
def test_every_button_stands_under_the_last_message_in_order(answer):
    *earlier, last = render(answer)
    assert all(message.rows == () for message in earlier)
    assert [button.data for row in last.rows for button in row] == [button.data for button in answer.buttons]
    assert all(1 <= len(row) <= 2 for row in last.rows)


@given(st.text(CHARACTERS, min_size=1, max_size=200))
def test_a_shortened_label_is_never_longer_than_a_phone_shows(label):
    assert len(shorten(label)) <= LONGEST_LABEL
