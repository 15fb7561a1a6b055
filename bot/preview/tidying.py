"""What Telegram does to every text: strange characters out, ends trimmed, styles unknotted.

Cleaning and unknotting agree with TDLib (its parseMarkdown shows them); trimming follows its published code.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.preview.markup import Entity, Formatted, in_reading_order, utf16_length

_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = ("blockquote", "expandable_blockquote")
_CODE = ("pre", "code")
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DIRECTION_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_TRIMMED = " \n"
_INVISIBLE = re.compile(
    "[\\s\u00a0\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]*"
)


def tidy(formatted: Formatted) -> Formatted:
    """The text as it is shown; empty where nothing visible is left."""
    cleaned = clean(formatted)
    if _INVISIBLE.fullmatch(cleaned.text):
        return Formatted("")
    return _trim(cleaned)


def mark_found(formatted: Formatted, found: tuple[Entity, ...]) -> Formatted:
    """With the entities that Telegram found by itself, where they do not overlap those that were given."""
    given = [entity for entity in formatted.entities if entity.kind not in (*_STYLES, *_QUOTES)]
    new = [e for e in found if all(e.end <= other.offset or e.offset >= other.end for other in given)]
    return Formatted(formatted.text, tuple(_unknot((*formatted.entities, *new)))) if new else formatted


def clean(formatted: Formatted) -> Formatted:
    """Without control characters, and with the entities as an app can draw them; nothing trimmed."""
    entities = _unknot(formatted.entities)
    dropped = [utf16_length(formatted.text[: m.start()]) for m in _DROPPED.finditer(formatted.text)]
    text = _DIRECTION_MARK.sub("\u200c", _BLANKED.sub(" ", _DROPPED.sub("", formatted.text)))
    if not dropped:
        return Formatted(text, tuple(entities))
    moved = [_between(entity, lambda at: at - sum(place < at for place in dropped)) for entity in entities]
    return Formatted(text, tuple(_unknot(entity for entity in moved if entity.length > 0)))


def _trim(formatted: Formatted) -> Formatted:
    text = formatted.text.rstrip(_TRIMMED)
    start = len(text) - len(text.lstrip(_TRIMMED))
    text = text[start:]
    end = utf16_length(text)
    moved = [_between(entity, lambda at: min(max(at - start, 0), end)) for entity in formatted.entities]
    return Formatted(text, tuple(in_reading_order([e for e in moved if e.length > 0 and _is_visible(text, e)])))


def _is_visible(text: str, entity: Entity) -> bool:
    if text.isascii():
        return bool(text[entity.offset : entity.end].strip(_TRIMMED))
    units = text.encode("utf-16-le")[2 * entity.offset : 2 * entity.end]
    return bool(units.decode("utf-16-le", "ignore").strip(_TRIMMED))


def _between(entity: Entity, place: Callable[[int], int]) -> Entity:
    offset = place(entity.offset)
    return replace(entity, offset=offset, length=place(entity.end) - offset)


def _unknot(entities: Iterable[Entity]) -> list[Entity]:
    """Entities that nest as an app can draw them: styles split where another begins, none inside code."""
    ordered = in_reading_order([entity for entity in entities if entity.length > 0])
    quotes = _apart(entity for entity in ordered if entity.kind in _QUOTES)
    blocks = _apart(entity for entity in ordered if entity.kind not in (*_STYLES, *_QUOTES))
    blocks = [block for block in blocks if not any(_cuts(quote, block) for quote in quotes)]
    frames = in_reading_order(quotes + blocks)
    styles = [entity for entity in ordered if entity.kind in _STYLES]
    return in_reading_order(frames + _split_styles(styles, frames)) if styles else frames


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    """The first of those that overlap."""
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _cuts(quote: Entity, block: Entity) -> bool:
    """Whether an end of the quote lies within the block: the block cannot be drawn then."""
    overlap = quote.offset < block.end and block.offset < quote.end
    return overlap and not (quote.offset <= block.offset and block.end <= quote.end)


def _split_styles(styles: list[Entity], frames: list[Entity]) -> list[Entity]:
    splitter = _Splitter(styles)
    enclosing: list[Entity] = []
    end = max(entity.end for entity in styles + frames)
    for frame in [*frames, None]:
        place = frame.offset if frame else end
        while enclosing and enclosing[-1].end <= place:
            left = enclosing.pop()
            splitter.run_to(left.end, hidden=left.kind in _CODE)
        splitter.run_to(place)
        if frame:
            enclosing.append(frame)
    return splitter.done


class _Splitter:
    """Walks over the text and cuts every running style wherever another style or a frame begins or ends."""

    def __init__(self, styles: list[Entity]) -> None:
        self.done: list[Entity] = []
        self._coming = list(reversed(styles))
        self._running: dict[str, tuple[int, int]] = {}

    def run_to(self, place: int, *, hidden: bool = False) -> None:
        """Styles up to this place; `hidden` ones stand inside code and are not shown."""
        shown = len(self.done)
        while self._coming and self._coming[-1].offset < place:
            self._begin(self._coming.pop())
        self._cut(place)
        if hidden:
            del self.done[shown:]

    def _begin(self, style: Entity) -> None:
        running = self._running.get(style.kind)
        if running and style.offset <= running[1]:
            self._running[style.kind] = running[0], max(running[1], style.end)
            return
        self._cut(style.offset)
        self._running[style.kind] = style.offset, style.end

    def _cut(self, place: int) -> None:
        for kind, (begin, end) in list(self._running.items()):
            if begin < place:
                self.done.append(Entity(kind, begin, min(end, place) - begin))
            if end <= place:
                del self._running[kind]
            else:
                self._running[kind] = max(begin, place), end
