"""The words that a knowledge base knows: spelling mended, synonyms brought together, rarity told."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.english import ORDINARY_STEMS
from bot.core.text import FRAME_WORDS, Token, stem, tokens

# A written word is taken for a known one from this likeness on (1 - edits / length): one slip up to seven letters, then
# two. Ordinary English words are never mended, so that "pain" does not become "pair".
_LIKENESS = 0.75
_LONGEST_TYPO = 24


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared: by its ``key``; ``mended`` says that the spelling was guessed."""

    key: str
    written: str
    read: str
    is_frame: bool
    mended: bool = False


def phonetic_key(word: str) -> str:
    """How an English word sounds, roughly: "fisician" and "physician" share a key. Vowels count only first."""
    word = _SOUNDS_TION.sub("shn", word)
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    head, tail = word[:1], word[1:]
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "a", head) + re.sub("[aeiouhwy]", "", tail))


_SOUNDS_TION = re.compile("(t|s|c|sh)(ion|ian|un|en|on)(?=s?$)")
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(kn|gn)", "n"), ("^wr", "r"), ("^ps", "s"), ("ph", "f"), ("ght", "t"), ("th", "0"), ("sch|sh|ch", "s"),
        ("c(?=[eiy])", "s"), ("ck|c|q", "k"), ("x", "ks"), ("z", "s"), ("dg|g(?=[eiy])|j", "g"), ("v", "f"),
    )
]  # fmt: skip


class Vocabulary:
    """Reads texts the way the knowledge base does. Built once; reading is pure and does not change it."""

    def __init__(
        self,
        synonyms: Iterable[Sequence[str]],
        texts_by_target: Iterable[Iterable[str]],
        extra: Iterable[str],
    ):
        self._synonyms = _synonym_table(synonyms)
        self._longest_synonym = max((len(key) for key in self._synonyms), default=0)
        known = [token.word for texts in texts_by_target for text in texts for token in tokens(text)]
        counts = Counter(known)
        counts.update(token.word for text in extra for token in tokens(text))
        counts.update(token.word for group in synonyms for text in group for token in tokens(text))
        self._known = frozenset(counts) | FRAME_WORDS
        self._stems = frozenset(map(stem, self._known))
        # The more frequent word wins where two are equally near, then the alphabet: never the order of the files.
        self._words = sorted((w for w in counts if len(w) >= 4), key=lambda w: (-counts[w], w))
        self._by_letters: dict[str, str] = {}
        for word in sorted(self._known, key=lambda w: (-counts[w], w)):
            if 3 <= len(word) <= 7:
                self._by_letters.setdefault(_letters(word), word)
        self._by_single_letters: dict[str, str] = {}
        self._by_sound: dict[str, str] = {}
        for word in self._words:
            self._by_single_letters.setdefault(_single_letters(word), word)
            self._by_sound.setdefault(phonetic_key(word), word)
        self._reading = lru_cache(maxsize=16)(self._read)
        self._mend = lru_cache(maxsize=20_000)(self._find_known)

    def read(self, text: str) -> tuple[Word, ...]:
        """The words of a text, mended, with synonyms replaced by the first of their set."""
        return self._reading(text)

    def _read(self, text: str) -> tuple[Word, ...]:
        return self.join_synonyms([word for token in tokens(text) for word in self._as_known(token)])

    def _as_known(self, token: Token) -> list[Word]:
        if token.word in self._known or token.stem in self._stems or token.stem in ORDINARY_STEMS:
            return [Word(token.stem, token.written, token.word, token.is_frame)]
        mended = self._mend(token.word)
        if not mended:
            return [Word(token.stem, token.written, token.word, token.is_frame)]
        return [
            Word(stem(word), token.written, word, word in FRAME_WORDS or stem(word) in FRAME_WORDS, mended=True)
            for word in mended
        ]

    def _find_known(self, word: str) -> tuple[str, ...]:
        swapped = self._by_letters.get(_letters(word))
        if swapped and OSA.distance(swapped, word) == 1:
            return (swapped,)
        if not 4 <= len(word) <= _LONGEST_TYPO or not word.isascii() or not word.isalpha():
            return ()
        found = process.extractOne(word, self._words, scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS)
        if found and (found[0][0] == word[0] or len(word) >= 7):
            return (found[0],)
        if doubled := self._by_single_letters.get(_single_letters(word)):
            return (doubled,)
        sounds_like = self._by_sound.get(phonetic_key(word)) if len(word) >= 5 else None
        if sounds_like and abs(len(sounds_like) - len(word)) <= 3:
            return (sounds_like,)
        return self._split(word)

    def _split(self, word: str) -> tuple[str, ...]:
        parts = [(word[:cut], word[cut:]) for cut in range(2, len(word) - 1)]
        whole = [(a, b) for a, b in parts if a in self._known and b in self._known and len(word) >= 6]
        return max(whole, key=lambda pair: min(map(len, pair)), default=())

    def join_synonyms(self, words: list[Word]) -> tuple[Word, ...]:
        found: list[Word] = []
        start = 0
        while start < len(words):
            length = self._synonym_length(words, start)
            if length:
                run = words[start : start + length]
                found.extend(self._replaced(run))
                start += length
            else:
                found.append(words[start])
                start += 1
        return tuple(found)

    def _synonym_length(self, words: list[Word], start: int) -> int:
        for length in range(min(self._longest_synonym, len(words) - start), 0, -1):
            if tuple(word.key for word in words[start : start + length]) in self._synonyms:
                return length
        return 0

    def _replaced(self, run: list[Word]) -> list[Word]:
        first = self._synonyms[tuple(word.key for word in run)]
        written = " ".join(dict.fromkeys(word.written for word in run))
        read = " ".join(word.read for word in run)
        mended = any(word.mended for word in run)
        return [Word(key, written, read, is_frame=False, mended=mended) for key in first]

    def keys(self, text: str) -> tuple[str, ...]:
        return tuple(word.key for word in self.read(text))


def _letters(word: str) -> str:
    """The same for words that differ by swapped letters after the first: "hwo" and "how", not "who"."""
    return word[:1] + "".join(sorted(word[1:]))


def _single_letters(word: str) -> str:
    """The same for words that differ by a letter that is or is not doubled: "helo" and "hello"."""
    return "".join(letter for letter, _ in groupby(word))


def _synonym_table(synonyms: Iterable[Sequence[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    table = {}
    for first, *others in synonyms:
        target = tuple(token.stem for token in tokens(first))
        for text in (first, *others):
            table[tuple(token.stem for token in tokens(text))] = target
    return table


def mended_spellings(words: Iterable[Word]) -> list[tuple[str, str]]:
    """Pairs (as written, as read) of the meaning-carrying words whose spelling was guessed; neighbours as one pair."""
    pairs = []
    for is_mended, run in groupby(words, key=lambda word: word.mended and not word.is_frame):
        if is_mended:
            found = list(run)
            written, read = (
                " ".join(dict.fromkeys(texts)) for texts in zip(*((w.written, w.read) for w in found), strict=True)
            )
            pairs.append((written, read))
    return list(dict.fromkeys(pairs))


def rarity(groups: Sequence[Iterable[str]]) -> dict[str, float]:
    """How rare each key is among the groups, 0 (in all of them) to 1 (in one of very many): a smoothed IDF."""
    counts = Counter(key for group in groups for key in set(group))
    most = math.log(1 + len(groups))
    return {key: math.log((1 + len(groups)) / count) / most for key, count in counts.items()}
