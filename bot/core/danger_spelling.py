"""Which word was meant: written by ear, mistyped or run together with its neighbours.

Only words of a given list are ever read into a text, and never in place of a word that is kept as it stands.
"""

import re
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.text import stem

# Short words have too many neighbours: from four letters on a word may be written by ear, from five mistyped.
_SHORTEST_BY_EAR = 4
_SHORTEST_MISTYPED = 5
_LONGEST_WITH_OWN_FIRST = 6
_LONGEST_SPLIT = 60
_LONGEST_PART = 16

_SOUNDS = [
    (re.compile(old), new)
    for old, new in (
        *((r"ph", "f"), (r"^kn|^gn", "n"), (r"^wr", "r"), (r"wh", "w"), (r"gh", "")),
        *(
            (r"(?:ss|s|sh)u?re?s?$", "Xa"),
            (r"tion|sion|cion|shun|shon|shin|chun|xion", "Xan"),
            (r"[sc]h", "X"),
        ),
        *((r"ck|qu?|c(?![eiy])", "k"), (r"c", "s"), (r"x", "ks"), (r"z", "s"), (r"dge?", "j"), (r"th", "T")),
        *((r"(?<=[a-z])[aeiou]*r(s?)$", r"a\1"), (r"(.)\1+", r"\1"), (r"(?<=[^aeiou])e(s?)$", r"\1")),
        *((r"^w", "W"), (r"a[iy]|ei(?=[gn])", "a"), (r"[eiy][eiya]*", "e"), (r"[aouw]+", "a"), (r"h", "")),
        (r"eng$|en$", "en"),
    )
]


