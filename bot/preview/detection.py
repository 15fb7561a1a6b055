"""The entities that Telegram finds by itself in a text: commands, mentions, hashtags, addresses."""

import re

from bot.preview.markup import Entity, utf16_length

# A command follows no letter, digit, slash or angle bracket, and may name the bot that it is for.
_FOUND = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}(?!\w)|(?![\w@]))(?![/<>])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#(?=[\d_]*[^\W\d_])\w{1,256}(?:@[A-Za-z0-9_]{3,32})?(?![\w#])")),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w@])")),
    ("url", re.compile(r"(?<![\w@.])https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}…]")),
)


def find_entities(text: str) -> tuple[Entity, ...]:
    """In the order of the text, none overlapping; where two could begin, the one listed first wins.

    Addresses without http(s):// in front, cashtags, phone and card numbers are left out; Telegram marks them.
    """
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            if all(match.end() <= begin or match.start() >= end for begin, end, _ in found):
                found.append((match.start(), match.end(), kind))
    return tuple(
        Entity(kind, utf16_length(text[:begin]), utf16_length(text[begin:end])) for begin, end, kind in sorted(found)
    )
