"""The words of a message as danger patterns see them: spelt by ear, mistyped, run together or torn apart.

Only English grammar is known here; which words matter is the clinic's data.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache, partial

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.danger_signs import DangerSigns, Pattern
from bot.core.text import FRAME_WORDS, normalise, stem, tokens

# Grammar that the reading of a clause leans on, beyond the frame words; all of it may be mended, none is danger.
_GRAMMAR = frozenset(
    """afraid scared terrified worried worry worrying nervous normal common symptom symptoms signs possible dangerous
    usually before after during while since until without never stopped started starting again yesterday today
    tonight morning night evening afternoon week weeks month months years hours minutes always often sometimes
    because should could would might happens happening happened mother father sister brother husband wife friend
    friends daughter pregnant pregnancy pregnancies trimester previous first second third last women woman
    having getting feeling keeps keep coming going suddenly currently recently lately noticed noticing
    experience experiencing cause causes caused question article ago now been does did has had from
    hospital doctor nurse appointment neither denies denied number mentioned mention included include""".split()
)
_RESPELT = {
    "dnt": "do not", "cnt": "can not", "cudnt": "could not", "iam": "i am", "hav": "have", "havin": "having",
    "mi": "my", "neva": "never", "nt": "not", "nvr": "never", "bin": "been", "frm": "from", "wif": "with",
    "ihave": "i have", "tryna": "trying to", "imma": "i will", "somethin": "something", "sumthin": "something",
    "nuffin": "nothing", "evrything": "everything", "evrywhere": "everywhere", "didn": "did not",
    "doesn": "does not", "isn": "is not", "hasn": "has not", "haven": "have not", "wasn": "was not",
    "couldn": "could not", "wouldn": "would not", "aren": "are not", "hubby": "husband", "hubs": "husband",
    "gf": "girlfriend", "bf": "boyfriend", "preg": "pregnant", "preggo": "pregnant", "prego": "pregnant",
    "wiv": "with", "coming": "coming", "comin": "coming", "thier": "their", "yest": "yesterday",
    "ystrday": "yesterday", "2dy": "today", "jus": "just", "jst": "just", "agen": "again", "agn": "again",
    "mum": "mother", "mom": "mother", "mama": "mother", "mam": "mother", "sis": "sister",
}  # fmt: skip
_TORN_NOT = re.compile(
    r"\b(ca|do|wo|is|does|did|has|have|was|are|could|would|should)(n?) ?' ?t\b|\b(\w+n) t\b"
)
_SPELLED_OUT = re.compile(r"\b(?:[a-z][ .*-]){3,}[a-z]\b")
_DIGIT_INSIDE = re.compile(r"[a-z]+(?:[013457@$*]+[a-z]+)+")
_DIGIT_LETTERS = str.maketrans("013457@$", "oieastas", "*")
_FRONTS = frozenset(
    "i im ive its theres cant wont shes dont am is my me the its was are she he still keep having heavy bad no not have has".split()
)
_SHORTEST_MENDED = 4
_LONGEST_SPLIT = 60


class Certainty(IntEnum):
    """How surely a word was meant."""

    FAR = 1
    NEAR = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A word as it is taken: the word meant, the atoms of patterns that it fits, and how surely."""

    word: str
    atoms: frozenset[str] = frozenset()
    certainty: Certainty = Certainty.EXACT


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a message. The parts of a word that was written out share what was ``written``."""

    written: str
    reading: Reading

    @property
    def word(self) -> str:
        return self.reading.word


COMMA = Word(",", Reading(","))

_SOUNDS = [
    (re.compile(old), new)
    for old, new in (
        (r"ph", "f"), (r"^kn|^gn", "n"), (r"^wr", "r"), (r"wh", "w"), (r"gh", ""), (r"(?:ss|s|sh)u?re?s?$", "Xa"),
        (r"tion|sion|cion|shun|shon|shin|chun|xion", "Xan"), (r"[sc]h", "X"), (r"ck|qu?|c(?![eiy])", "k"), (r"c", "s"),
        (r"x", "ks"), (r"z", "s"), (r"dge?", "j"), (r"(?<=[a-z])[aeiou]*r(s?)$", r"a\1"), (r"th", "T"),
        (r"(.)\1+", r"\1"), (r"(?<=[^aeiou])e(s?)$", r"\1"), (r"^w", "W"), (r"a[iy]|ei(?=[gn])", "a"),
        (r"[eiy][eiya]*", "e"), (r"[aouw]+", "a"), (r"h", ""), (r"eng$|en$", "en"),
    )
]  # fmt: skip


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A key that words spelt by ear share: "kontrakshuns" and "contractions"."""
    for old, new in _SOUNDS:
        word = old.sub(new, word)
    return word


