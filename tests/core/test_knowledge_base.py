"""The rules between values, without files."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bot.core.knowledge import Document, Point, Section
from bot.core.knowledge_base import KnowledgeBase, Place, Problem, nearest, problems


def point(name: str, **fields: Any) -> dict[str, Any]:
    known = {"id": name, "title": name, "answer": "Yes.", "paragraphs": [1], "phrasings": [f"what is {name}"]}
    return known | fields


def base_of(*points: Any, **fields: Any) -> dict[str, Any]:
    section = {"id": "basics", "title": "Basics", "paragraphs": 2, "points": list(points)}
    return {"documents": [{"id": "heart", "published": "2020-01-31", "sections": [section]}]} | fields


AT_POINTS = ("documents", 0, "sections", 0, "points")


def test_a_typed_base_is_held_to_the_rules_as_well() -> None:
    pump = Point(id="pump", title="Pump", answer="Yes.", paragraphs=(3,), phrasings=("what is it",))
    document = Document(
        id="heart",
        title="The heart",
        publisher="A clinic",
        published=date(2020, 1, 31),
        url="https://example.org",
        sections=(Section(id="basics", title="Basics", paragraphs=2, points=(pump, pump)),),
    )
    found = problems(KnowledgeBase(documents=(document,)).model_dump())
    assert sorted(problem.place for problem in found) == [
        (*AT_POINTS, 0, "paragraphs", 0),
        (*AT_POINTS, 1, "id"),
        (*AT_POINTS, 1, "paragraphs", 0),
        (*AT_POINTS, 1, "phrasings", 0),
    ]


def test_a_problem_names_both_of_its_places() -> None:
    assert problems(base_of(point("a"), point("a", phrasings=["what else"]))) == [
        Problem(
            (*AT_POINTS, 1, "id"),
            'the id "a" is used twice among the points',
            "Give one of the two another id.",
            other=(*AT_POINTS, 0, "id"),
        )
    ]


GAP = {"title": "its price", "words": []}
NAMED_TWICE: dict[str, tuple[dict[str, Any], Place]] = {
    "documents": ({"documents": [{"id": "a"}, {"id": "a"}]}, ("documents", 1, "id")),
    "sections": (
        {"documents": [{"sections": [{"id": "a"}, {"id": "a"}]}]},
        ("documents", 0, "sections", 1, "id"),
    ),
    "points of two documents": (
        {"documents": [{"sections": [{"points": [{"id": "a"}]}]}] * 2},
        ("documents", 1, "sections", 0, "points", 0, "id"),
    ),
    "gaps": ({"documents": [{"not_covered": [GAP, GAP]}]}, ("documents", 0, "not_covered", 1, "title")),
    "small talk": ({"language": {"small_talk": [{"id": "a"}] * 2}}, ("language", "small_talk", 1, "id")),
    "aspects": ({"language": {"aspects": [{"id": "a"}] * 2}}, ("language", "aspects", 1, "id")),
    "languages": (
        {"language": {"other_languages": [{"name": "French"}] * 2}},
        ("language", "other_languages", 1, "name"),
    ),
    "danger signs": ({"danger": {"signs": [{"id": "a"}] * 2}}, ("danger", "signs", 1, "id")),
    "tips": ({"tips": {"tips": [{"id": "a"}] * 2}}, ("tips", "tips", 1, "id")),
}


@pytest.mark.parametrize(("written", "place"), NAMED_TWICE.values(), ids=NAMED_TWICE)
def test_no_two_of_a_kind_have_one_name(written: dict[str, Any], place: Place) -> None:
    assert [problem.place for problem in problems(written)] == [place]


def test_sections_of_two_documents_may_have_one_name() -> None:
    assert problems({"documents": [{"sections": [{"id": "a"}]}] * 2}) == []


def test_a_base_has_a_document() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        KnowledgeBase(documents=())


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"documents": None, "language": "text", "danger": [], "questions": 5},
        {"documents": [None, "text", {"sections": [[], {"points": [7, {"id": ["a"], "paragraphs": [{}]}]}]}]},
        base_of(point("a", phrasings="what is a", follow_ups=[{"point": None}], not_covered=[""])),
        base_of(point("a", phrasings=["", None, {}], paragraphs=["", "9" * 5000])),
    ],
)
def test_what_is_malformed_is_no_matter_of_these_rules(written: dict[str, Any]) -> None:
    assert problems(written) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is it?", "what is it"),
        ("what  is\tit", "what is it"),
        ("I'm 18 weeks", "im 18 weeks"),
        ("café", "CAFE"),
        ("D & C", "d&c"),
        ("👍", " 👍 "),
    ],
)
def test_case_punctuation_and_spaces_do_not_make_another_phrasing(one: str, other: str) -> None:
    found = problems(base_of(point("a", phrasings=[one]), point("b", phrasings=[other])))
    assert [problem.place for problem in found] == [(*AT_POINTS, 1, "phrasings", 0)]


@pytest.mark.parametrize(("one", "other"), [("can I swim", "can I run"), ("👍", "👎"), ("?", "??"), ("1.5", "15")])
def test_other_words_or_signs_make_another_phrasing(one: str, other: str) -> None:
    assert problems(base_of(point("a", phrasings=[one]), point("b", phrasings=[other]))) == []


def test_two_points_may_share_a_gap_but_not_a_point_and_a_gap() -> None:
    gap = {"title": "its price", "phrasings": ["what does it cost"]}
    assert problems(base_of(point("a", not_covered=[gap]), point("b", not_covered=[gap]))) == []
    found = problems(base_of(point("a", not_covered=[gap]), point("b", phrasings=["What does it cost?"])))
    assert [problem.place for problem in found] == [(*AT_POINTS, 0, "not_covered", 0, "phrasings", 0)]


def test_the_same_words_may_lead_elsewhere_from_another_point() -> None:
    to_a, to_b = {"words": ["how early"], "point": "a"}, {"words": ["how early"], "point": "b"}
    assert problems(base_of(point("a", follow_ups=[to_b]), point("b", follow_ups=[to_a]))) == []
    found = problems(base_of(point("a", follow_ups=[to_a, to_b]), point("b")))
    assert [problem.place for problem in found] == [(*AT_POINTS, 0, "follow_ups", 1, "words", 0)]


def test_small_talk_that_is_a_points_phrasing_is_found_for_it_would_hide_the_point() -> None:
    talk = {"small_talk": [{"id": "thanks", "phrasings": ["thanks", "what is a"]}]}
    found = problems(base_of(point("a"), language=talk))
    assert [problem.place for problem in found] == [("language", "small_talk", 0, "phrasings", 1)]


def test_every_place_that_names_a_point_is_followed() -> None:
    lead = {"words": ["and then"], "point": "b"}
    questions = {
        "questions": [{"text": "why", "kind": "near", "points": ["b"]}],
        "conversations": [{"name": "one", "turns": [{"say": "why", "points": ["a", "b"]}]}],
    }
    written = base_of(point("a", follow_ups=[lead]), questions=questions)
    written["documents"][0]["follow_ups"] = [lead]
    written["tips"] = {"tips": [{"id": "t", "point": "a"}, {"id": "u", "point": "b"}]}
    assert [problem.place for problem in problems(written)] == [
        ("documents", 0, "follow_ups", 0, "point"),
        (*AT_POINTS, 0, "follow_ups", 0, "point"),
        ("tips", "tips", 1, "point"),
        ("questions", "questions", 0, "points", 0),
        ("questions", "conversations", 0, "turns", 0, "points", 1),
    ]
    assert problems(written, all_documents_were_read=False) == []


def test_the_clinics_time_zone_is_a_known_one_where_the_known_ones_are_given() -> None:
    written = base_of(point("a"), clinic={"time_zone": "Europe/Berlinn"})
    zones = {"Europe/Berlin", "UTC"}
    (found,) = problems(written, time_zones=zones)
    assert (found.place, found.remedy) == (
        ("clinic", "time_zone"),
        'Write a name such as America/Chicago; perhaps "Europe/Berlin" is meant.',
    )
    assert problems(base_of(point("a"), clinic={"time_zone": "UTC"}), time_zones=zones) == []
    assert problems(written) == []


@pytest.mark.parametrize(
    ("dates", "wrong"),
    [
        ({"reviewed_on": "2020-01-31", "next_review": "2020-02-01"}, []),
        ({"reviewed_on": "2020-01-30"}, ["reviewed_on"]),
        ({"reviewed_on": "2020-03-01", "next_review": "2020-03-01"}, ["next_review"]),
        ({"next_review": "2019-01-01"}, []),
        ({"reviewed_on": "soon", "next_review": "2019-01-01"}, []),
        ({"published": "86400"}, ["published"]),
    ],
)
def test_a_review_follows_publication_and_the_next_one_follows_it(dates: dict[str, str], wrong: list[str]) -> None:
    written = base_of(point("a"))
    written["documents"][0] |= dates
    assert [problem.place for problem in problems(written)] == [("documents", 0, name) for name in wrong]


def test_the_nearest_word_is_the_likely_one_and_none_is_better_than_any() -> None:
    assert nearest("anwser", ["title", "answer", "detail"]) == "answer"
    assert nearest("zzz", ["title", "answer", "detail"]) is None
    assert nearest("answer", []) is None
