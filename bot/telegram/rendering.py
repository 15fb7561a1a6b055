"""Reply -> Telegram's HTML and keyboard. Pure: values in, values out."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.replies import Answer, Button, Reply

LONGEST_TEXT = 4096  # UTF-16 units, counted after the markup is parsed
LONGEST_DATA = 64  # bytes
MOST_BUTTONS = 100
# A phone in portrait shows about forty characters in a full row and half as many in half a row.
LONGEST_LABEL = 40
LONGEST_PAIRED_LABEL = 18

_ITEM = "• "
_AFTER_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_BETWEEN_WORDS = re.compile(r"\s+")

Rows = tuple[tuple[Button, ...], ...]
Tag = Literal["", "b", "i"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as Telegram takes it: HTML of 1 to 4096 UTF-16 units once parsed, and rows of buttons."""

    html: str
    rows: Rows = ()

    @property
    def keyboard(self) -> str:
        """The rows as JSON; ``markup`` reads it."""
        return json.dumps([[[button.label, button.data] for button in row] for row in self.rows])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text in one style, and what stands between it and the piece before."""

    text: str
    tag: Tag = ""
    gap: str = "\n\n"

    @property
    def html(self) -> str:
        text = escape(self.text, quote=False)
        return f"<{self.tag}>{text}</{self.tag}>" if self.tag else text


def render(reply: Reply) -> tuple[Message, ...]:
    """The messages that show a reply, in order, the buttons under the last.

    Raises ValueError for a reply that Telegram would refuse: one without words, or with impossible buttons.
    """
    parts = tuple(_pack(_pieces(reply)))
    if not parts:
        raise ValueError("a reply without words")
    return (*(Message(part) for part in parts[:-1]), Message(parts[-1], lay_out(reply.buttons)))


def with_notice(notice: str, html: str) -> str:
    """A rendered text with a line in italics above it, where there is room for both; otherwise as it was."""
    # The markup is counted too, which errs on the side of leaving a very long text alone.
    above = f"<i>{escape(notice, quote=False)}</i>\n\n"
    return above + html if utf16_length(above + html) <= LONGEST_TEXT else html


def markup(keyboard: str) -> InlineKeyboardMarkup | None:
    """The keyboard that ``Message.keyboard`` wrote down."""
    rows = json.loads(keyboard)
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


def lay_out(buttons: Iterable[Button]) -> Rows:
    """Buttons in rows, in order: short neighbours in pairs, a long one alone and shortened if need be."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        shown = Button(shorten(button.label), _checked(button.data))
        if rows and len(rows[-1]) == 1 and _pairs(rows[-1][0]) and _pairs(shown):
            rows[-1] = (*rows[-1], shown)
        else:
            rows.append((shown,))
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise ValueError(f"more than {MOST_BUTTONS} buttons")
    return tuple(rows)


def shorten(label: str) -> str:
    """A label that a phone shows whole: cut after a word, or within a long one, and ended with "…"."""
    label = " ".join(label.split())
    if len(label) <= LONGEST_LABEL:
        return label
    cut = label[: LONGEST_LABEL - 1]
    at_word = cut.rsplit(" ", 1)[0] if label[LONGEST_LABEL - 1] != " " else cut
    # Half a label at the least: "A …" in place of one long word would say nothing.
    kept = at_word if len(at_word) >= LONGEST_LABEL // 2 else cut
    return kept.rstrip(" ,;:–-") + "…"


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: a character beyond U+FFFF, most emoji among them, is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _pairs(button: Button) -> bool:
    return len(button.label) <= LONGEST_PAIRED_LABEL


def _checked(data: str) -> str:
    if not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise ValueError(f"a button's data takes 1 to {LONGEST_DATA} bytes")
    return data


def _pieces(reply: Reply) -> Iterator[_Piece]:
    if reply.title:
        yield _Piece(reply.title.strip(), "b")
    follows_item = False
    for paragraph in map(str.strip, reply.paragraphs):
        is_item = paragraph.startswith(_ITEM.strip())
        yield _Piece(paragraph, gap="\n" if is_item and follows_item else "\n\n")
        follows_item = is_item
    if isinstance(reply, Answer):
        yield _Piece(reply.citation.line.strip(), "i")


def _pack(pieces: Iterable[_Piece]) -> Iterator[str]:
    """The fewest texts that hold the pieces in order; only a piece that is too long alone is broken."""
    html, length = "", 0
    for piece in (part for whole in pieces if whole.text for part in _broken(whole)):
        needed = utf16_length(piece.text)
        if html and length + len(piece.gap) + needed <= LONGEST_TEXT:
            html, length = html + piece.gap + piece.html, length + len(piece.gap) + needed
            continue
        if html:
            yield html
        html, length = piece.html, needed
    if html:
        yield html


def _broken(piece: _Piece) -> Iterator[_Piece]:
    rest = piece.text
    while utf16_length(rest) > LONGEST_TEXT:
        head, rest = _cut(rest)
        yield _Piece(head, piece.tag, piece.gap)
    if rest:
        yield _Piece(rest, piece.tag, piece.gap)


def _cut(text: str) -> tuple[str, str]:
    """What fits into a message, up to the end of a sentence, else of a word, else any; and the rest."""
    room = _characters_that_fit(text)
    # A sentence that ends early would leave most of the message empty: then a word's end serves better.
    for border, earliest in ((_AFTER_SENTENCE, room // 2), (_BETWEEN_WORDS, 1)):
        ends = [match.start() for match in border.finditer(text, earliest, room + 1)]
        if ends:
            return text[: ends[-1]], text[ends[-1] :].lstrip()
    return text[:room], text[room:]


def _characters_that_fit(text: str) -> int:
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > LONGEST_TEXT:
            return index
    return len(text)
