"""How near a question is to each thing that can be asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.matching import Index, Match, Target, read_targets
from bot.core.vocabulary import Vocabulary, Word

TARGETS = [
    Target("water", ("how often should I water my plants", "when do plants need water"), ("watering",)),
    Target("light", ("how much light do plants need", "is direct light bad")),
    Target("repot", ("when should I repot a plant", "diagnosis of a root")),
]


def made(targets: list[Target]) -> tuple[Index, Vocabulary]:
    vocabulary = Vocabulary([], [(*target.phrasings, *target.keywords) for target in targets], [])
    return Index(read_targets(targets, vocabulary)), vocabulary


INDEX, VOCABULARY = made(TARGETS)


def rank(text: str) -> list[Match]:
    return INDEX.rank(VOCABULARY.read(text))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.key)
def test_each_phrasing_is_nearest_to_its_own_target_and_wholly_alike(target: Target) -> None:
    for phrasing in (*target.phrasings, *target.keywords):
        best = rank(phrasing)[0]
        assert (best.key, best.phrasing, best.explained) == (target.key, phrasing, 1.0)
        assert best.score == pytest.approx(100, abs=0.001) or len(phrasing.split()) > 1
        assert best.score > 90


def test_an_unknown_word_makes_a_question_less_near_and_less_explained() -> None:
    plain, strange = rank("when do plants need water")[0], rank("when do plants need kerosene")[0]
    assert strange.score < plain.score
    assert strange.explained < plain.explained == 1.0


def test_words_that_only_frame_a_question_do_not_make_it_near() -> None:
    (frames, *_), (meant, *_) = rank("when do I"), rank("water")
    assert frames.score < meant.score


def test_a_related_word_counts_but_less_than_the_word_itself() -> None:
    words = [[Word(key, key, key, is_frame=False)] for key in ("diagnosis", "diagnosistic")]
    equal, related = (INDEX.rank(asked)[0] for asked in words)
    assert (equal.key, related.key) == ("repot", "repot")
    assert 0 < related.score < equal.score
    (one,), (other,) = (INDEX.word_matches(asked, match) for asked, match in zip(words, (equal, related), strict=True))
    assert one.matched == other.matched


def test_nothing_is_near_to_no_words_and_to_letters_that_no_target_has() -> None:
    assert INDEX.rank([]) == []
    assert rank("zzqx 77") == []


def test_the_words_of_a_question_share_its_whole_weight_among_them() -> None:
    words = VOCABULARY.read("how often should I water my cactus")
    found = INDEX.word_matches(words, INDEX.rank(words)[0])
    assert sum(word.share for word in found) == pytest.approx(1)
    assert [(word.word, word.matched) for word in found][-3:] == [
        ("water", "water"),
        ("my", "my"),
        ("cactus", None),
    ]


def test_equal_targets_stand_in_the_order_of_their_keys() -> None:
    index, vocabulary = made([Target(key, ("a green leaf",)) for key in ("b", "c", "a")])
    assert [match.key for match in index.rank(vocabulary.read("green leaf"))] == ["a", "b", "c"]


def test_a_target_that_is_asked_for_is_looked_at_however_many_are_nearer() -> None:
    targets = [Target(f"near-{number:02}", (f"green leaf number {number}",)) for number in range(20)]
    index, vocabulary = made([*targets, Target("far", ("a leaf among many other long words of no account",))])
    words = vocabulary.read("green leaf")
    assert "far" not in {match.key for match in index.rank(words)}
    assert "far" in {match.key for match in index.rank(words, also=["far"])}


def test_how_much_of_a_question_is_unknown_leaves_frame_words_aside() -> None:
    assert INDEX.unknown_share(VOCABULARY.read("how is the water")) == 0
    assert INDEX.unknown_share(VOCABULARY.read("the kerosene and the water")) == 0.5
    assert INDEX.unknown_share([]) == 0


@given(
    st.lists(
        st.sampled_from(["how", "should", "water", "plants", "light", "kerosene", "root", "zz", "diagnose"]),
        max_size=9,
    )
)
def test_every_score_is_from_0_to_100_and_every_ground_from_0_to_1(said: list[str]) -> None:
    for match in rank(" ".join(said)):
        assert 0 <= match.score <= 100
        for ground in (match.likeness, match.closeness, match.explained):
            assert 0 <= ground <= 1 + 1e-9


@given(st.permutations(TARGETS))
def test_the_order_of_the_targets_is_of_no_account(targets: list[Target]) -> None:
    index, vocabulary = made(targets)
    words = vocabulary.read("when should I water or repot")
    assert index.rank(words) == INDEX.rank(words)
