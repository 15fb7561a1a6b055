"""How the matcher does on other subjects, beside other ways of matching: phrasings only, nothing else written down.

``python -m tests.benchmarks.general [--sets DIR]`` prints, over the sets of ``tests/relevance/sets``: how often the
right target comes first, on clean text and with a slip of the finger in one word of four (the same slips for all), how
well the confidence tells foreign questions from answerable ones, milliseconds a question and memory. Questions are of
three kinds: ``plain`` ones name what they ask by its usual words, ``told`` ones within what happened, and ``far`` ones
share hardly a word with any phrasing. A hash of its text puts each question in the tuning half or the reporting half;
settings were chosen on the first.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import mean, median

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from bot.core.evaluation import misspelt
from bot.core.questions import LabelledQuestion, QuestionKind
from tests.benchmarks.peers import PEERS, Ask

SETS = Path(__file__).parents[1] / "relevance" / "sets"
HALVES = ("tuning", "reporting")
KINDS = ("plain", "told", "far")
ONE_SLIP_IN = 4


@dataclass(frozen=True, slots=True)
class QuestionsAndPhrasings:
    """A set: pairs of a target and a text, and questions that no target answers."""

    name: str
    phrasings: tuple[tuple[str, str], ...]
    questions: Mapping[str, tuple[tuple[str, str], ...]]
    foreign: tuple[str, ...]

    def half(self, half: str) -> "QuestionsAndPhrasings":
        """With the questions of one half only."""
        asked = {kind: tuple(p for p in pairs if half_of(p[1]) == half) for kind, pairs in self.questions.items()}
        foreign = tuple(text for text in self.foreign if half_of(text) == half)
        return QuestionsAndPhrasings(self.name, self.phrasings, asked, foreign)


@dataclass(frozen=True, slots=True)
class Figures:
    """Percent, but for ``milliseconds``, the median of one question. By kind of question where it says so."""

    clean: float
    slips: float
    auroc: float
    milliseconds: float
    clean_by_kind: Mapping[str, float]
    slips_by_kind: Mapping[str, float]


def half_of(text: str) -> str:
    return LabelledQuestion(text=text, kind=QuestionKind.FOREIGN).half


def read_sets(folder: Path = SETS) -> list[QuestionsAndPhrasings]:
    """All sets of a folder, in the order of their names."""
    return [_read_set(path) for path in sorted(folder.glob("*.yaml"))]


def _read_set(path: Path) -> QuestionsAndPhrasings:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))

    def pairs(kind: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (target, text) for target, texts in written["intents"].items() for text in texts[kind].splitlines()
        )

    foreign = tuple(written["foreign"].splitlines())
    return QuestionsAndPhrasings(path.stem, pairs("phrasings"), {kind: pairs(kind) for kind in KINDS}, foreign)


def measure(ask: Ask, asked: QuestionsAndPhrasings) -> Figures:
    times: list[float] = []
    confidences: list[float] = []
    clean: dict[str, list[bool]] = {}
    slips: dict[str, list[bool]] = {}
    for kind, questions in asked.questions.items():
        found = [_timed(ask, text, times) for _, text in questions]
        confidences.extend(confidence for _, confidence in found)
        clean[kind] = [given == target for (given, _), (target, _) in zip(found, questions, strict=True)]
        slips[kind] = [ask(misspelt(text, ONE_SLIP_IN))[0] == target for target, text in questions]
    foreign = [_timed(ask, text, times)[1] for text in asked.foreign]
    return Figures(
        clean=_percent(chain(*clean.values())),
        slips=_percent(chain(*slips.values())),
        auroc=100 * auroc(confidences, foreign),
        milliseconds=median(times),
        clean_by_kind={kind: _percent(right) for kind, right in clean.items()},
        slips_by_kind={kind: _percent(right) for kind, right in slips.items()},
    )


def _percent(claims: Iterable[bool]) -> float:
    return 100 * mean(claims)


def _timed(ask: Ask, text: str, times: list[float]) -> tuple[str, float]:
    started = time.perf_counter()
    found = ask(text)
    times.append(1000 * (time.perf_counter() - started))
    return found


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that one of ``higher`` is above one of ``lower``; equals count half."""
    above = np.subtract.outer(np.array(higher), np.array(lower))
    return float((above > 0).mean() + (above == 0).mean() / 2)


def measure_peer(name: str, folder: Path) -> dict[str, object]:
    """All figures of one peer, and the most memory that this process has held, in megabytes."""
    found: dict[str, dict[str, object]] = {half: {} for half in HALVES}
    for asked in read_sets(folder):
        ask = PEERS[name](asked.phrasings)
        for half in HALVES:
            found[half][asked.name] = asdict(measure(ask, asked.half(half)))
    return {**found, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", choices=PEERS, help="measure this one here and print JSON")
    parser.add_argument("--sets", type=Path, default=SETS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure_peer(given.one, given.sets)))
        return
    # Each in a process of its own, so that the memory is its own.
    command = [sys.executable, "-m", "tests.benchmarks.general", "--sets", str(given.sets), "--one"]
    found = {
        name: json.loads(subprocess.run([*command, name], check=True, capture_output=True).stdout) for name in PEERS
    }
    console = Console(width=130)
    names = [asked.name for asked in read_sets(given.sets)]
    for field, title in (
        ("clean", "Right target first, percent, reporting half"),
        ("slips", f"The same with a slip in one word of {ONE_SLIP_IN}"),
        ("auroc", "Foreign told from answerable by the confidence, AUROC in percent"),
    ):
        console.print(_table(found, names, field, title))
    console.print(_by_kind(found, names))
    console.print(_costs(found))


def _table(found: dict[str, dict], names: Sequence[str], field: str, title: str) -> Table:
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for heading in (*names, "mean", "mean of the tuning half"):
        table.add_column(heading, justify="right")
    for peer, figures in found.items():
        values = [figures["reporting"][name][field] for name in names]
        tuning = mean(figures["tuning"][name][field] for name in names)
        table.add_row(peer, *(f"{value:.1f}" for value in (*values, mean(values), tuning)))
    return table


def _by_kind(found: dict[str, dict], names: Sequence[str]) -> Table:
    table = Table(title="Right target first by kind of question, mean of the sets, reporting half: clean; with slips")
    table.add_column("", no_wrap=True)
    for kind in KINDS:
        table.add_column(kind, justify="right")
    for peer, figures in found.items():
        sets = [figures["reporting"][name] for name in names]
        both = [
            [mean(each[field][kind] for each in sets) for field in ("clean_by_kind", "slips_by_kind")] for kind in KINDS
        ]
        table.add_row(peer, *(f"{clean:.1f}; {slips:.1f}" for clean, slips in both))
    return table


def _costs(found: dict[str, dict]) -> Table:
    table = Table(title="Costs, one core")
    table.add_column("", no_wrap=True)
    for heading in ("median ms a question", "memory of the process, MB"):
        table.add_column(heading, justify="right")
    for peer, figures in found.items():
        times = [figures[half][name]["milliseconds"] for half in HALVES for name in figures[half]]
        table.add_row(peer, f"{mean(times):.2f}", f"{figures['megabytes']:.0f}")
    return table


if __name__ == "__main__":
    main()
