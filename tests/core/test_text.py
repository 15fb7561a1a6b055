"""A patient's words as tokens that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import Token, normalise, sentences, stem, tokens


def words(text: str) -> str:
    return " ".join(token.word for token in tokens(text))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("What's up, Doc?", "what is up doc"),
        ("don’t DON'T dont", "do not do not do not"),
        ("im 18wks", "i am 18 weeks"),
        ("wat r u doing b4 2nite pls", "what are you doing before tonight please"),
        ("D & C, d+c, D&C", "d&c d&c d&c"),
        ("Café naïve", "cafe naive"),
        ("sooooo baaaad", "soo baad"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("the mother's dog", "the mother dog"),
        ("18.5 weeks or 3,5 kg", "18.5 weeks or 3,5 kilograms"),
        ("b/c I went w/o it", "because i went without it"),
        ("omg lol um", ""),
        ("😀 … — !?", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_message_are_read_as_they_were_meant(written: str, read: str) -> None:
    assert words(written) == read


def test_a_token_knows_how_it_was_written_and_how_it_is_compared() -> None:
    assert tokens("im bleeding") == (
        Token("im", "i", "i"),
        Token("im", "am", "be"),
        Token("bleeding", "bleeding", "bleed"),
    )


@pytest.mark.parametrize(
    "forms",
    [
        "bleed bleeds bleeding bled",
        "treat treats treated treating treatment",
        "danger dangers dangerous",
        "baby babies",
        "pregnancy pregnancies",
        "stitch stitches stitched stitching",
        "woman women",
        "lose loses losing lost",
        "recommend recommended recommending recommendation",
        "swim swimming",
        "early earlier earliest",
        "come came comes coming",
        "give gave given gives",
        "take took taken taking",
        "have had has having",
        "make made makes making",
        "leave left leaving",
        "soon sooner",
        "tooth teeth",
    ],
)
def test_the_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("pain", "pair"), ("this", "thing"), ("during", "dure"), ("us", "use")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@given(st.from_regex("[a-z]{4,20}", fullmatch=True))
def test_a_stem_of_a_longer_word_has_at_least_three_letters_or_is_irregular(word: str) -> None:
    assert len(stem(word)) >= 3 or stem(word) in {"be", "do", "go"}


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("I bled. Is that bad? yes", ["I bled.", "Is that bad?", "yes"]),
        ("one\ntwo\n\nthree", ["one", "two", "three"]),
        ("well... maybe – no", ["well", "maybe", "no"]),
        ("18.5 weeks", ["18.5 weeks"]),
        (" \n ", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


@given(st.text())
def test_any_text_can_be_read_and_its_words_are_lower_case_without_space(text: str) -> None:
    for token in tokens(text):
        assert token.word == token.word.lower()
        assert token.word.split() == [token.word]
        assert token.stem


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_makes_no_difference(text: str) -> None:
    assert normalise(text.upper()) == normalise(text)