class Certainty(IntEnum):
    """How surely a word was meant."""

    FAR = 1
    NEAR = 2
    EXACT = 3


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A key that words spelt by ear share: "kontrakshuns" and "contractions"."""
    for old, new in _SOUNDS:
        word = old.sub(new, word)
    return word


def inflected(word: str) -> set[str]:
    """Forms that a plain word may take; among them some that English does not have."""
    if word.endswith(("ing", "ed", "s", "ly", "y", "er", "est")):
        return set()
    if word.endswith("e"):
        return {word + "s", word[:-1] + "ing", word + "d"}
    stretched = word + word[-1] if re.fullmatch(r"[^aeiou]+[aeiou][^aeiouwxy]", word) else word
    return {word + "s", stretched + "ing", stretched + "ed"}


class Spelling:
    """Mends words towards ``telling`` and ``grammar``, and towards nothing else.

    ``striking`` are those telling words that are looked for hardest; ``kept`` are never mended. ``parts`` are
    the words that may have been run together.
    """

    def __init__(
        self,
        *,
        telling: Collection[str],
        striking: Collection[str],
        grammar: Collection[str],
        parts: Collection[str],
        kept: Collection[str],
    ) -> None:
        self._cores = frozenset(word for word in telling if len(word) >= _SHORTEST_BY_EAR)
        self._striking = frozenset(striking)
        self._kept = frozenset(kept)
        self._grammar = frozenset(grammar)
        self._parts = frozenset(part for part in parts if len(part) > 2) | frozenset(grammar)
        self._by_sound: dict[str, list[str]] = {}
        for word in sorted(self._cores):
            self._by_sound.setdefault(sound(word), []).append(word)
        self._ranks = {word: self._rank(word) for word in {*self._cores, *grammar} if len(word) > 4}
        self._targets = sorted(self._ranks)
        self._targets_by_first = {
            first: [word for word in self._targets if word[0] == first] for first in {word[0] for word in self._ranks}
        }

    def _rank(self, word: str) -> int:
        return 0 if word in self._striking else 1 if word in self._cores else 2

    def mended(self, word: str) -> tuple[str, Certainty] | None:
        """The word that was meant, or ``None`` if the word may stand as it is."""
        if word in self._kept or len(word) < _SHORTEST_BY_EAR or not (word.isascii() and word.isalpha()):
            return None
        likely = [*self._by_ear(word), *self._mistyped(word)]
        if not likely:
            return None
        apart, _, meant, by_ear = min(likely)
        return meant, Certainty.NEAR if (apart == 1 or by_ear) and len(word) > 5 else Certainty.FAR

    def _by_ear(self, word: str) -> Iterator[tuple[int, int, str, bool]]:
        for meant in self._by_sound.get(sound(word), ()):
            apart = OSA.distance(word, meant)
            if apart <= 1 or self._may_be_far(word, meant, apart):
                yield apart, self._rank(meant), meant, True

    def _may_be_far(self, word: str, meant: str, apart: int) -> bool:
        if len(word) == _SHORTEST_BY_EAR:
            return apart == 2 and len(meant) == 5 and word[0] == meant[0]
        return apart * 2 <= len(meant) and (len(meant) > 6 or meant in self._striking)

    def _mistyped(self, word: str) -> Iterator[tuple[int, int, str, bool]]:
        allowed = 2 if len(word) > 5 else 1
        targets = self._targets
        if len(word) <= _LONGEST_WITH_OWN_FIRST:
            targets = [target for first in {*word[:2]} for target in self._targets_by_first.get(first, ())]
        near = process.extract(word, targets, scorer=OSA.distance, score_cutoff=allowed, limit=20)
        for meant, apart, _ in near:
            if self._is_slip(word, meant, int(apart)):
                yield int(apart), self._ranks[meant], meant, False

    def _is_slip(self, word: str, meant: str, apart: int) -> bool:
        """Whether a hasty hand may have hit ``word`` for ``meant``: stricter, the shorter they are."""
        if word[0] != meant[0]:
            return apart == 1 and (len(word) > _LONGEST_WITH_OWN_FIRST or sorted(word) == sorted(meant))
        if len(word) == _SHORTEST_BY_EAR:
            return word[-1] == meant[-1] and len(meant) == len(word) + 1
        return apart == 1 or len(meant) > 7 or (meant in self._striking and len(word) > 6)

    def split(self, word: str) -> tuple[str, ...]:
        """The words that were run together ("mywaterbroke"); none if the word may stand as it is."""
        if not 3 < len(word) <= _LONGEST_SPLIT or not (word.isascii() and word.isalpha()) or word in self._kept:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end):
                before, part = best[start], word[start:end]
                if before is None or part not in self._parts or (len(part) == 1 and start > 0 and end < len(word)):
                    continue
                if best[end] is None or len(before) + 1 < len(best[end] or ()):
                    best[end] = (*before, part)
        parts = best[-1] or ()
        return parts if len(parts) > 1 and self._tells(parts) else ()

    def _tells(self, parts: tuple[str, ...]) -> bool:
        only_grammar = len(parts) == 2 and not any(part in _NEGATORS or part not in self._grammar for part in parts)
        return only_grammar or any(part in self._cores for part in parts)

    def split_and_mended(self, word: str) -> tuple[str, ...]:
        """Two words that were run together, one or both of them misspelt ("imbleding")."""
        if len(word) > _LONGEST_SPLIT or word in self._kept or not (word.isascii() and word.isalpha()):
            return ()
        for cut in range(1, len(word) - 3):
            front, rest = self._part(word[:cut]), self._part(word[cut:])
            if front and rest and (front in self._cores or rest in self._cores):
                return front, rest
        return ()

    def _part(self, text: str) -> str | None:
        if text in self._parts:
            return text
        mended = self.mended(text) if len(text) > 4 else None
        return mended[0] if mended and mended[1] is Certainty.NEAR else None


_NEGATORS = frozenset({"no", "not", "never", "without", "nor"})


def forms_of(words: Collection[str], stems: Collection[str]) -> frozenset[str]:
    """The words with those of their inflected forms that share a stem of ``stems``."""
    grown = {form for word in words if len(word) > 3 for form in inflected(word)}
    return frozenset(words) | {form for form in grown if stem(form) in stems}
