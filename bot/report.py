"""The evaluation's tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core.dialogue import Dialogue
from bot.core.evaluation import (
    BAND,
    Band,
    Judged,
    Measures,
    Result,
    below_floors,
    calibration,
    judge_all,
    judge_conversations,
    measure,
)
from bot.core.knowledge_base import KnowledgeBase
from bot.core.questions import QuestionKind, QuestionSet

# More than this between the halves means that phrasings or thresholds fit the tuning half only.
OVERFITTING_POINTS = 4.0
_ROWS = {
    "right": "answerable: right point first",
    "right_or_offered": "answerable: right point first or offered",
    "wrong": "answerable: another point as the answer",
    "near_not_answered": "same subject, not covered: not answered",
    "foreign_not_answered": "foreign: not answered",
    "danger_caught": "danger: caught (acted or asked)",
    "danger_acted": "danger: acted at once",
    "calm_asked_or_alarmed": "calm: asked or alarmed",
    "calm_alarmed": "calm: alarmed outright",
    "leaning_turns_right": "turns that lean on the context: right",
    "turns_right": "all turns of conversations: right",
}


def print_evaluation(base: KnowledgeBase, questions: QuestionSet, console: Console, failures: bool) -> bool:
    """Print every table; True where the reporting half reaches all floors."""
    dialogue = Dialogue(base)
    halves = {half: [q for q in questions.questions if q.half == half] for half in ("tuning", "reporting")}
    judged = {half: judge_all(dialogue, asked) for half, asked in halves.items()}
    turns = list(judge_conversations(dialogue, questions))
    half_of = {case.name: case.half for case in questions.conversations}
    measures = {
        half: measure(judged[half], [turn for turn in turns if half_of[turn.conversation] == half]) for half in halves
    }
    console.print(_halves_table(measures))
    noised = {
        one_in: {half: measure(judge_all(dialogue, asked, one_in), []) for half, asked in halves.items()}
        for one_in in (8, 4)
    }
    console.print(_typo_table(measures, noised))
    console.print(_point_table([*judged["tuning"], *judged["reporting"]]))
    console.print(_calibration_table({half: calibration(dialogue.matcher, asked) for half, asked in halves.items()}))
    if failures:
        _list_failures(judged["tuning"], console)
    missed = below_floors(measures["reporting"], questions.floors)
    for sentence in missed:
        console.print(Text(f"Below the floor: {sentence}.", style="red"))
    if not missed:
        console.print("All floors are reached.")
    return not missed


def _halves_table(measures: dict[str, Measures]) -> Table:
    table = Table("measure (percent)", "tuning half", "reporting half", "difference", title="Labelled messages")
    for field in fields(Measures):
        if field.name not in _ROWS:
            continue
        tuning, reporting = (getattr(measures[half], field.name) for half in ("tuning", "reporting"))
        table.add_row(_ROWS[field.name], _number(tuning), _number(reporting), _difference(tuning, reporting))
    counts = {half: sum(found.counts.values()) for half, found in measures.items()}
    table.add_row("messages", str(counts["tuning"]), str(counts["reporting"]), "")
    return table


def _difference(tuning: float | None, reporting: float | None) -> str:
    if tuning is None or reporting is None:
        return ""
    apart = tuning - reporting
    return f"{apart:+.1f}" + (" overfitted?" if abs(apart) > OVERFITTING_POINTS else "")


def _typo_table(clean: dict[str, Measures], noised: dict[int, dict[str, Measures]]) -> Table:
    table = Table("typos", "half", "right", "lost", "wrong", "danger caught", title="With slips of the finger")
    for one_in, halves in noised.items():
        for half, found in halves.items():
            lost = (clean[half].right or 0) - (found.right or 0)
            table.add_row(
                f"one word in {one_in}", half, _number(found.right), f"{lost:.1f}", _number(found.wrong),
                _number(found.danger_caught),
            )  # fmt: skip
    return table


def _calibration_table(halves: dict[str, list[Band]]) -> Table:
    table = Table("score", "half", "messages", "mean score", "right", title="What a score means: how often it is right")
    for half, bands in halves.items():
        for band in bands:
            table.add_row(
                f"{band.low} to {band.low + BAND}", half, str(band.messages), f"{band.score:.0f}", f"{band.right:.0f}"
            )
    return table


def _point_table(judged: Sequence[Judged]) -> Table:
    by_point: dict[str, Counter[Result]] = {}
    for case in judged:
        if case.question.kind is QuestionKind.ANSWER and case.question.points:
            by_point.setdefault(case.question.points[0], Counter())[case.result] += 1
    columns = (Result.RIGHT, Result.OFFERED, Result.WRONG, Result.REFUSED, Result.ASKED, Result.ALARMED)
    table = Table("point", *(result.value for result in columns), title="Answerable messages by point, both halves")
    for point in sorted(by_point):
        table.add_row(point, *(str(by_point[point][result] or "") for result in columns))
    return table


def _list_failures(judged: Sequence[Judged], console: Console) -> None:
    good = {
        QuestionKind.ANSWER: {Result.RIGHT},
        QuestionKind.DANGER: {Result.ASKED, Result.ALARMED},
        QuestionKind.CALM: {Result.RIGHT, Result.OFFERED, Result.REFUSED},
    }
    not_answered = {Result.OFFERED, Result.REFUSED, Result.ASKED}
    for case in judged:
        if case.result not in good.get(case.question.kind, not_answered):
            console.print(Text(f"{case.question.kind} {case.result} {', '.join(case.given)} | {case.question.text}"))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
