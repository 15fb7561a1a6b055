"""Telegram's dialect of HTML: markup in, plain text and entities out, or Telegram's own refusal.

The verdicts, texts and offsets agree with TDLib's parser, which Telegram's servers run;
the tests compare the two.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn

from bot.preview.links import LinkError, clean_link, mentioned_user

_SPACE = " \t\r\n\v\0"
_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\v\0=>/\"']*")
_BARE_VALUE = re.compile(r"[0-9A-Za-z.\-]*")
_REFERENCE = re.compile(r"&(?:#(?P<hex>[xX][0-9A-Fa-f]+)|#(?P<decimal>[0-9]+)|(?P<name>[A-Za-z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "tg-emoji": "custom_emoji",
    "blockquote": "blockquote", "tg-time": "date_time",
}  # fmt: skip
# What encloses what, when two entities cover the same characters: the lower number is the outer one.
_DEPTH = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "date_time": 48, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94,
    "custom_emoji": 99,
}  # fmt: skip
ENTITY_KINDS = frozenset(_DEPTH)
_CLASS_PREFIX = {"code": "language-", "span": "tg-"}  # a class that begins otherwise counts as not given
_LARGEST_CODE_POINT = 0x10FFFE  # TDLib leaves a reference to the very last code point alone
_LONGEST_REFERENCE = 9  # characters from & to the last digit; longer ones stay as they are
_TIME_FORMAT = re.compile(r"[rR]|[dDtTwW]*")
_WHOLE_NUMBER = re.compile(r"-?[1-9][0-9]*")


class MarkupError(Exception):
    """Telegram would refuse this markup; the text is what it would say after "can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text that is shown differently; offset and length count UTF-16 units, as Telegram does.

    `value` is what the kind needs besides: the address of a text_link, the language of a pre, the emoji of a
    custom_emoji, the user of a text_mention, the instant of a date_time.
    """

    kind: str
    offset: int
    length: int
    value: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without its markup, and what stood in the markup."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """How long Telegram finds a text: characters beyond U+FFFF, most emoji among them, count twice."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def in_reading_order(entities: list[Entity]) -> list[Entity]:
    """By where they start, the longer one first, then from the outside in."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length, _depth(entity)))


def _depth(entity: Entity) -> int:
    plain_pre = entity.kind == "pre" and not entity.value
    return _DEPTH.get(entity.kind, 50) + plain_pre


def parse_html(source: str) -> Formatted:
    """What Telegram makes of a text sent with parse_mode=HTML, before it trims; raises MarkupError."""
    return _Parser(source).parse()


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    chunk: int


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    length: int = 0
    chunks: list[str] = field(default_factory=list)
    open_tags: list[_OpenTag] = field(default_factory=list)
    found: list[Entity] = field(default_factory=list)

    def parse(self) -> Formatted:
        while self.at < len(self.source):
            if plain := _PLAIN.match(self.source, self.at):
                self._add(plain.group())
                self.at = plain.end()
            elif self.source[self.at] == "&":
                character, self.at = _decode_reference(self.source, self.at)
                self._add(character)
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open_tags:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return self._finished()

    def _finished(self) -> Formatted:
        text = "".join(self.chunks)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        bare_code = [Entity("code", e.offset, e.length) if e.kind == "code" else e for e in self.found]
        return Formatted(text, tuple(in_reading_order(bare_code)))

    def _add(self, text: str) -> None:
        self.chunks.append(text)
        self.length += utf16_length(text)

    def _peek(self) -> str:
        """The next character; NUL at the end, which TDLib cannot tell from a NUL in the text."""
        return self.source[self.at] if self.at < len(self.source) else "\0"

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        taken = match.group() if match else ""
        self.at += len(taken)
        return taken

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            if self.source[self.at] == "\0":
                return
            self.at += 1

    def _fail(self, what: str, at: int) -> NoReturn:
        raise MarkupError(f"{what} at byte offset {len(self.source[:at].encode())}")

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = _lower(self._take(_TAG_NAME))
        if self._peek() == "\0":
            self._fail("Unclosed start tag", begin)
        if name not in _KINDS:
            self._fail(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self.at += 1
        self.open_tags.append(_OpenTag(name, attributes, self.length, len(self.chunks)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._peek() == ">":
                return attributes
            name = self._take(_ATTRIBUTE_NAME)
            if not name:
                self._fail(f'Empty attribute name in the tag "{tag}"', begin)
            value = self._attribute_value(tag, begin)
            if name != "class" or value.startswith(_CLASS_PREFIX.get(tag, value)):
                attributes[name] = value

    def _attribute_value(self, tag: str, begin: int) -> str:
        self._skip_space()
        value = ""
        if self._peek() == "=":
            self.at += 1
            self._skip_space()
            if self._peek() == "\0":
                self._fail(f'Unclosed start tag "{tag}"', begin)
            value = self._quoted() if self._peek() in "'\"" else self._bare()
            if self._peek() == "\0":
                self._fail("Unclosed start tag", begin)
        elif self._peek() == "\0":
            self._fail(f'Unclosed start tag "{tag}"', begin)
        return value

    def _bare(self) -> str:
        begin = self.at
        value = _lower(self._take(_BARE_VALUE))
        if self._peek() not in _SPACE + ">":
            self._fail("Unexpected end of name token", begin)
        return value

    def _quoted(self) -> str:
        quote = self.source[self.at]
        self.at += 1
        pieces: list[str] = []
        while self._peek() not in (quote, "\0"):
            if self.source[self.at] == "&":
                piece, self.at = _decode_reference(self.source, self.at)
            else:
                piece, self.at = self.source[self.at], self.at + 1
            pieces.append(piece)
        if self._peek() == quote:
            self.at += 1
        return "".join(pieces)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open_tags:
            self._fail("Unexpected end tag", begin)
        self.at += 2
        name = _lower(self._take(_TAG_NAME))
        self._skip_space()
        if self._peek() != ">":
            self._fail("Unclosed end tag", begin)
        opened = self.open_tags.pop()
        if name not in ("", opened.name):
            where = f"at byte offset {len(self.source[:begin].encode())}"
            raise MarkupError(f'Unmatched end tag {where}, expected "</{opened.name}>", found "</{name}>"')
        self.at += 1
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _OpenTag) -> None:
        attributes, begin = opened.attributes, opened.offset
        kind, value = _KINDS[opened.name], ""
        if kind == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        elif kind == "custom_emoji":
            value = _emoji_id(attributes.get("emoji-id", ""))
        elif kind == "date_time":
            value = _instant(attributes.get("unix", ""), attributes.get("format", ""))
        elif kind == "text_link":
            kind, value = _link(attributes.get("href") or "".join(self.chunks[opened.chunk :]))
        elif kind in ("pre", "code"):
            kind, value = self._code(opened)
        if value or kind not in ("date_time", "text_link"):
            self.found.append(Entity(kind, begin, self.length - begin, value))

    def _code(self, opened: _OpenTag) -> tuple[str, str]:
        """`<pre><code class="language-x">`, either way round, is one block in that language."""
        language = opened.attributes.get("class", "").removeprefix("language-") if opened.name == "code" else ""
        if self.found:
            inner = self.found[-1]
            same = (inner.offset, inner.end) == (opened.offset, self.length)
            if same and opened.name == "pre" and inner.kind == "code" and inner.value:
                return "pre", self.found.pop().value
            if same and opened.name == "code" and inner.kind == "pre" and language and not inner.value:
                self.found.pop()
                return "pre", language
        return opened.name, language


def _decode_reference(source: str, at: int) -> tuple[str, int]:
    """The character that `&...` stands for, and where to read on; an ampersand if it stands for none."""
    found = _REFERENCE.match(source, at)
    if not found:
        return "&", at + 1
    if found["name"]:
        known = _NAMED.get(found["name"])
        return (known, found.end()) if known else ("&", at + 1)
    code = int(found["hex"][1:], 16) if found["hex"] else int(found["decimal"])
    too_long = len(found.group().rstrip(";")) > _LONGEST_REFERENCE
    return ("&", at + 1) if too_long or not 0 < code <= _LARGEST_CODE_POINT else (chr(code), found.end())


def _link(address: str) -> tuple[str, str]:
    """The kind and value of an `<a>`; an address that Telegram would not open gives no value."""
    user = mentioned_user(address)
    if user is not None:
        return "text_mention", str(user)
    try:
        return "text_link", clean_link(address)
    except LinkError:
        return "text_link", ""


def _emoji_id(text: str) -> str:
    if not _WHOLE_NUMBER.fullmatch(text) or not -(1 << 63) <= int(text) < 1 << 63:
        raise MarkupError("Invalid custom emoji identifier specified")
    return text


def _instant(unix: str, time_format: str) -> str:
    """Seconds since 1970, as text; empty where Telegram would drop the entity."""
    if not _TIME_FORMAT.fullmatch(time_format):
        raise MarkupError("Invalid date format used")
    return unix if _WHOLE_NUMBER.fullmatch(unix) and 0 < int(unix) < 1 << 31 else ""


def _lower(text: str) -> str:
    """Lower case for ASCII alone, as Telegram compares tag names."""
    return "".join(character.lower() if character.isascii() else character for character in text)
