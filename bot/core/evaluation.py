"""How well a knowledge base answers its own labelled questions. Pure and repeatable: typos come from a hash."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.deciding import Matcher
from bot.core.dialogue import Dialogue
from bot.core.questions import Floors, LabelledQuestion, LabelledTurn, QuestionKind, QuestionSet
from bot.core.replies import Kind

# Any instant will do: nothing that is evaluated depends on the date.
_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
# How wide a band of scores is.
BAND = 20
_NEIGHBOURS = dict(
    zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioiosdfghjklkxcvbnmn", strict=True)
)  # the key to the right on an English keyboard, or to the left at the end of a row


class Result(StrEnum):
    """What became of a message."""

    RIGHT = "right"
    OFFERED = "offered"
    WRONG = "wrong"
    REFUSED = "refused"
    ASKED = "asked"
    ALARMED = "alarmed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message with what became of it. ``given`` are the points shown or offered, best first."""

    question: LabelledQuestion
    result: Result
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """One turn of a labelled conversation."""

    conversation: str
    turn: LabelledTurn
    is_right: bool
    kind: Kind
    given: tuple[str, ...]


@dataclass(frozen=True)
class Measures:
    """The share of messages, in percent, for one half; ``None`` where there are no such messages."""

    right: float | None
    right_or_offered: float | None
    wrong: float | None
    near_not_answered: float | None
    foreign_not_answered: float | None
    danger_caught: float | None
    danger_acted: float | None
    calm_asked_or_alarmed: float | None
    calm_alarmed: float | None
    leaning_turns_right: float | None
    turns_right: float | None
    counts: Counter[str] = field(default_factory=Counter)


def judge(dialogue: Dialogue, question: LabelledQuestion, text: str | None = None) -> Judged:
    """What the bot makes of a message as the first of a chat. ``text`` stands in for it, e.g. with typos."""
    turn = dialogue.step(Conversation(), Incoming(at=_AT, text=text or question.text))
    given = tuple(point for reply in turn.replies for point in reply.points)
    return Judged(question, _result(turn, question, given), given)


def _result(turn: Turn, question: LabelledQuestion, given: tuple[str, ...]) -> Result:
    # Gentle words before an answer are none.
    kind = next((reply.kind for reply in turn.replies if reply.kind is not Kind.LOSS), Kind.LOSS)
    if kind is Kind.URGENT:
        return Result.ALARMED
    if kind is Kind.CONFIRM_URGENT:
        return Result.ASKED
    if kind in (Kind.ANSWER, Kind.SOURCES):
        return Result.RIGHT if given[:1] and given[0] in question.points else Result.WRONG
    return Result.OFFERED if set(given) & set(question.points) else Result.REFUSED


def judge_conversations(dialogue: Dialogue, questions: QuestionSet) -> Iterator[JudgedTurn]:
    for case in questions.conversations:
        conversation = Conversation()
        for labelled in case.turns:
            turn = dialogue.step(conversation, Incoming(at=_AT, text=labelled.say))
            conversation = turn.conversation
            given = tuple(point for reply in turn.replies for point in reply.points)
            yield JudgedTurn(case.name, labelled, _turn_is_right(turn, labelled, given), turn.kind, given)


def _turn_is_right(turn: Turn, labelled: LabelledTurn, given: tuple[str, ...]) -> bool:
    if labelled.expect in (Kind.URGENT, Kind.CONFIRM_URGENT):
        return turn.kind in (Kind.URGENT, Kind.CONFIRM_URGENT)
    if turn.kind is not labelled.expect:
        return False
    if labelled.expect is Kind.ANSWER:
        return bool(given) and given[0] in labelled.points
    return True


