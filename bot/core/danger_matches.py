"""Where the patterns of danger signs stand in a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.danger_signs import ANY_ORDER_GAP, DangerSign, DangerSigns, Pattern, parse_pattern
from bot.core.danger_spelling import Certainty
from bot.core.danger_words import Word
from bot.core.text import FRAME_WORDS

Positions = dict[str, list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Clue:
    """A pattern and what it shows. ``rank`` orders the signs by gravity, 0 first; a harmless phrase has no sign."""

    pattern: Pattern
    sign: DangerSign | None = None
    rank: int = 0
    acts: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Where a clue stands in a sentence: a position for each place of its pattern."""

    clue: Clue
    places: tuple[int, ...]
    certainty: Certainty

    @property
    def first(self) -> int:
        return min(self.places)

    @property
    def last(self) -> int:
        return max(self.places)


def clues_of(signs: DangerSigns) -> list[Clue]:
    harmless = [Clue(parse_pattern(line)) for line in signs.harmless]
    acting = [
        Clue(parse_pattern(line), s, rank, True) for rank, s in enumerate(signs.signs) for line in s.acts
    ]
    asking = [Clue(parse_pattern(line), s, rank) for rank, s in enumerate(signs.signs) for line in s.asks]
    return harmless + acting + asking


class ClueIndex:
    """Clues by their rarest place, so that a sentence is compared only with those that it may hold."""

    def __init__(self, clues: Iterable[Clue]) -> None:
        self._by_atom: dict[str, list[tuple[int, Clue]]] = {}
        for number, clue in enumerate(clues):
            for atom in min(clue.pattern.places, key=_commonness):
                self._by_atom.setdefault(atom, []).append((number, clue))

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """All matches of danger clues; words of a harmless phrase show nothing, unless danger reaches beyond it."""
        at: Positions = {}
        for position, word in enumerate(words):
            for atom in word.reading.atoms:
                at.setdefault(atom, []).append(position)
        clues = dict(entry for atom in at for entry in self._by_atom.get(atom, ()))
        found = [match for _, clue in sorted(clues.items()) for match in _matches_of(clue, at, words)]
        harmless = {place for match in found if match.clue.sign is None for place in match.places}
        dangers = [match for match in found if match.clue.sign and not harmless.intersection(match.places)]
        return _widest(dangers)


def _commonness(place: frozenset[str]) -> tuple[bool, int]:
    return any(atom.lstrip("=") in FRAME_WORDS or atom in ("<not>", "<me>") for atom in place), len(place)


def _matches_of(clue: Clue, at: Positions, words: Sequence[Word]) -> Iterator[Match]:
    options = [sorted({p for atom in place for p in at.get(atom, ())}) for place in clue.pattern.places]
    if not all(options):
        return
    find = _in_order if clue.pattern.in_order else _together
    for start in options[0]:
        places = find(clue.pattern, options, start)
        if places:
            yield Match(clue, places, min(words[place].reading.certainty for place in places))


def _in_order(pattern: Pattern, options: list[list[int]], start: int) -> tuple[int, ...] | None:
    paths = [(start,)]
    for place, gap in zip(options[1:], pattern.gaps[1:], strict=True):
        paths = [(*path, p) for path in paths for p in place if path[-1] < p <= path[-1] + 1 + gap]
    return min(paths, key=lambda path: path[-1], default=None)


def _together(pattern: Pattern, options: list[list[int]], start: int) -> tuple[int, ...] | None:
    chosen = [start]
    for place in options[1:]:
        near = [p for p in place if p not in chosen and abs(p - start) <= ANY_ORDER_GAP + 1]
        if not near:
            return None
        chosen.append(min(near, key=lambda p: abs(p - start)))
    return tuple(chosen)


def _widest(matches: list[Match]) -> list[Match]:
    """Without a match whose words all belong to a wider match of the same sign that is as strong."""
    return [
        match
        for match in matches
        if not any(
            set(match.places) < set(other.places)
            and match.clue.sign is other.clue.sign
            and other.clue.acts >= match.clue.acts
            for other in matches
        )
    ]