class Lexicon:
    """Every word that a set of danger signs knows, and how to read any other word against them."""

    def __init__(self, signs: DangerSigns, patterns: Iterable[Pattern]) -> None:
        self._by_stem: dict[str, set[str]] = {}
        self._by_form: dict[str, set[str]] = {}
        self._numbers: list[tuple[str, float, float]] = []
        self._symbols = {symbol: f" {word} " for symbol, word in signs.symbols.items()}
        patterns = tuple(patterns)
        for pattern in patterns:
            for place in pattern.places:
                for atom in place:
                    self._learn_atom(atom, signs)
        lone = (pattern.places[0] for pattern in patterns if len(pattern.places) == 1)
        self._alone = frozenset(atom for place in lone for atom in place)
        self._telling = {stem(word) for word in self._telling_words(signs)}
        self._forms = self._all_forms()
        self._cores = frozenset(form for form in self._forms if len(form) > 3 and stem(form) in self._telling)
        self._by_sound: dict[str, list[str]] = {}
        for form in sorted(self._cores):
            self._by_sound.setdefault(sound(form), []).append(form)
        self._mendable = sorted(form for form in self._cores | _GRAMMAR if len(form) > _SHORTEST_MENDED)
        self._kept = FRAME_WORDS | _GRAMMAR | signs.lookalike_words
        self._parts = self._cores | FRAME_WORDS | _GRAMMAR | _FRONTS
        self.read = lru_cache(maxsize=20_000)(self._read)
        self._parted = lru_cache(maxsize=5_000)(self._split)

    def _learn_atom(self, atom: str, signs: DangerSigns) -> None:
        if atom.startswith("<"):
            for member in signs.words[atom[1:-1]]:
                self._learn(member, atom)
        else:
            self._learn(atom, atom)

    def _learn(self, member: str, atom: str) -> None:
        if member[0].isdigit() and "-" in member:
            low, high = member.split("-")
            self._numbers.append((atom, float(low), float(high)))
        elif member.startswith("="):
            self._by_form.setdefault(normalise(member[1:]), set()).add(atom)
        else:
            self._by_stem.setdefault(stem(normalise(member)), set()).add(atom)
            self._by_form.setdefault(normalise(member), set())

    def _telling_words(self, signs: DangerSigns) -> set[str]:
        """Words worth mending: those of groups, those that alone are a sign, and long ones."""
        members = {member.lstrip("=") for group in signs.words.values() for member in group}
        alone = {atom.lstrip("=") for atom in self._alone}
        return {normalise(word) for word in members | alone} | {
            word for word in self._by_form if len(word) > 6
        }

    def _all_forms(self) -> frozenset[str]:
        worth = [word for word in self._by_form if len(word) > 3 and stem(word) in self._telling]
        grown = {form for word in worth if word not in FRAME_WORDS for form in _inflected(word)}
        return frozenset(self._by_form) | {form for form in grown if stem(form) in self._by_stem}

    def words(self, text: str) -> list[Word]:
        """The words of a piece of text without end marks; commas and their like stand as ``COMMA``."""
        found: list[Word] = []
        for piece in _PAUSE.split(self._respelt(text)):
            if found and found[-1] is not COMMA:
                found.append(COMMA)
            found.extend(self._rejoined(self._words_of_piece(piece)))
        return found[:-1] if found and found[-1] is COMMA else found

    def _respelt(self, text: str) -> str:
        for symbol, word in self._symbols.items():
            text = text.replace(symbol, word)
        text = normalise(text)
        text = _TORN_NOT.sub(lambda torn: (torn[3] or torn[1] + "n") + "t", text)
        text = _SPELLED_OUT.sub(lambda spelled: re.sub(r"[^a-z]", "", spelled[0]), text)
        return _DIGIT_INSIDE.sub(self._without_digits, text)

    def _without_digits(self, found: re.Match[str]) -> str:
        plain = found[0].translate(_DIGIT_LETTERS)
        return plain if self._read(plain).atoms else found[0]

    def _words_of_piece(self, piece: str) -> list[Word]:
        found: list[Word] = []
        for token in tokens(piece):
            for word in _RESPELT.get(token.word, token.word).split():
                readings = self._parted(word) or (self.read(word),)
                found.extend(Word(token.written, reading) for reading in readings)
        return found

    def _rejoined(self, words: list[Word]) -> list[Word]:
        """Words torn in two ("contrac tions", "head ache") put together again."""
        joined: list[Word] = []
        for word in words:
            whole = joined[-1].word + word.word if joined else ""
            if len(whole) > 6 and whole in self._forms:
                joined[-1] = Word(f"{joined[-1].written} {word.written}", self.read(whole))
            else:
                joined.append(word)
        return joined

    def _read(self, word: str) -> Reading:
        atoms = self._exact(word)
        if (
            atoms
            or word in self._kept
            or len(word) < _SHORTEST_MENDED
            or not word.isascii()
            or word[0].isdigit()
        ):
            return Reading(word, atoms)
        meant, certainty = self._mended(word)
        return Reading(meant, self._exact(meant), certainty) if meant else Reading(word)

    def _exact(self, word: str) -> frozenset[str]:
        if word[0].isdigit():
            number = float(word.replace(",", "."))
            return frozenset(atom for atom, low, high in self._numbers if low <= number <= high)
        return frozenset(self._by_form.get(word, ())) | frozenset(self._by_stem.get(stem(word), ()))

    def _mended(self, word: str) -> tuple[str | None, Certainty]:
        by_ear = self._by_sound.get(sound(word))
        closest = min(by_ear, key=partial(OSA.distance, word)) if by_ear else ""
        if closest and self._may_be_by_ear(word, closest):
            return closest, Certainty.NEAR if len(word) > 5 else Certainty.FAR
        if len(word) <= _SHORTEST_MENDED:
            return None, Certainty.FAR
        allowed = 1 if len(word) < 8 else 2
        near = process.extractOne(word, self._mendable, scorer=OSA.distance, score_cutoff=allowed)
        if near is None or (near[0][0] != word[0] and near[1] + (len(word) < 7) > 1):
            return None, Certainty.FAR
        return near[0], Certainty.NEAR if near[1] == 1 and len(word) > 5 else Certainty.FAR

    def _may_be_by_ear(self, word: str, meant: str) -> bool:
        """Short words sound like many others, so that only one that alone means danger may be far off in writing."""
        apart = OSA.distance(word, meant)
        return apart <= 1 or (
            apart * 2 <= len(meant) and (len(meant) > 6 or bool(self._exact(meant) & self._alone))
        )

    def _split(self, word: str) -> tuple[Reading, ...]:
        """The parts of words run together ("mywaterbroke"), or nothing if the word can be read as it stands."""
        if (
            not 5 < len(word) <= _LONGEST_SPLIT
            or not word.isalpha()
            or word in self._kept
            or self.read(word).atoms
        ):
            return ()
        parts = self._parts_of(word) or self._front_and_mended_rest(word)
        written_out = [plain for part in parts for plain in (token.word for token in tokens(part))]
        return tuple(self.read(part) for part in written_out)

    def _parts_of(self, word: str) -> tuple[str, ...]:
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                before, part = best[start], word[start:end]
                if before is None or not (
                    part in self._parts and (len(part) > 1 or (start == 0 and part == "i"))
                ):
                    continue
                if best[end] is None or len(before) + 1 < len(best[end] or ()):
                    best[end] = (*before, part)
        parts = best[-1] or ()
        return parts if any(part in self._cores for part in parts) else ()

    def _front_and_mended_rest(self, word: str) -> tuple[str, ...]:
        for cut in range(1, min(len(word) - 4, 9)):
            front, rest = word[:cut], word[cut:]
            if front in _FRONTS and self.read(rest).certainty is not Certainty.FAR and self.read(rest).atoms:
                return front, rest
        return ()


_PAUSE = re.compile(r"[,;()\[\]•|/]+(?!\d)|\s[-–—*]+\s")


def _inflected(word: str) -> set[str]:
    if word.endswith(("ing", "ed", "s", "ly", "y")):
        return set()
    root, doubled = word.removesuffix("e"), word + word[-1]
    return {word + "s", root + "ing", root + "ed", doubled + "ing", doubled + "ed"}