def measure(judged: Sequence[Judged], turns: Sequence[JudgedTurn]) -> Measures:
    by_kind: dict[QuestionKind, Counter[Result]] = {kind: Counter() for kind in QuestionKind}
    for case in judged:
        by_kind[case.question.kind][case.result] += 1
    answered = (Result.RIGHT, Result.WRONG)
    alarms = (Result.ASKED, Result.ALARMED)
    leaning = [turn for turn in turns if turn.turn.leans]
    return Measures(
        right=_share(by_kind[QuestionKind.ANSWER], Result.RIGHT),
        right_or_offered=_share(by_kind[QuestionKind.ANSWER], Result.RIGHT, Result.OFFERED),
        wrong=_share(by_kind[QuestionKind.ANSWER], Result.WRONG),
        near_not_answered=_rest(_share(by_kind[QuestionKind.NEAR], *answered)),
        foreign_not_answered=_rest(_share(by_kind[QuestionKind.FOREIGN], *answered)),
        danger_caught=_share(by_kind[QuestionKind.DANGER], *alarms),
        danger_acted=_share(by_kind[QuestionKind.DANGER], Result.ALARMED),
        calm_asked_or_alarmed=_share(by_kind[QuestionKind.CALM], *alarms),
        calm_alarmed=_share(by_kind[QuestionKind.CALM], Result.ALARMED),
        leaning_turns_right=_percent(sum(t.is_right for t in leaning), len(leaning)),
        turns_right=_percent(sum(t.is_right for t in turns), len(turns)),
        counts=Counter(case.question.kind.value for case in judged),
    )


@dataclass(frozen=True, slots=True)
class Band:
    """The messages whose best point scores from ``low`` up to ``BAND`` more, and how many of those it answers.

    ``score`` is their mean score: where a score means what it says, ``right`` (percent) comes near it.
    """

    low: int
    messages: int
    score: float
    right: float


def calibration(matcher: Matcher, questions: Iterable[LabelledQuestion]) -> list[Band]:
    """How often the best point is the right one, by its score; over messages that ask something, lowest band first."""
    scored: dict[int, list[tuple[float, bool]]] = {}
    for question in questions:
        best = next(iter(matcher.read(question.text).points), None)
        if best and question.kind in (QuestionKind.ANSWER, QuestionKind.NEAR, QuestionKind.FOREIGN):
            low = min(int(best.score // BAND) * BAND, 100 - BAND)
            scored.setdefault(low, []).append((best.score, best.key in question.points))
    return [
        Band(low, len(found), sum(s for s, _ in found) / len(found), 100 * sum(r for _, r in found) / len(found))
        for low, found in sorted(scored.items())
    ]


def _share(counts: Counter[Result], *results: Result) -> float | None:
    return _percent(sum(counts[result] for result in results), counts.total())


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _rest(percent: float | None) -> float | None:
    return None if percent is None else 100 - percent


def below_floors(measures: Measures, floors: Floors) -> list[str]:
    """A sentence for each floor that is not reached."""
    at_least = (
        "right",
        "right_or_offered",
        "near_not_answered",
        "foreign_not_answered",
        "danger_caught",
        "leaning_turns_right",
    )
    at_most = (
        ("wrong", "wrong_at_most"),
        ("calm_asked_or_alarmed", "calm_asked_or_alarmed_at_most"),
        ("calm_alarmed", "calm_alarmed_at_most"),
    )
    found = []
    for name in at_least:
        value, floor = getattr(measures, name), getattr(floors, name)
        if value is not None and value < floor:
            found.append(f"{name} is {value:.1f} %, below its floor of {floor:.1f} %")
    for name, limit_name in at_most:
        value, limit = getattr(measures, name), getattr(floors, limit_name)
        if value is not None and value > limit:
            found.append(f"{name} is {value:.1f} %, above its limit of {limit:.1f} %")
    return found


def misspelt(text: str, one_in: int) -> str:
    """The text with a slip of the finger in one of so many words: a letter dropped, doubled, swapped or mistyped.

    Only words of four letters or more slip. The same text always slips in the same way.
    """
    words = text.split(" ")
    return " ".join(
        _slip(word, f"{i}:{text}") if _draw(f"{i}:{text}", one_in) == 0 else word for i, word in enumerate(words)
    )


def _draw(seed: str, choices: int) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % choices


def _slip(word: str, seed: str) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    at = 1 + _draw("place" + seed, len(word) - 2)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + _NEIGHBOURS.get(word[at].lower(), "x") + word[at + 1 :],
    )
    return slips[_draw("kind" + seed, len(slips))]


def judge_all(
    dialogue: Dialogue, questions: Iterable[LabelledQuestion], one_typo_in: int | None = None
) -> list[Judged]:
    return [judge(dialogue, q, misspelt(q.text, one_typo_in) if one_typo_in else None) for q in questions]
