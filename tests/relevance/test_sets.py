"""The sets of the benchmark on other subjects: what they hold, and how the matcher does on them."""

from statistics import mean

import pytest

from bot.core.text import tokens
from tests.benchmarks.general import KINDS, QuestionsAndPhrasings, auroc, measure, read_sets
from tests.benchmarks.peers import bm25, ours

SETS = read_sets()


@pytest.mark.parametrize("questions", SETS, ids=lambda found: found.name)
def test_a_set_asks_each_target_in_three_kinds_of_words_and_never_in_those_of_a_phrasing(
    questions: QuestionsAndPhrasings,
) -> None:
    targets = {target for target, _ in questions.phrasings}
    for kind in KINDS:
        assert {target for target, _ in questions.questions[kind]} == targets
    asked = [frozenset(t.word for t in tokens(text)) for kind in KINDS for _, text in questions.questions[kind]]
    assert not {frozenset(t.word for t in tokens(text)) for _, text in questions.phrasings} & set(asked)
    assert len(questions.foreign) >= 40


def test_questions_find_their_target_slips_or_not_and_more_often_than_by_bm25() -> None:
    halves = [questions.half("reporting") for questions in SETS]
    found = [measure(ours(half.phrasings), half) for half in halves]
    beside = [measure(bm25(half.phrasings), half) for half in halves]
    assert min(figures.clean_by_kind["plain"] for figures in found) >= 85
    assert min(figures.slips_by_kind["plain"] for figures in found) >= 85
    assert mean(figures.clean for figures in found) > mean(figures.clean for figures in beside)
    assert mean(figures.slips for figures in found) > mean(figures.slips for figures in beside) + 2
    assert mean(figures.auroc for figures in found) >= 80


def test_auroc_is_the_chance_that_one_of_the_higher_is_above_one_of_the_lower() -> None:
    assert auroc([3, 2], [1, 0]) == 1
    assert auroc([1], [1]) == 0.5
    assert auroc([0, 2], [1]) == 0.5
