"""Has she lost the baby, or has the pregnancy ended? Then no tip may reach her any more.

Only what is said to have happened, and to herself or her partner, counts. A fear, a question, somebody else's loss and
one of long ago do not; what is left unclear is unsure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz.distance import DamerauLevenshtein

from bot.core import loss_words as words
from bot.core.text import FRAME_WORDS, sentences, tokens


class Loss(StrEnum):
    """What a message tells of a loss of her own."""

    NONE = "none"
    PAST = "past"  # long ago, or she is pregnant again or wants to be
    UNSURE = "unsure"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class LossFinding:
    """``is_fresh`` where it was within the last day, and nobody seems to have looked after her yet."""

    loss: Loss
    is_fresh: bool = False


def read_loss(text: str, now: datetime) -> LossFinding:
    """The clearest thing that a message says. Any text can be read; ``now`` tells which years are long ago."""
    clauses = list(_clauses(text))
    read = [_read(clause, clauses[:place]) for place, clause in enumerate(clauses)]
    plain = " ".join(clauses)
    found = next((loss for loss in (Loss.TOLD, Loss.UNSURE) if loss in read), Loss.NONE)
    if found is not Loss.NONE and _is_past(plain, now):
        return LossFinding(Loss.PAST)
    fresh = found is Loss.TOLD and words.FRESH.search(plain) and not words.SEEN_TO.search(plain)
    return LossFinding(found, bool(fresh))


def _clauses(text: str) -> Iterator[str]:
    """The clauses in order, as plain words joined by single blanks."""
    for sentence in sentences(text):
        for clause in re.split(r"[,:;()]", sentence):
            if plain := " ".join(_mended(token.word) for token in tokens(clause)):
                yield plain


def _mended(word: str) -> str:
    if word in words.SAME:
        return words.SAME[word]
    if len(word) < 4 or word in FRAME_WORDS or word in words.OTHER_WORDS:
        return word
    known, slips = (words.LONG, 1 if len(word) < 8 else 2) if len(word) > 6 else (words.SHORT, 1)
    slip, meant = min((DamerauLevenshtein.distance(word, one, score_cutoff=slips), one) for one in known)
    return meant if slip <= slips and word[0] == meant[0] else word


def _read(clause: str, earlier: Sequence[str]) -> Loss:
    if words.ASKS_WHY.search(clause) and words.OTHERS.isdisjoint(clause.split()):
        return Loss.TOLD
    if not earlier and words.ALONE.fullmatch(clause):
        return Loss.TOLD
    if "doppler" in clause or (words.ASKS.match(clause) and not words.ASKS_WHY.search(clause)):
        return Loss.NONE
    found = [_event(clause, match, earlier) for event in words.EVENTS for match in event.finditer(clause)]
    if Loss.TOLD in found:
        return Loss.TOLD
    mentions = (not earlier and words.PERHAPS_ALONE.fullmatch(clause)) or words.MENTIONS.search(clause)
    return Loss.UNSURE if mentions or Loss.UNSURE in found else Loss.NONE


def _event(clause: str, match: re.Match[str], earlier: Sequence[str]) -> Loss:
    """What one event in a clause tells, by the words before it."""
    before = clause[: match.start()].strip()
    inside = set(match[0].split()[1:])
    is_somebody_elses = inside & (words.OTHERS - words.OWN_OR_OTHERS)  # "the baby's father died"
    if is_somebody_elses or words.CALM_BEFORE.search(words.STATES.sub("", before)):
        return Loss.NONE
    found = _whose(before, match[0], earlier)
    return Loss.UNSURE if found is Loss.TOLD and words.HEDGED.search(before) else found


_BY_PATIENTS = ("lost", "had", "miscarried", "suffered")


def _whose(before: str, event: str, earlier: Sequence[str]) -> Loss:
    """Told if it is her own or her partner's, none if another's, unsure where only "she" tells."""
    for word in reversed(before.split()):
        if word in words.OTHERS:
            return Loss.NONE
        if word in words.OWN:
            return Loss.TOLD
        if word == "they" and not event.startswith(_BY_PATIENTS):
            return Loss.TOLD  # the doctors, who found no heartbeat
        if word in words.SHE:
            return _who_is_she([*earlier, before])
    if event.startswith(("she ", "he ", "they ", "it ", "his ", "her ")) and _who_is_she(earlier) is Loss.NONE:
        return Loss.NONE
    by_a_name = before and re.match(r"lost (?:her|their|his) \w", event)  # "Maria lost her baby"
    return Loss.NONE if by_a_name else Loss.TOLD


def _who_is_she(earlier: Sequence[str]) -> Loss:
    for word in reversed(" ".join(earlier).split()):
        if word in words.OTHERS - words.OWN_OR_OTHERS:
            return Loss.NONE
        if word in words.OWN:
            return Loss.TOLD
    return Loss.UNSURE


def _is_past(plain: str, now: datetime) -> bool:
    if words.PREGNANT_AGAIN.search(plain) or words.AN_EARLIER.search(plain):
        return True
    if words.RECENT.search(plain):
        return False
    is_old = words.LONG_AGO.search(plain) or words.WANTS_ANOTHER.search(plain)
    # In the first months of a year, the last one is not long ago.
    latest = now.year - (1 if now.month > 3 else 2)
    return bool(is_old) or any(int(year) <= latest for year in words.YEAR.findall(plain))
