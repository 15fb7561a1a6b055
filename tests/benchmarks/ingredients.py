"""What each ingredient of the matching is worth: switched off one at a time, everything else as it is.

``python -m tests.benchmarks.ingredients [--knowledge DIR]`` prints, for all labelled messages of a knowledge base,
the percentages without each ingredient less those with all of them. Thresholds stay where they are.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bot.core import danger, deciding, matching, telling_apart, vocabulary
from bot.core.dialogue import Dialogue
from bot.core.evaluation import Measures, judge_all, measure
from bot.core.knowledge_base import KnowledgeBase
from bot.core.questions import LabelledQuestion
from bot.knowledge_files import load, load_questions

_COLUMNS = {
    "right": "right",
    "right_or_offered": "or offered",
    "wrong": "wrong",
    "near_not_answered": "near",
    "foreign_not_answered": "foreign",
    "danger_caught": "danger",
    "calm_asked_or_alarmed": "calm alarmed",
}
_Change = tuple[object, str, object]


def _without_gaps(base: KnowledgeBase) -> KnowledgeBase:
    documents = []
    for document in base.documents:
        sections = tuple(
            section.model_copy(
                update={"points": tuple(point.model_copy(update={"not_covered": ()}) for point in section.points)}
            )
            for section in document.sections
        )
        documents.append(document.model_copy(update={"sections": sections, "not_covered": ()}))
    return base.model_copy(update={"documents": tuple(documents)})


def _without_language(name: str) -> Callable[[KnowledgeBase], KnowledgeBase]:
    return lambda base: base.model_copy(update={"language": base.language.model_copy(update={name: ()})})


def _without_other_subjects(base: KnowledgeBase) -> KnowledgeBase:
    return base.model_copy(update={"other_subjects": base.other_subjects.model_copy(update={"subjects": ()})})


def _without_danger_messages(base: KnowledgeBase) -> KnowledgeBase:
    empty = base.danger_messages.model_copy(update={"alarming": (), "calm": ()})
    return base.model_copy(update={"danger_messages": empty})


_IN_THE_DATA: Mapping[str, Callable[[KnowledgeBase], KnowledgeBase]] = {
    "synonyms": _without_language("synonyms"),
    "aspects: what is asked about a subject": _without_language("aspects"),
    "gaps: what the document is silent on": _without_gaps,
    "other subjects": _without_other_subjects,
    "labelled danger messages": _without_danger_messages,
}
_IN_THE_CODE: Mapping[str, Sequence[_Change]] = {
    "learned chances": [(deciding, "_CHANCE", 0.0)],
    "learned chances: neighbouring words": [(telling_apart, "_PAIR_SHARE", 1e-6)],
    "learned chances: first and last word": [(telling_apart, "_END_SHARE", 1e-6)],
    "closeness to all phrasings together": [(deciding, "_CLOSENESS", 0.0)],
    "closeness: runs of letters": [(matching, "_LETTERS", 1e-6)],
    "closeness: neighbouring words": [(matching, "_PAIRS", 1e-6)],
    "likeness of the nearest phrasing": [(deciding, "_LIKENESS", 0.0), (deciding, "_EXACT", 0.0)],
    "frame words weigh less": [
        (matching.Index.__init__, "__defaults__", (1.0,)),
        (telling_apart, "_FRAME_SHARE", 1.0),
    ],
    "how much of a message is known": [(deciding, "_KNOWN", 0.0), (deciding, "_UNKNOWN", 0.0)],
    "spelling mended": [(vocabulary.Vocabulary, "_find_known", lambda _self, _word: ())],
    "ordinary English left as it is": [(vocabulary, "ORDINARY_STEMS", frozenset())],
    "questions of a message split off": [(deciding, "parts", lambda _text: [])],
    "danger signs' patterns": [(danger.DangerReader, "_by_patterns", lambda _self, _text: danger.Calm())],
}


def variants(base: KnowledgeBase) -> Iterator[tuple[str, KnowledgeBase, Sequence[_Change]]]:
    """A name, the knowledge and the changes to the code, for all ingredients and then without each."""
    yield "all", base, ()
    for name, changes in _IN_THE_CODE.items():
        yield name, base, changes
    for name, without in _IN_THE_DATA.items():
        yield name, without(base), ()


def measured(base: KnowledgeBase, questions: Sequence[LabelledQuestion], changes: Sequence[_Change]) -> Measures:
    with ExitStack() as stack:
        for owner, name, value in changes:
            stack.enter_context(patch.object(owner, name, value))
        return measure(judge_all(Dialogue(base), questions), [])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    folder = parser.parse_args().knowledge
    base, questions = load(folder), load_questions(folder).questions
    table = Table(title=f"{len(questions)} labelled messages, both halves: percent with all, and what is lost or won")
    table.add_column("without", no_wrap=True)
    for heading in _COLUMNS.values():
        table.add_column(heading, justify="right")
    whole: Measures | None = None
    for name, changed, changes in variants(base):
        found = measured(changed, questions, changes)
        table.add_row(name, *(_told(getattr(found, field), getattr(whole, field, None)) for field in _COLUMNS))
        whole = whole or found
    Console(width=120).print(table)


def _told(value: float | None, whole: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if whole is None else f"{value - whole:+.1f}"


if __name__ == "__main__":
    main()
