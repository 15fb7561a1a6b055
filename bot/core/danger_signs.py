"""A clinic's danger signs: the types of ``knowledge/danger-signs.yaml``, and how a pattern is written.

A pattern is a line of words that stand in this order, with at most three other words between two of them:

- ``water break``: any form of "water", then any form of "break" (they are compared by stem);
- ``=losing baby``: "losing" in this very form, not "lost";
- ``lose|losing my baby``: one of several;
- ``<blood> bed``: any word of the group ``blood`` under ``words``;
- ``fall_in_love``: neighbours, nothing in between;
- ``temperature 38-43``: a number from 38 to 43;
- ``head & stars``: in any order, with at most six words in between.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.core.knowledge import Id, Line, Prose, Strict

IN_ORDER_GAP = 3
ANY_ORDER_GAP = 6
LONG_WORD = 6
PLACEHOLDERS = frozenset({"phone", "emergency", "clinic", "crisis"})

_ATOM = re.compile(r"=?[^\W_]+(?:&[^\W_]+)?|<[a-z-]+>|\d+(?:\.\d+)?-\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Places in a row, each a choice of atoms; ``gaps[i]`` is how many words may stand before place ``i``."""

    places: tuple[frozenset[str], ...]
    gaps: tuple[int, ...]
    in_order: bool


@cache
def parse_pattern(line: str) -> Pattern:
    """Read a pattern as a clinic writes it; a ``ValueError`` says which part is not understood."""
    in_order = "&" not in line.split()
    places: list[frozenset[str]] = []
    gaps: list[int] = []
    for run in line.split():
        if run == "&":
            continue
        for number, place in enumerate(run.split("_")):
            places.append(_choice(place, line))
            gaps.append(0 if number else IN_ORDER_GAP if in_order else ANY_ORDER_GAP)
    if not places:
        raise ValueError(f"the pattern '{line}' has no words")
    return Pattern(tuple(places), tuple(gaps), in_order)


def _choice(place: str, line: str) -> frozenset[str]:
    atoms = place.split("|")
    for atom in atoms:
        if not _ATOM.fullmatch(atom):
            raise ValueError(f"'{atom}' in the pattern '{line}' is neither a word, =word, <group> nor from-to")
    return frozenset(atoms)


def _is_pattern(line: str) -> str:
    parse_pattern(line)
    return line


def _fills_known_places(text: str) -> str:
    unknown = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - PLACEHOLDERS
    if unknown:
        raise ValueError(f"unknown placeholder {sorted(unknown)}; known are {sorted(PLACEHOLDERS)}")
    return text


WordLine = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^\S+$", max_length=40)]
PatternLine = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=600), AfterValidator(_is_pattern)
]


class DangerSign(Strict):
    """Something that must not wait for an answer from a document."""

    id: Id
    title: Line
    say: Annotated[Prose, AfterValidator(_fills_known_places)] = Field(
        description="What to do now; may use {phone}, {emergency}, {clinic} and {crisis}."
    )
    acts: tuple[PatternLine, ...] = Field((), description="Words that are urgent when said of now and of herself.")
    asks: tuple[PatternLine, ...] = Field((), description="Words after which the bot asks before it alarms.")
    thought_counts: bool = Field(
        False, description="True where a wish or a fear of it is urgent too, as with thoughts of suicide."
    )
    tells_of_loss: bool = Field(
        False, description="True where its words may also tell that the baby has died: then gentle words come first."
    )

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if not self.acts and not self.asks:
            raise ValueError(f"the sign '{self.id}' has neither acts nor asks, so nothing can show it")
        return self


class DangerSigns(Strict):
    """All danger signs of a clinic, the gravest first: of several that a message shows, the first is told.

    Without a file there are none, and then every message is calm.
    """

    about: str | None = None
    words: dict[Id, tuple[WordLine, ...]] = Field({}, description="Groups of words that patterns name as <group>.")
    symbols: dict[str, Line] = Field({}, description="Signs that are no letters, such as emoji, and their word.")
    lookalikes: tuple[Line, ...] = Field(
        (), description="Ordinary words that must not be taken for a misspelt danger word."
    )
    adjectives: tuple[WordLine, ...] = Field(
        (), description="Words that may stand before a danger word and change nothing: 'upper', 'left'."
    )
    harmless: tuple[PatternLine, ...] = Field((), description="Phrases that hold a danger word and mean no danger.")
    signs: tuple[DangerSign, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [sign.id for sign in self.signs]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ValueError(f"two danger signs have the id {twice}")
        return self

    @model_validator(mode="after")
    def _groups_exist(self) -> Self:
        for line in self.pattern_lines:
            for group in re.findall(r"<([a-z-]+)>", line):
                if group not in self.words:
                    raise ValueError(f"the pattern '{line}' names the group <{group}>, which 'words' does not have")
        return self

    @property
    def pattern_lines(self) -> tuple[str, ...]:
        of_signs = (line for sign in self.signs for line in (*sign.acts, *sign.asks))
        return (*self.harmless, *of_signs)

    def members(self, atom: str) -> tuple[str, ...]:
        """The words of a group, or the one word that an atom is."""
        return self.words[atom[1:-1]] if atom.startswith("<") else (atom,)

    @property
    def lookalike_words(self) -> frozenset[str]:
        return frozenset(word for line in self.lookalikes for word in line.split())

    @property
    def striking_words(self) -> frozenset[str]:
        """Words that show a sign without any other word."""
        lone = (parse_pattern(line).places for sign in self.signs for line in (*sign.acts, *sign.asks))
        return self._plain({atom for places in lone if len(places) == 1 for atom in places[0]})

    @property
    def telling_words(self) -> frozenset[str]:
        """Words worth mending: striking ones, those of groups, and long ones, which have few neighbours."""
        places = (place for sign in self.signs for line in sign.acts for place in parse_pattern(line).places)
        long = self._plain({atom for place in places for atom in place if len(atom) >= LONG_WORD})
        return self.striking_words | self._plain({f"<{group}>" for group in self.words}) | long

    def _plain(self, atoms: Iterable[str]) -> frozenset[str]:
        return frozenset(
            word.lstrip("=") for atom in atoms for word in self.members(atom) if word[0].isalpha() or word[0] == "="
        )


class DangerMessages(Strict):
    """Labelled messages, ``knowledge/danger-messages.yaml``: how people tell of a danger, and how they do not."""

    danger: tuple[Prose, ...] = Field((), description="Something alarming is happening now or lately.")
    calm: tuple[Prose, ...] = Field((), description="It sounds alarming and is not, or has nothing to do with it.")
