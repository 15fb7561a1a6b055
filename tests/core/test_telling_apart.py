"""Chances of each target, learned from phrasings alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.telling_apart import TellingApart
from bot.core.vocabulary import Vocabulary

PHRASINGS = [
    ("water", "how often should I water"),
    ("water", "when do they need water"),
    ("water", "watering once a week"),
    ("light", "how much light do they need"),
    ("light", "is direct light bad"),
    ("pot", "does it need a bigger pot"),
]
VOCABULARY = Vocabulary([], [[text] for _, text in PHRASINGS], [])
READ = [(target, VOCABULARY.read(text)) for target, text in PHRASINGS]
TOLD = TellingApart(READ)


def chances(text: str) -> dict[str, float]:
    return TOLD.chances(VOCABULARY.read(text))


@pytest.mark.parametrize(("target", "text"), PHRASINGS)
def test_each_phrasing_most_probably_asks_for_its_own_target(target: str, text: str) -> None:
    found = chances(text)
    assert max(found, key=found.__getitem__) == target
    assert found[target] > 5 * max(chance for other, chance in found.items() if other != target)


def test_a_word_of_one_target_alone_speaks_for_it_more_than_a_word_of_two() -> None:
    assert chances("light")["light"] > chances("need")["light"]


def test_without_a_known_word_every_target_has_the_same_slight_chance() -> None:
    assert chances("zebra") == chances("quagga")
    assert max(chances("zebra").values()) < 0.05


@given(st.lists(st.sampled_from(["how", "often", "water", "light", "pot", "zebra", "direct"]), max_size=8))
def test_the_chances_are_from_0_to_1_and_sum_to_at_most_1(said: list[str]) -> None:
    found = chances(" ".join(said))
    assert all(0 <= chance <= 1 for chance in found.values())
    assert sum(found.values()) <= 1 + 1e-9


def test_a_target_with_few_phrasings_is_heard_beside_one_with_many() -> None:
    many = [("many", f"is it number {number}") for number in range(40)]
    few = [("few", "is it green"), ("few", "green is it")]
    vocabulary = Vocabulary([], [[text] for _, text in (*many, *few)], [])
    told = TellingApart([(target, vocabulary.read(text)) for target, text in (*many, *few)])
    found = told.chances(vocabulary.read("is it green"))
    assert found["few"] > 5 * found["many"]


@settings(max_examples=20)
@given(st.permutations(READ))
def test_the_order_of_the_phrasings_is_of_no_account(read) -> None:
    for text in ("how often", "bigger light", "need"):
        words = VOCABULARY.read(text)
        assert TellingApart(read).chances(words) == pytest.approx(TOLD.chances(words), abs=1e-12)
