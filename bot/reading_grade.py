"""How many years of school a text asks of its reader."""

import re
from collections.abc import Iterable
from functools import cache

import pyphen  # type: ignore[import-untyped]  # it ships no types

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LIST_MARK = re.compile(r"^[ \t]*(?:[•*–-]|\d+[.)])\s", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n\s*\n")


def reading_grade(text: str, known_words: Iterable[str] = ()) -> float:
    """The Flesch-Kincaid grade: about 6 for a plain leaflet, 12 for a newspaper, below 0 for tiny words.

    Syllables are counted by where English is hyphenated, which misses those of one letter, so the grade errs
    on the low side. A list item is a sentence, be it ever so short. Names in ``known_words``, of one word or
    several, count as one short word each: for a name that has no plainer word, and that the reader knows
    because she asks about it. A text without words has grade 0.
    """
    text = _LIST_MARK.sub("\n\n", _with_short_names(text, known_words))
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@cache
def syllables(word: str) -> int:
    """About how many syllables an English word has, at least one."""
    return len(_hyphenation().positions(word.lower())) + 1


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


def _with_short_names(text: str, names: Iterable[str]) -> str:
    longest_first = sorted((name.strip() for name in names if name.strip()), key=len, reverse=True)
    if not longest_first:
        return text
    either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    return re.sub(rf"\b(?:{either})\b", "it", text, flags=re.IGNORECASE)
