"""How well a knowledge base answers its own labelled questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.dialogue import Dialogue
from bot.core.evaluation import (
    Band,
    Judged,
    Result,
    below_floors,
    calibration,
    judge,
    judge_all,
    judge_conversations,
    measure,
    misspelt,
)
from bot.core.questions import Floors, LabelledQuestion, QuestionSet


def labelled(text: str, kind: str, *points: str) -> LabelledQuestion:
    return LabelledQuestion.model_validate({"text": text, "kind": kind, "points": points})


@pytest.mark.parametrize(
    ("question", "result"),
    [
        (labelled("when should I repot a plant", "answer", "repotting"), Result.RIGHT),
        (labelled("when should I repot a plant", "answer", "bright-light", "repotting"), Result.RIGHT),
        (labelled("when should I repot a plant", "answer", "bright-light"), Result.WRONG),
        (labelled("when should I repot a plant? is sunlight bad for plants?", "answer", "bright-light"), Result.WRONG),
        (labelled("which references do you have", "answer", "where-from"), Result.RIGHT),
        (labelled("how long should I water my plants", "answer", "how-often-to-water"), Result.OFFERED),
        (labelled("how long should I water my plants", "answer", "repotting"), Result.REFUSED),
        (labelled("how much does a house plant cost", "near"), Result.REFUSED),
        (labelled("my son swallowed a leaf", "danger"), Result.ALARMED),
        (labelled("leaf eaten", "danger"), Result.ASKED),
        (labelled("hello", "small_talk"), Result.REFUSED),
    ],
)
def test_a_message_is_judged_by_what_became_of_it(plants: Dialogue, question: LabelledQuestion, result: Result) -> None:
    assert judge(plants, question).result is result


def case(kind: str, result: Result) -> Judged:
    return Judged(labelled("text", kind, "point"), result, ())


def test_shares_are_percentages_of_the_messages_of_their_kind() -> None:
    judged = [
        *(case("answer", result) for result in (Result.RIGHT, Result.RIGHT, Result.OFFERED, Result.WRONG)),
        *(case("near", result) for result in (Result.REFUSED, Result.OFFERED, Result.WRONG, Result.RIGHT)),
        *(case("danger", result) for result in (Result.ALARMED, Result.ASKED, Result.REFUSED, Result.RIGHT)),
        *(case("calm", result) for result in (Result.ALARMED, Result.ASKED, Result.RIGHT, Result.RIGHT)),
    ]
    found = measure(judged, [])
    assert (found.right, found.right_or_offered, found.wrong) == (50, 75, 25)
    assert found.near_not_answered == 50
    assert (found.danger_caught, found.danger_acted) == (50, 25)
    assert (found.calm_asked_or_alarmed, found.calm_alarmed) == (50, 25)
    assert (found.foreign_not_answered, found.leaning_turns_right, found.turns_right) == (None, None, None)
    assert found.counts == {"answer": 4, "near": 4, "danger": 4, "calm": 4}


def turn(say: str, expect: str, *points: str, leans: bool = False) -> dict[str, Any]:
    return {"say": say, "expect": expect, "points": points, "leans": leans}


def test_a_conversation_is_judged_turn_by_turn_with_its_context(plants: Dialogue) -> None:
    turns = [
        turn("how often should I water my plants", "answer", "how-often-to-water"),
        turn("and in winter", "answer", "winter-rest", leans=True),
        turn("and in winter", "answer", "repotting", leans=True),
        turn("my son swallowed a leaf", "confirm_urgent"),
        turn("thanks", "answer", "repotting"),
    ]
    questions = QuestionSet.model_validate({"conversations": [{"name": "watering", "turns": turns}]})
    judged = list(judge_conversations(plants, questions))
    assert [each.is_right for each in judged] == [True, True, False, True, False]
    assert judged[1].given == ("winter-rest",)
    found = measure([], judged)
    assert (found.leaning_turns_right, found.turns_right) == (50, 60)


def test_each_floor_that_is_missed_is_said_in_a_sentence_and_others_are_not() -> None:
    found = measure([case("answer", Result.RIGHT), case("answer", Result.WRONG), case("calm", Result.ALARMED)], [])
    floors = Floors(right=50.5, right_or_offered=50, wrong_at_most=10, danger_caught=99, calm_alarmed_at_most=100)
    assert below_floors(found, floors) == [
        "right is 50.0 %, below its floor of 50.5 %",
        "wrong is 50.0 %, above its limit of 10.0 %",
    ]
    assert below_floors(found, Floors()) == []


def edits(one: str, other: str) -> bool:
    """Whether one slip of the finger leads from one word to the other."""
    dropped = {one[:i] + one[i + 1 :] for i in range(len(one))}
    added = {other[:i] + other[i + 1 :] for i in range(len(other))}
    swapped = {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)}
    mistyped = len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
    return other in dropped or one in added or other in swapped or mistyped or one == other


@given(st.text(alphabet="abcdefghij ,é1", max_size=60), st.integers(1, 8))
def test_a_misspelt_text_has_at_most_one_slip_a_word_and_is_always_the_same(text: str, one_in: int) -> None:
    written = misspelt(text, one_in)
    assert written == misspelt(text, one_in)
    pairs = list(zip(text.split(" "), written.split(" "), strict=True))
    assert all(edits(meant, typed) for meant, typed in pairs)
    assert all(meant == typed for meant, typed in pairs if len(meant) < 4 or not meant.isalpha())


def test_with_one_slip_in_one_word_every_long_word_slips() -> None:
    meant = "water plants bigger window"
    assert all(one != other for one, other in zip(meant.split(), misspelt(meant, 1).split(), strict=True))


def test_slips_are_judged_in_place_of_the_text(plants: Dialogue) -> None:
    question = labelled("when should I repot a plant", "answer", "repotting")
    assert judge(plants, question, "hello").result is Result.REFUSED
    assert judge_all(plants, [question]) == [judge(plants, question)]
    assert judge_all(plants, [question], 1) == [judge(plants, question, misspelt(question.text, 1))]


def test_the_half_of_a_question_depends_on_its_text_alone() -> None:
    texts = [f"question number {number}" for number in range(400)]
    halves = [labelled(text, "foreign").half for text in texts]
    assert halves == [labelled(text, "answer", "point").half for text in texts]
    assert set(halves) == {"tuning", "reporting"}
    assert 150 < halves.count("tuning") < 250


def test_a_band_tells_how_often_its_best_points_are_right(plants: Dialogue) -> None:
    asked = [
        labelled("when should I repot a plant", "answer", "repotting"),
        labelled("when should I repot a plant?", "answer", "bright-light"),
        labelled("hello", "small_talk"),
    ]
    score = plants.matcher.read(asked[0].text).points[0].score
    assert calibration(plants.matcher, asked) == [Band(80, 2, score, 50.0)]
