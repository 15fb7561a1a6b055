"""How long a question takes: ``python -m tests.benchmarks.answer_time`` prints the median and the 99th percentile.

Every labelled message of the clinic's own test is matched, stepped through as the first of a chat, and stepped through
after an answer, on one core. What counts is the processor's time, and for each message the best of three rounds, as
other programs may run beside it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from bot.core.conversation import Conversation, Incoming
from bot.core.dialogue import Dialogue
from bot.knowledge_files import load, load_questions

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
_ROUNDS = 3
_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def milliseconds(ask: Callable[[str], object], texts: list[str]) -> list[float]:
    """For each text the shortest time that it took in any round."""
    rounds = [[_timed(ask, text) for text in texts] for _ in range(_ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _timed(ask: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    ask(text)
    return (time.process_time() - started) * 1000


def main() -> None:
    dialogue = Dialogue(load(KNOWLEDGE))
    labelled = load_questions(KNOWLEDGE)
    texts = [question.text for question in labelled.questions]
    texts += [turn.say for conversation in labelled.conversations for turn in conversation.turns]
    shown = Conversation(point=next(iter(labelled.questions)).points[0], at=_AT)
    asked: dict[str, Callable[[str], object]] = {
        "Matcher.match": dialogue.matcher.match,
        "Dialogue.step, first of a chat": lambda text: dialogue.step(Conversation(), Incoming(_AT, text=text)),
        "Dialogue.step, after an answer": lambda text: dialogue.step(shown, Incoming(_AT, text=text)),
    }
    table = Table("what", "median ms", "99th percentile ms", title=f"{len(texts)} labelled messages, one core")
    for name, ask in asked.items():
        times = milliseconds(ask, texts)
        table.add_row(name, f"{median(times):.2f}", f"{quantiles(times, n=100)[98]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
