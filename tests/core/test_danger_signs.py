"""The file of danger signs: what a pattern means, and which mistakes are refused."""

import pytest
from pydantic import ValidationError

from bot.core.danger import Act, Calm, DangerReader
from bot.core.danger_signs import DangerSign, DangerSigns, parse_pattern


def sign(*acts: str, **fields: object) -> DangerSign:
    return DangerSign.model_validate({"id": "sign", "title": "A sign", "say": "Call {phone}.", "acts": acts, **fields})


def shows(pattern: str, message: str) -> bool:
    signs = DangerSigns(words={"animal": ("cow", "goats")}, signs=(sign(pattern),))
    return isinstance(DangerReader(signs).read(message), Act)


@pytest.mark.parametrize(
    ("pattern", "shown", "not_shown"),
    [
        ("roof leak", "my roofs are leaking", "my leak is in the roof"),
        ("roof leak", "my roof it is now leaking", "my roof is what it always was, never mind, and leaks"),
        ("=leaked", "my roof leaked now", "my roof leaks now"),
        ("roof|wall crack", "my wall cracked now", "my door cracked now"),
        ("<animal> loose", "my goat is loose now", "my horse is loose now"),
        ("break_loose", "my bull broke loose now", "my bull broke itself loose now"),
        ("degrees 38-40", "now i have degrees 39.5", "now i have degrees 41"),
        ("smoke & kitchen", "my kitchen is full of smoke", "my kitchen is clean"),
    ],
)
def test_a_pattern_shows_what_its_notation_says(pattern: str, shown: str, not_shown: str) -> None:
    assert shows(pattern, shown)
    assert not shows(pattern, not_shown)


@pytest.mark.parametrize(
    "typed", ["my chimny smokes now", "my chimnney smokes now", "MY CHIMNEY SMOKES NOW", "mychimney smokes now"]
)
def test_a_misspelt_word_is_still_that_word(typed: str) -> None:
    signs = DangerSigns(words={"stove": ("chimney",)}, signs=(sign("<stove> smoke"),))
    assert not isinstance(DangerReader(signs).read(typed), Calm)


def test_a_lookalike_is_not_taken_for_a_misspelt_word() -> None:
    careless = DangerSigns(signs=(sign("flooding"),))
    careful = careless.model_copy(update={"lookalikes": ("floating",)})
    assert not isinstance(DangerReader(careless).read("my boat is floating now"), Calm)
    assert DangerReader(careful).read("my boat is floating now") == Calm()


def test_a_harmless_phrase_shows_no_danger_but_hides_none_beside_it() -> None:
    signs = DangerSigns(harmless=("fire_works",), signs=(sign("fire"),))
    assert DangerReader(signs).read("we saw fire works now") == Calm()
    assert isinstance(DangerReader(signs).read("we saw fire works and my house is on fire now"), Act)


@pytest.mark.parametrize("line", ["a ?", "<Two words>", "=", "a|", "|a", "a__b", "1-", " & "])
def test_a_pattern_that_is_not_understood_is_refused_with_its_words(line: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        parse_pattern(line)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"signs": [{"id": "a", "title": "A", "say": "Go."}]}, "neither acts nor asks"),
        ({"signs": [{"id": "a", "title": "A", "say": "Go {home}.", "acts": ["x"]}]}, "unknown placeholder"),
        ({"signs": [{"id": "a", "title": "A", "say": "Go.", "acts": ["<none> x"]}]}, "names the group <none>"),
        ({"signs": [{"id": "a", "title": "A", "say": "Go.", "acts": ["x"]}] * 2}, "two danger signs have the id"),
        ({"wrods": {}}, "Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_file_is_refused_and_named(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        DangerSigns.model_validate(fields)
