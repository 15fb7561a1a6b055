"""What the knowledge base's words make of a message: spelling mended, synonyms brought together, rarity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.vocabulary import Vocabulary, mended_spellings, phonetic_key, rarity

SYNONYMS = [("pot", "container", "flower pot"), ("cerclage", "stitch", "purse string"), ("d&c", "d n c")]
TEXTS = [
    ["how often should I water the cervix", "symptoms of a dilation"],
    ["which treatment is recommended", "how much weight, how much pain"],
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(SYNONYMS, TEXTS, extra=["tell me more"])


def mended(vocabulary: Vocabulary, text: str) -> list[tuple[str, str]]:
    return mended_spellings(vocabulary.read(text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("symtoms", "symptoms"),  # a letter is missing
        ("symptomms", "symptoms"),  # one is doubled
        ("symptosm", "symptoms"),  # two are swapped
        ("tretment", "treatment"),
        ("wieght", "weight"),
        ("servix", "cervix"),  # it only sounds like it
        ("dilashun", "dilation"),
        ("reccomended", "recommended"),
    ],
)
def test_a_misspelt_word_is_read_as_the_known_one_and_said_to_be(
    vocabulary: Vocabulary, written: str, meant: str
) -> None:
    assert mended(vocabulary, f"the {written}?") == [(written, meant)]
    assert vocabulary.keys(written) == vocabulary.keys(meant)


@pytest.mark.parametrize(
    "word", ["pair", "rain", "waiter", "zebra", "xylophone", "42", "ц", "sympathy", "weekend", "weather"]
)
def test_a_word_that_is_no_slip_of_a_known_one_stays_as_it_is(vocabulary: Vocabulary, word: str) -> None:
    assert [known.mended for known in vocabulary.read(word)] == [False]


def test_a_form_of_a_known_word_is_not_called_misspelt(vocabulary: Vocabulary) -> None:
    assert mended(vocabulary, "watering recommend treating symptom pains") == []


def test_words_that_were_run_together_are_parted(vocabulary: Vocabulary) -> None:
    assert vocabulary.keys("muchpain") == vocabulary.keys("much pain")


def test_a_frame_word_is_mended_without_a_word_about_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.keys("shoud") == vocabulary.keys("should")
    assert mended(vocabulary, "shoud") == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("a container", ("a", "pot")),
        ("two flower pots", ("two", "pot")),
        ("stitched", ("cerclag",)),
        ("the purse string", ("the", "cerclag")),
        ("D n C", ("d&c",)),
        ("flower", ("flower",)),
    ],
)
def test_the_first_of_a_set_of_synonyms_stands_for_the_others(
    vocabulary: Vocabulary, written: str, key: tuple[str, ...]
) -> None:
    assert vocabulary.keys(written) == key


def test_a_misspelt_synonym_is_mended_first(vocabulary: Vocabulary) -> None:
    assert vocabulary.keys("contianer") == ("pot",)
    assert mended(vocabulary, "contianer") == [("contianer", "container")]


@pytest.mark.parametrize(
    ("one", "other"),
    [("servix", "cervix"), ("nee", "knee"), ("fone", "phone"), ("nite", "night"), ("dilashun", "dilation")],
)
def test_what_sounds_alike_shares_a_phonetic_key(one: str, other: str) -> None:
    assert phonetic_key(one) == phonetic_key(other)


@pytest.mark.parametrize(("one", "other"), [("cervix", "service"), ("pain", "bane"), ("eat", "tea")])
def test_what_sounds_different_does_not(one: str, other: str) -> None:
    assert phonetic_key(one) != phonetic_key(other)


def test_a_word_in_every_group_is_least_rare_and_one_in_a_single_group_most() -> None:
    rare = rarity([["the", "cat"], ["the", "dog"], ["the", "the", "dog"]])
    assert rare["cat"] == 1.0
    assert 0 < rare["the"] < rare["dog"] < rare["cat"]


def test_of_two_words_that_are_as_near_the_first_in_the_alphabet_is_read_or_else_the_more_frequent() -> None:
    for texts in (["switching", "stitching"], ["stitching", "switching"]):
        assert Vocabulary([], [texts], []).read("sxitching")[0].read == "stitching"
        assert Vocabulary([], [[*texts, "no switching"]], []).read("sxitching")[0].read == "switching"


@given(st.permutations(SYNONYMS), st.permutations(TEXTS), st.permutations(TEXTS[0]))
def test_the_order_in_which_it_learns_is_of_no_account(synonyms, texts, first) -> None:
    told = Vocabulary(SYNONYMS, TEXTS, ["tell me more"])
    other = Vocabulary(synonyms, [first if text is TEXTS[0] else text for text in texts], ["tell me more"])
    message = "symtoms of wieght, tretment, servix, contianer"
    assert other.read(message) == told.read(message)
