"""The local server's reading of Telegram HTML, held against Telegram's own parser."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.preview.detection import find_entities
from bot.preview.markup import Entity, Formatted, MarkupError, parse_html, utf16_length
from bot.preview.tidying import clean, tidy

Verdict = str | tuple[str, list[tuple[str, int, int, str]]]

_TDLIB_KINDS = {
    "BotCommand": "bot_command",
    "BlockQuote": "blockquote",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "ExpandableBlockQuote": "expandable_blockquote",
    "MentionName": "text_mention",
    "PreCode": "pre",
    "TextUrl": "text_link",
}
REPEATABLE = settings(deadline=None, derandomize=True, database=None)
_VALUES = ("url", "language", "user_id", "custom_emoji_id", "unix_time")

# Every line: markup, and what TDLib 1.8.69 made of it. A plain string is its refusal.
TABLE: list[tuple[str, Verdict]] = [
    ("", ("", [])),
    ("plain", ("plain", [])),
    ("a & b", ("a & b", [])),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("a <- b", 'Unsupported start tag "-" at byte offset 2'),
    ("é <x>", 'Unsupported start tag "x" at byte offset 3'),
    ("<b></b>", ("", [])),
    ("<b>x</b>", ("x", [("bold", 0, 1, "")])),
    ("<B>x</b>", ("x", [("bold", 0, 1, "")])),
    ("<b>x</>", ("x", [("bold", 0, 1, "")])),
    ("<b a=1 c>x</b>", ("x", [("bold", 0, 1, "")])),
    ("<b\n>x</b >", ("x", [("bold", 0, 1, "")])),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</b x>", "Unclosed end tag at byte offset 4"),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ("<b/>x", 'Unsupported start tag "b/" at byte offset 0'),
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("<a x", 'Unclosed start tag "a" at byte offset 0'),
    ("<a x='", "Unclosed start tag at byte offset 0"),
    ("<a ='x'>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<span class='tg-spoiler'>x</span>", ("x", [("spoiler", 0, 1, "")])),
    ("<a href='https://Clinic.example/A?b=1'>x</a>", ("x", [("text_link", 0, 1, "https://clinic.example/A?b=1")])),
    ("<a href='clinic.example'>x</a>", ("x", [("text_link", 0, 1, "http://clinic.example/")])),
    ("<a href='nowhere'>x</a>", ("x", [])),
    ("<a href='javascript:x'>x</a>", ("x", [])),
    ("<a href='tel:+49123'>x</a>", ("x", [])),
    ("<a href='tg://user?id=7'>x</a>", ("x", [("text_mention", 0, 1, "7")])),
    ("<a>t.me/x</a>", ("t.me/x", [("text_link", 0, 6, "http://t.me/x")])),
    ("&lt;&gt;&amp;&quot;&apos;&nbsp;", ("<>&\"&apos;&nbsp;", [])),
    ("&#65;&#x1F600;&amp", ("A😀&", [])),
    ("&#xD800;", (
        "Text contains invalid Unicode characters after decoding HTML entities, "
        "check for unmatched surrogate code units"
    )),
    ("😀<i>é</i>", ("😀é", [("italic", 2, 1, "")])),
    ("<pre><code class='language-py'>x</code></pre>", ("x", [("pre", 0, 1, "py")])),
    ("<code>x</code>", ("x", [("code", 0, 1, "")])),
    ("<blockquote expandable>x</blockquote>", ("x", [("expandable_blockquote", 0, 1, "")])),
    ("<tg-emoji emoji-id='5'>👍</tg-emoji>", ("👍", [("custom_emoji", 0, 2, "5")])),
    ("<tg-emoji>👍</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("<b><b>x</b></b>", ("x", [("bold", 0, 1, ""), ("bold", 0, 1, "")])),
]  # fmt: skip


@pytest.fixture(scope="module")
def ask_tdlib() -> Callable[..., Any]:
    tdjson = pytest.importorskip("tdjson", reason="TDLib is not installed: pip install -e '.[test]' brings it")

    def ask(request: str, **fields: Any) -> Any:
        return json.loads(tdjson.td_execute(json.dumps({"@type": request, **fields}).encode()))

    ask("setLogVerbosityLevel", new_verbosity_level=0)
    return ask


def ours(markup: str) -> Verdict:
    try:
        formatted = parse_html(markup)
    except MarkupError as error:
        return str(error)
    return formatted.text, [(e.kind, e.offset, e.length, e.value) for e in formatted.entities]


def tdlibs(ask: Callable[..., Any], markup: str) -> Verdict:
    answer = ask("parseTextEntities", text=markup, parse_mode={"@type": "textParseModeHTML"})
    if answer["@type"] == "error":
        return str(answer["message"]).removeprefix("Can't parse entities: ")
    return answer["text"], _entities(answer)


def _entities(answer: Any) -> list[tuple[str, int, int, str]]:
    found = []
    for entity in answer["entities"]:
        name = entity["type"]["@type"].removeprefix("textEntityType")
        value = next((str(entity["type"][key]) for key in _VALUES if key in entity["type"]), "")
        found.append((_TDLIB_KINDS.get(name, name.lower()), entity["offset"], entity["length"], value))
    return found


@pytest.mark.parametrize(("markup", "verdict"), TABLE)
def test_markup_gets_the_verdict_that_telegram_gave_it(markup: str, verdict: Verdict) -> None:
    assert ours(markup) == verdict


@pytest.mark.parametrize(("markup", "verdict"), TABLE)
def test_the_table_of_verdicts_is_tdlibs(ask_tdlib: Callable[..., Any], markup: str, verdict: Verdict) -> None:
    assert tdlibs(ask_tdlib, markup) == verdict


_TAGS = [
    "b", "i", "u", "s", "em", "code", "pre", "tg-spoiler", "blockquote", "blockquote expandable", "a",
    "a href='t.me/x'", 'a href="tg://user?id=7"', 'code class="language-py"', "span class='tg-spoiler'",
    "tg-emoji emoji-id='5'", "code class=language-a class=x", "tg-time unix='5' format='dT'", "span", "br",
]  # fmt: skip
_SCRAPS = [
    "<", ">", "</", "/", "&", ";", "#", "=", "'", '"', "&lt;", "&amp", "&#65;", "&#x1F600;", "&#xD800;", "&#",
    "<b", "</>", "<a href", "class", "x", "a", "1", "-", "é", "😀", " ", "\n", "\t", "\0", "t.me/x", "<!--",
]  # fmt: skip
_pieces = st.one_of(
    st.sampled_from(_SCRAPS),
    st.sampled_from(_TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(_TAGS).map(lambda tag: f"</{tag.split()[0]}>"),
)
_scrambled = st.lists(_pieces, max_size=14).map("".join)
_nested = st.recursive(
    st.sampled_from(["a", "é", "😀", " ", "&lt;", "x.com", ""]),
    lambda inner: st.lists(
        st.tuples(st.sampled_from(_TAGS[:16]), inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0].split()[0]}>") | inner,
        max_size=3,
    ).map("".join),
    max_leaves=8,
)


@settings(REPEATABLE, max_examples=500)
@given(markup=_scrambled | _nested)
def test_any_markup_gets_tdlibs_verdict(ask_tdlib: Callable[..., Any], markup: str) -> None:
    """Accepted or refused alike, with the same words, the same text and the same entities."""
    assert ours(markup) == tdlibs(ask_tdlib, markup)


_hosts = st.text("abX.é-_%@:[]19", min_size=1, max_size=8)
_addresses = st.tuples(
    st.sampled_from(["", "http://", "HTTPS://", "tg://", "tg:", "ton://", "ftp://", "x://"]),
    _hosts,
    st.sampled_from(["", "/", "/a b", "?q=1", "#f", "/?", ":80/", ":0", ":99999"]),
).map("".join)


@settings(REPEATABLE, max_examples=400)
@given(address=_addresses)
def test_any_address_becomes_the_link_that_tdlib_makes_of_it(ask_tdlib: Callable[..., Any], address: str) -> None:
    markup = f'<a href="{address}">x</a>'
    assert ours(markup) == tdlibs(ask_tdlib, markup)


_STYLED = ["b", "i", "u", "s", "tg-spoiler", "code", "pre", "blockquote", "a href='t.me/x'"]
_styles = st.recursive(
    st.sampled_from(["a", "é", "😀", "b "]),
    lambda inner: st.lists(
        st.tuples(st.sampled_from(_STYLED), inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0].split()[0]}>") | inner,
        min_size=1,
        max_size=3,
    ).map("".join),
    max_leaves=10,
)


@settings(REPEATABLE, max_examples=200)
@given(markup=_styles, noise=st.sampled_from(["", "\r", "\t", "\u2028", "\u200e\u200f"]))
def test_entities_are_unknotted_as_tdlib_does(ask_tdlib: Callable[..., Any], markup: str, noise: str) -> None:
    formatted = parse_html(f"x{noise}{markup}")
    answer = ask_tdlib("parseMarkdown", text=_as_tdlib(formatted))
    cleaned = clean(formatted)
    shown = sorted((e.kind, e.offset, e.length, e.value) for e in cleaned.entities)
    assert (cleaned.text, shown) == (answer["text"], sorted(_entities(answer)))


def _as_tdlib(formatted: Formatted) -> dict[str, Any]:
    names = {kind: name for name, kind in _TDLIB_KINDS.items() if name != "PreCode"}
    entities = []
    for entity in formatted.entities:
        name = names.get(entity.kind, entity.kind.capitalize())
        kind = {"@type": f"textEntityType{name}"} | ({"url": entity.value} if entity.value else {})
        entities.append({"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": kind})
    return {"@type": "formattedText", "text": formatted.text, "entities": entities}


_FOUND = ("bot_command", "mention", "hashtag")
_WORDS = [
    "/", "start", "/help", "@", "clinic_bot", " ", "\n", "#", "é", "1", "_", "😀", ",", "(", "<",
]  # fmt: skip
_talk = st.lists(st.sampled_from(_WORDS), max_size=7).map("".join)


@settings(REPEATABLE, max_examples=200)
@given(text=_talk)
def test_commands_mentions_and_hashtags_are_found_where_tdlib_finds_them(
    ask_tdlib: Callable[..., Any], text: str
) -> None:
    theirs = [found[:3] for found in _entities(ask_tdlib("getTextEntities", text=text))]
    mine = [(e.kind, e.offset, e.length) for e in find_entities(text)]
    assert [m for m in mine if m[0] in _FOUND] == [t for t in theirs if t[0] in _FOUND]


def test_a_text_is_trimmed_and_its_entities_move_with_it() -> None:
    assert tidy(parse_html("\n  <b> 😀 a </b> \n")) == Formatted("😀 a", (Entity("bold", 0, 4),))


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u00a0 \u2800", "\u3164\ufeff"])
def test_a_text_without_anything_visible_is_empty(text: str) -> None:
    assert tidy(Formatted(text)) == Formatted("")


def test_lengths_count_utf16_units() -> None:
    assert [utf16_length(text) for text in ("", "abc", "é", "😀", "a😀é")] == [0, 3, 1, 2, 4]
