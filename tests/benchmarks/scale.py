"""How the matcher grows: time to build, time a question and memory at 100 to 100,000 phrasings.

``python -m tests.benchmarks.scale`` prints the table, with rapidfuzz's ``process.extractOne`` over the same phrasings
beside it. Each size runs in a process of its own, so that the memory is that of one index. The phrasings are made up
from a seed: 20 for each target, of words as unevenly frequent as those of a language.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from statistics import median, quantiles

from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from tests.benchmarks.peers import base_of

SIZES = (100, 1_000, 10_000, 100_000)
_PHRASINGS_A_TARGET = 20
_QUESTIONS = 500
_QUESTIONS_TO_RAPIDFUZZ = 10
_FRAMES = (
    "how do I {}",
    "what is {}",
    "can you tell me about {}",
    "is {} possible",
    "why {}",
    "I need {} please",
    "{}",
)
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "zu", "shan", "tor")


def made_up(phrasings: int, seed: int = 1) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """Phrasings by target, and questions with the number of their target: one word in four has a slip in it."""
    source = random.Random(seed)
    words = _words(source, 2_000 + phrasings // 5)
    cumulated = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def some(count: int) -> list[str]:
        return source.choices(words, cum_weights=cumulated, k=count)

    topics = [source.sample(words, 5) for _ in range(max(1, phrasings // _PHRASINGS_A_TARGET))]

    def said(topic: Sequence[str]) -> str:
        return source.choice(_FRAMES).format(" ".join([*source.sample(topic, 2), *some(source.randint(0, 4))]))

    targets = [[said(topic) for _ in range(_PHRASINGS_A_TARGET)] for topic in topics]
    asked = [source.randrange(len(topics)) for _ in range(_QUESTIONS)]
    return targets, [(number, _with_slips(said(topics[number]), source)) for number in asked]


def _words(source: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(source.choices(_SYLLABLES, k=source.randint(2, 5)))] = None
    return list(found)


def _with_slips(text: str, source: random.Random) -> str:
    def slipped(word: str) -> str:
        if len(word) < 4 or source.random() > 0.25:
            return word
        at = source.randrange(1, len(word))
        return word[:at] + word[at + 1 :]

    return " ".join(map(slipped, text.split()))


def measure(phrasings: int) -> dict[str, float]:
    """The figures of one size; memory is what the process grew by while the index was built."""
    from bot.core.deciding import Matcher

    targets, questions = made_up(phrasings)
    base = base_of([(f"p-{number}", text) for number, texts in enumerate(targets) for text in texts])
    before = _peak_megabytes()
    started = time.perf_counter()
    matcher = Matcher(base)
    built = time.perf_counter() - started
    grown = _peak_megabytes() - before
    right = 0

    def ask(question: tuple[int, str]) -> None:
        nonlocal right
        points = matcher.read(question[1]).points
        right += bool(points) and points[0].key == f"p-{question[0]}"

    times = _times(ask, questions)
    flat = [phrasing for target in targets for phrasing in target]
    beside = _times(
        lambda question: process.extractOne(question[1], flat, scorer=fuzz.WRatio), questions[:_QUESTIONS_TO_RAPIDFUZZ]
    )
    return {
        "phrasings": phrasings,
        "targets": len(targets),
        "build": built,
        "median": median(times),
        "p99": quantiles(times, n=100)[98],
        "memory": grown,
        "right": 100 * right / len(questions),
        "rapidfuzz": median(beside),
    }


def _times(do: Callable[[tuple[int, str]], object], questions: Sequence[tuple[int, str]]) -> list[float]:
    """Milliseconds, one for each question."""
    found = []
    for question in questions:
        started = time.perf_counter()
        do(question)
        found.append(1000 * (time.perf_counter() - started))
    return found


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", type=int, help="measure this size here and print JSON")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one)))
        return
    table = Table(title="Growth, one core; times a question in ms", caption="WRatio: process.extractOne, same data")
    for heading in ("phrasings", "targets", "build s", "median", "p99", "memory MB", "right %", "WRatio median"):
        table.add_column(heading, justify="right")
    for size in given.sizes:
        told = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.scale", "--one", str(size)], check=True, capture_output=True
        )
        found = json.loads(told.stdout)
        table.add_row(
            f"{size:,}", f"{found['targets']:,}", f"{found['build']:.1f}", f"{found['median']:.2f}",
            f"{found['p99']:.2f}", f"{found['memory']:.0f}", f"{found['right']:.0f}", f"{found['rapidfuzz']:.1f}",
        )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
