"""Where the patterns of danger signs stand in a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.danger_signs import ANY_ORDER_GAP, IN_ORDER_GAP, DangerSign, DangerSigns, Pattern, parse_pattern
from bot.core.danger_spelling import Certainty
from bot.core.danger_words import COMMA, Word
from bot.core.text import FRAME_WORDS

Positions = dict[str, list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Clue:
    """A pattern and what it shows. ``rank`` orders signs by gravity, 0 first; harmless ones have no sign."""

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
    acting = [Clue(parse_pattern(line), s, rank, True) for rank, s in enumerate(signs.signs) for line in s.acts]
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
        """All matches of danger clues but those that share a word with a harmless phrase."""
        at: Positions = {}
        for position, word in enumerate(words):
            for atom in word.reading.atoms:
                at.setdefault(atom, []).append(position)
        present = set(at)
        near = dict(entry for atom in at for entry in self._by_atom.get(atom, ()))
        clues = {
            number: clue
            for number, clue in near.items()
            if not any(place.isdisjoint(present) for place in clue.pattern.places)
        }
        found = [match for _, clue in sorted(clues.items()) for match in _matches_of(clue, at, words)]
        harmless = {place for match in found if match.clue.sign is None for place in match.places}
        dangers = [match for match in found if match.clue.sign and not harmless.intersection(match.places)]
        return _widest(dangers)


def _commonness(place: frozenset[str]) -> tuple[bool, int]:
    return any(atom.lstrip("=") in FRAME_WORDS or atom in ("<not>", "<me>") for atom in place), len(place)


def _matches_of(clue: Clue, at: Positions, words: Sequence[Word]) -> Iterator[Match]:
    options = [sorted({p for atom in place for p in at.get(atom, ())}) for place in clue.pattern.places]
    for start in options[0]:
        places = _in_order(clue.pattern, options, start, words) if clue.pattern.in_order else _together(options, start)
        if places:
            yield Match(clue, places, min(words[place].reading.certainty for place in places))


def _in_order(pattern: Pattern, options: list[list[int]], start: int, words: Sequence[Word]) -> tuple[int, ...] | None:
    paths: list[tuple[int, ...]] = [(start,)]
    for place, gap in zip(options[1:], pattern.gaps[1:], strict=True):
        paths = [(*path, p) for path in paths for p in place if path[-1] < p and _between(words, path[-1], p) <= gap]
    return min(paths, key=lambda path: path[-1], default=None)


def _between(words: Sequence[Word], before: int, after: int) -> int:
    """How far apart two words are: a pause parts them as much as the widest gap does."""
    if after - before > IN_ORDER_GAP + 1:
        return after - before
    return sum(IN_ORDER_GAP if words[place] is COMMA else 1 for place in range(before + 1, after))


def _together(options: list[list[int]], start: int) -> tuple[int, ...] | None:
    chosen = [start]
    for place in options[1:]:
        near = [p for p in place if p not in chosen and abs(p - start) <= ANY_ORDER_GAP + 1]
        if not near:
            return None
        chosen.append(min(near, key=lambda p: abs(p - start)))
    return tuple(chosen)


def _widest(matches: list[Match]) -> list[Match]:
    """Without a match whose words belong to a phrase of neighbours that shows the same sign as strongly."""
    phrases = [match for match in matches if len(match.places) > 1 and match.last - match.first < len(match.places)]
    return [match for match in matches if not any(_is_part_of(match, phrase) for phrase in phrases)]


def _is_part_of(match: Match, phrase: Match) -> bool:
    return (
        phrase.first <= match.first
        and match.last <= phrase.last
        and len(match.places) < len(phrase.places)
        and match.clue.sign is phrase.clue.sign
        and phrase.clue.acts >= match.clue.acts
        and set(match.places) < set(phrase.places)
    )
