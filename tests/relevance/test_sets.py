"""The sets of the benchmark on other subjects: what they hold, and how the matcher does on them."""

import pytest

from bot.core.text import tokens
from tests.benchmarks.general import KINDS, QuestionsAndPhrasings, auroc, measure, read_sets
from tests.benchmarks.peers import ours, tf_idf_nearest

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


@pytest.mark.parametrize("questions", SETS, ids=lambda found: found.name)
def test_questions_in_usual_words_find_their_target_slips_or_not(questions: QuestionsAndPhrasings) -> None:
    reporting = questions.half("reporting")
    found = measure(ours(questions.phrasings), reporting)
    assert found.clean_by_kind["plain"] >= 85
    assert found.slips_by_kind["plain"] >= 85


def test_the_matcher_is_ahead_of_the_nearest_phrasing_on_the_mean_of_all_sets() -> None:
    ahead = []
    for questions in SETS:
        reporting = questions.half("reporting")
        one, other = (measure(build(questions.phrasings), reporting) for build in (ours, tf_idf_nearest))
        ahead.append((one.clean - other.clean, one.slips - other.slips, one.auroc - other.auroc))
    assert all(sum(column) / len(SETS) > 1 for column in zip(*ahead, strict=True))


def test_auroc_is_the_chance_that_one_of_the_higher_is_above_one_of_the_lower() -> None:
    assert auroc([3, 2], [1, 0]) == 1
    assert auroc([1], [1]) == 0.5
    assert auroc([0, 2], [1]) == 0.5
