"""Warnings about a knowledge base that is free of mistakes, and the reading grade behind some of them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.danger_signs import DangerSign, DangerSigns
from bot.core.knowledge import Clinic, Document, Point, Section
from bot.core.knowledge_base import KnowledgeBase
from bot.core.questions import QuestionSet
from bot.core.tips import Tip, Tips
from bot.knowledge_check import check
from bot.reading_grade import reading_grade, syllables

NO_TIPS = Tips()
ONE_SIGN = DangerSigns(signs=(DangerSign(id="pain", title="Pain", say="Call {phone}.", acts=("bad pain",)),))
TODAY = date(2026, 6, 1)
HARD = "Insufficiency necessitates comprehensive multidisciplinary evaluation of contraindications."


HARD_TIP = Tip(id="hard", title="T", text=HARD, point="pump")


def point(**fields: Any) -> Point:
    phrasings = tuple(f"what is {number}" for number in range(8))
    known = {
        "id": "pump",
        "title": "Pump",
        "answer": "It is a pump.",
        "paragraphs": (1,),
        "phrasings": phrasings,
    }
    return Point.model_validate(known | fields)


def warnings(
    clinic: Clinic | None = None,
    only: Point | None = None,
    tips: Tips = NO_TIPS,
    danger: DangerSigns = ONE_SIGN,
    **fields: Any,
) -> list[str]:
    known = {
        "id": "heart",
        "title": "The heart",
        "publisher": "A clinic",
        "published": date(2020, 1, 31),
        "url": "https://example.org",
        "reviewed_on": date(2026, 1, 1),
        "next_review": date(2027, 1, 1),
        "sections": (Section(id="basics", title="Basics", paragraphs=2, points=(only or point(),)),),
    }
    document = Document.model_validate(known | fields)
    clinic = clinic or Clinic(name="Riverside", phone="555", emergency_number="911")
    base = KnowledgeBase(clinic=clinic, documents=(document,), tips=tips, danger=danger)
    return [str(advice) for advice in check(base, QuestionSet(), TODAY)]


def test_a_good_base_is_passed_in_silence() -> None:
    assert warnings() == []


def test_a_base_without_danger_signs_is_told_of_it() -> None:
    assert warnings(danger=DangerSigns()) == [
        "danger-signs.yaml: no danger sign is known. Write the file, with a clinician: without it every cry for help "
        "is taken for a question."
    ]


def test_a_clinic_that_can_not_be_reached_is_told() -> None:
    assert warnings(Clinic(is_sample=True)) == [
        "clinic.yaml: the clinic is a made-up sample. "
        "Put in your own clinic's particulars, and set is_sample to false.",
        "clinic.yaml: the clinic has no name. Add name, so that a patient knows who speaks to her.",
        "clinic.yaml: there is no phone number. Add phone, so that a patient can reach somebody.",
        "clinic.yaml: there is no emergency number. "
        "Add emergency_number, such as 911, for messages with a danger sign.",
    ]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (
            (None, None),
            "nobody at the clinic has reviewed it. "
            "Have a clinician compare it with its source, then fill in reviewed_on.",
        ),
        ((date(2026, 1, 1), None), "no next review is planned. Fill in next_review."),
        (
            (date(2026, 1, 1), TODAY),
            "its review has been due since 2026-06-01. Review it, and change both dates.",
        ),
        ((date(2026, 1, 1), date(2026, 6, 2)), "its next review is due on 2026-06-02. Plan the review."),
        ((date(2026, 1, 1), date(2026, 7, 1)), "its next review is due on 2026-07-01. Plan the review."),
        (
            (date(2026, 6, 2), date(2027, 1, 1)),
            "reviewed_on, 2026-06-02, is in the future. Give the day of the review.",
        ),
    ],
)
def test_a_review_that_is_missing_or_due_is_told(dates: tuple[date | None, date | None], said: str) -> None:
    assert warnings(reviewed_on=dates[0], next_review=dates[1]) == [f"heart: {said}"]


def test_a_review_that_is_due_in_31_days_can_wait() -> None:
    assert warnings(next_review=date(2026, 7, 2)) == []


def test_too_few_phrasings_are_told() -> None:
    few = point(phrasings=[f"what is {number}" for number in range(7)])
    said = "it has only 7 phrasings. Add phrasings until there are 8, as patients type them."
    assert warnings(only=few) == [f"heart / pump: {said}"]


def test_a_tip_is_graded_as_an_answer_is() -> None:
    tips = Tips(tips=(Tip(id="easy", title="T", text="Eat well.", point="pump"), HARD_TIP))
    grade = f"{reading_grade(HARD):.1f}"
    right = "Use shorter sentences and words, down to grade 9."
    assert warnings(tips=tips) == [f"tips / hard: the text reads at grade {grade}. {right}"]


def test_an_answer_and_its_detail_are_each_graded() -> None:
    right = "Use shorter sentences and words, down to grade 9."
    grade = f"{reading_grade(HARD):.1f}"
    assert warnings(only=point(answer=HARD, detail=HARD)) == [
        f"heart / pump: the answer reads at grade {grade}. {right}",
        f"heart / pump: the detail reads at grade {grade}. {right}",
    ]


def test_the_name_of_a_documents_subject_is_not_held_against_an_answer() -> None:
    answer = "Cardiovascular decompensation can be treated."
    assert len(warnings(only=point(answer=answer))) == 1
    assert warnings(only=point(answer=answer), also_called=["Cardiovascular decompensation"]) == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("baby", 2), ("doctor", 2), ("hospital", 3), ("information", 4), ("18", 1)],
)
def test_syllables_are_those_of_a_dictionary(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_flesch_and_kincaids() -> None:
    # Six words, one sentence, six syllables.
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    # Nine words, two sentences, twelve syllables: that of one letter in "o-pen" is missed.
    text = "Call your doctor. The hospital is open all day."
    assert reading_grade(text) == pytest.approx(0.39 * 9 / 2 + 11.8 * 12 / 9 - 15.59)


def test_list_items_and_paragraphs_are_sentences() -> None:
    one = reading_grade("Call. Rest. Eat well.")
    assert reading_grade("Call\n\nRest\n\nEat well") == one
    assert reading_grade("Call\n• Rest\n• Eat well") == one
    assert reading_grade("Call\n1. Rest\n2. Eat well") == one
    assert reading_grade("Call\nRest\nEat well") > one, "a line that was only wrapped is no sentence"


def test_longer_words_and_longer_sentences_raise_the_grade() -> None:
    assert reading_grade("The doctor helps.") < reading_grade("The physician facilitates.")
    assert reading_grade("Call us. We are here.") < reading_grade("Call us and we are here.")


def test_a_known_name_counts_as_one_short_word_in_any_case_and_the_longest_name_first() -> None:
    names = ["hyperemesis", "hyperemesis gravidarum"]
    assert reading_grade("Rest helps Hyperemesis  Gravidarum.", names) == reading_grade("Rest helps it.")


@pytest.mark.parametrize("text", ["", "   ", "…", "• \n• "])
def test_a_text_without_words_has_grade_0(text: str) -> None:
    assert reading_grade(text) == 0


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_has_a_grade(text: str, known: list[str]) -> None:
    assert reading_grade(text, known) >= -3.4 - 1e-9


def test_a_phrasing_that_is_nearer_to_another_point_is_told_with_that_point() -> None:
    pump = point(phrasings=("what does the pump do", "how does a pump beat", "where does the blood leave the valve"))
    valve = point(id="valve", title="Valve", phrasings=("where does blood leave the valve", "why do valves close"))
    points = Section(id="basics", title="Basics", paragraphs=2, points=(pump, valve))
    found = [said for said in warnings(sections=(points,)) if "nearer to" in said]
    assert found[0].startswith(
        'heart / pump: the phrasing "where does the blood leave the valve" is nearer to the point "valve"'
    )
