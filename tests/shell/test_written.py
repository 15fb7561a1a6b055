"""Messages of staff, read as ones that can be sent on."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity, PhotoSize

from bot.preview.markup import parse_html
from bot.telegram.written import AN_ALBUM, NOT_SENDABLE, Written, read_written

ADDRESSES = [
    "https://example.org/?a=1&lt=2",
    'https://example.org/"quoted"',
    "tg://user?id=5",
    "https://example.org/<b>",
]


def message(**fields):
    return Message(1, datetime(2026, 3, 1, tzinfo=UTC), Chat(501, "private"), **fields)


def photo(*sizes):
    return tuple(PhotoSize(f"file-{width}", f"unique-{width}", width, width) for width in sizes)


def test_a_text_is_kept_with_its_formatting():
    entities = [MessageEntity("bold", 0, 5), MessageEntity("italic", 2, 3)]
    written = read_written(message(text="Drink & <rest>", entities=entities))
    assert written == Written("<b>Dr<i>ink</i></b> &amp; &lt;rest&gt;", None, "Drink & <rest>")


@given(
    text=st.text("abc <>&\"'🤰", min_size=1, max_size=20).filter(str.strip),
    address=st.sampled_from(ADDRESSES),
    language=st.sampled_from(["python", "c++", 'a"b']),
    kind=st.sampled_from(["bold", "text_link", "pre", "blockquote", "expandable_blockquote", "spoiler", "code"]),
)
def test_what_is_written_down_reads_back_as_what_was_sent(text, address, language, kind):
    length = len(text.encode("utf-16-le")) // 2
    more = {"text_link": {"url": address}, "pre": {"language": language}}.get(kind, {})
    written = read_written(message(text=text, entities=[MessageEntity(kind, 0, length, **more)]))
    formatted = parse_html(written.html)
    assert formatted.text == text
    if kind == "text_link" and "<" not in address and '"' not in address:
        value = address.removeprefix("tg://user?id=")
        assert [entity.value for entity in formatted.entities] == [value]


def test_of_a_photo_the_largest_size_and_the_caption_are_kept():
    entities = [MessageEntity("bold", 0, 3)]
    written = read_written(message(photo=photo(90, 1280, 320), caption="Our door", caption_entities=entities))
    assert written == Written("<b>Our</b> door", "file-1280", "Our door")
    assert read_written(message(photo=photo(90))) == Written("", "file-90", "Photo")


def test_lengths_are_counted_as_telegram_counts_them():
    fits, too_long = "🤰" * 512, "🤰" * 512 + "a"
    assert isinstance(read_written(message(photo=photo(90), caption=fits)), Written)
    assert "has 1025 characters, and 1024 is the most" in read_written(message(photo=photo(90), caption=too_long))
    assert "has 4097 characters, and 4096 is the most" in read_written(message(text="a" * 4097))


def test_what_cannot_be_sent_is_told():
    assert read_written(message()) == NOT_SENDABLE
    assert read_written(message(photo=photo(90), caption="x", media_group_id="7")) == AN_ALBUM


@pytest.mark.parametrize(("text", "title"), [("One\n two  three", "One two three"), ("a" * 61, "a" * 59 + "…")])
def test_a_title_for_lists_is_one_short_line(text, title):
    assert read_written(message(text=text)).title == title
