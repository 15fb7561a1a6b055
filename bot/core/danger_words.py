"""The words of a message as danger patterns see them, each with the atoms of patterns that it fits.

Only English grammar is known here; which words matter is the clinic's data.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.core.danger_signs import DangerSigns, parse_pattern
from bot.core.danger_spelling import Certainty, Spelling, forms_of
from bot.core.text import FRAME_WORDS, normalise, stem, tokens

# Grammar that the reading of a clause leans on, beyond the frame words; it may be mended, and is no danger.
_GRAMMAR = frozenset(
    """afraid scared terrified worried worry worrying nervous normal common symptom symptoms signs possible
    dangerous usually before after during while since until without never stopped started starting again
    yesterday today tonight morning night evening afternoon week weeks month months years hours minutes
    always often sometimes because should could would might happens happening happened mother father
    sister brother husband wife friend friends daughter pregnant pregnancy pregnancies trimester
    previous first second third last women woman having getting feeling keeps keep coming going suddenly
    currently recently lately noticed noticing experience experiencing cause causes caused question
    article ago now been does did has had from hospital doctor nurse appointment neither denies denied
    number mentioned mention included include""".split()  # noqa: SIM905 - a list of forty strings reads worse
)
_FRONTS = frozenset("i a im ive its theres cant wont shes dont hes hasnt havent isnt didnt thru".split())  # noqa: SIM905 - as above
_RESPELT = {
    "dnt": "do not", "cnt": "can not", "cudnt": "could not", "iam": "i am", "hav": "have",
    "havin": "having", "mi": "my", "neva": "never", "nt": "not", "nvr": "never", "bin": "been",
    "frm": "from", "wif": "with", "ihave": "i have", "tryna": "trying to", "imma": "i will",
    "somethin": "something", "sumthin": "something", "nuffin": "nothing", "evrything": "everything",
    "evrywhere": "everywhere", "didn": "did not", "doesn": "does not", "isn": "is not", "hasn": "has not",
    "haven": "have not", "wasn": "was not", "couldn": "could not", "wouldn": "would not", "aren": "are not",
    "hubby": "husband", "hubs": "husband", "gf": "girlfriend", "bf": "boyfriend", "preg": "pregnant",
    "preggo": "pregnant", "prego": "pregnant", "wiv": "with", "comin": "coming", "thier": "their",
    "yest": "yesterday", "ystrday": "yesterday", "2dy": "today", "jus": "just", "jst": "just",
    "agen": "again", "agn": "again", "mum": "mother", "mom": "mother", "mama": "mother", "mam": "mother",
    "sis": "sister",
}  # fmt: skip
_TORN_NOT = re.compile(r"\b(ca|do|wo|is|does|did|has|have|was|are|could|would|should)(n?) ?' ?t\b|\b(\w+n) t\b")
_SPELLED_OUT = re.compile(r"\b(?:[a-z][\s.*-]{1,3}){3,}[a-z]\b")
_DIGIT_INSIDE = re.compile(r"[a-z]+(?:[013457@$*]+[a-z]+)+")
_DIGIT_LETTERS = str.maketrans("013457@$", "oieastas", "*")
_PAUSE = re.compile(r"[,;()\[\]•|/]+(?!\d)|\s[-–—*]+\s")


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


class Lexicon:
    """Every word that a set of danger signs knows, and how to read any other word against them."""

    def __init__(self, signs: DangerSigns) -> None:
        self._by_stem: dict[str, set[str]] = {}
        self._by_form: dict[str, set[str]] = {}
        self._numbers: list[tuple[str, float, float]] = []
        self._symbols = {symbol: f" {word} " for symbol, word in signs.symbols.items()}
        self._learn_all(signs)
        self._forms = forms_of(self._by_form.keys() - FRAME_WORDS, self._by_stem)
        self._spelling = self._spelling_of(signs)
        self._read = lru_cache(maxsize=20_000)(self._read_once)
        # Patterns and what was learned read the sentences of a message one after the other.
        self._said = lru_cache(maxsize=64)(self._words)

    def _learn_all(self, signs: DangerSigns) -> None:
        for line in signs.pattern_lines:
            for place in parse_pattern(line).places:
                for atom in place:
                    for member in signs.members(atom):
                        self._learn(member, atom)

    def _learn(self, member: str, atom: str) -> None:
        if member[0].isdigit() and "-" in member:
            low, high = member.split("-")
            self._numbers.append((atom, float(low), float(high)))
        elif member.startswith("="):
            self._by_form.setdefault(normalise(member[1:]), set()).add(atom)
        else:
            self._by_stem.setdefault(stem(normalise(member)), set()).add(atom)
            self._by_form.setdefault(normalise(member), set())

    def _spelling_of(self, signs: DangerSigns) -> Spelling:
        kept = FRAME_WORDS | _GRAMMAR | signs.lookalike_words
        return Spelling(
            telling=forms_of(signs.telling_words - FRAME_WORDS, self._by_stem),
            striking=forms_of(signs.striking_words, self._by_stem),
            grammar=FRAME_WORDS | _GRAMMAR | _FRONTS,
            parts=self._by_form,
            kept=kept,
        )

    def words(self, text: str) -> tuple[Word, ...]:
        """The words of a piece of text without end marks; commas and their like stand as ``COMMA``."""
        return self._said(text)

    def _words(self, text: str) -> tuple[Word, ...]:
        found: list[Word] = []
        for piece in _PAUSE.split(self._respelt(text)):
            if found and found[-1] is not COMMA:
                found.append(COMMA)
            found.extend(self._rejoined(self._words_of_piece(piece)))
        return tuple(found[:-1] if found and found[-1] is COMMA else found)

    def _respelt(self, text: str) -> str:
        for symbol, word in self._symbols.items():
            text = text.replace(symbol, word)
        text = normalise(text)
        text = _TORN_NOT.sub(lambda torn: (torn[3] or torn[1] + "n") + "t", text)
        text = _SPELLED_OUT.sub(lambda spelled: re.sub(r"[^a-z]", "", spelled[0]), text)
        return _DIGIT_INSIDE.sub(self._without_digits, text)

    def _without_digits(self, found: re.Match[str]) -> str:
        plain = found[0].translate(_DIGIT_LETTERS)
        return plain if any(reading.atoms for reading in self._read(plain)) else found[0]

    def _words_of_piece(self, piece: str) -> list[Word]:
        found: list[Word] = []
        for token in tokens(piece):
            for word in _RESPELT.get(token.word, token.word).split():
                found.extend(Word(token.written, reading) for reading in self._read(word))
        return found

    def _rejoined(self, words: list[Word]) -> list[Word]:
        """Words torn in two ("contrac tions", "head ache") put together again."""
        joined: list[Word] = []
        for word in words:
            whole = joined[-1].word + word.word if joined else ""
            if len(whole) > 6 and whole in self._forms:
                joined[-1] = Word(f"{joined[-1].written} {word.written}", self._read(whole)[0])
            else:
                joined.append(word)
        return joined

    def _read_once(self, word: str) -> tuple[Reading, ...]:
        """The word, or the words that it was run together from."""
        atoms = self._exact(word)
        if atoms or word in FRAME_WORDS:
            return (Reading(word, atoms),)
        parts = self._spelling.split(word)
        mended = None if parts else self._spelling.mended(word)
        if mended is None or mended[1] is Certainty.FAR:
            parts = parts or self._spelling.split_and_mended(word)
        if parts:
            plain = [token.word for part in parts for token in tokens(part)] or [word]
            return tuple(Reading(part, self._exact(part)) for part in plain)
        return (Reading(mended[0], self._exact(mended[0]), mended[1]) if mended else Reading(word),)

    def _exact(self, word: str) -> frozenset[str]:
        if word[0].isdigit():
            number = float(word.replace(",", "."))
            return frozenset(atom for atom, low, high in self._numbers if low <= number <= high)
        return frozenset(self._by_form.get(word, ())) | frozenset(self._by_stem.get(stem(word), ()))
