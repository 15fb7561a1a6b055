"""Replies, written from the knowledge base."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.knowledge_base import KnowledgeBase
from bot.core.replies import Answer, Button, Notice, Sources
from bot.core.writing import Writer

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def changed(base: KnowledgeBase, **fields: Any) -> KnowledgeBase:
    """The base with other fields in its only document."""
    return base.model_copy(update={"documents": (base.documents[0].model_copy(update=fields),)})


def with_paragraphs(base: KnowledgeBase, *paragraphs: int) -> KnowledgeBase:
    section, *others = base.documents[0].sections
    point = section.points[0].model_copy(update={"paragraphs": paragraphs})
    section = section.model_copy(update={"points": (point, *section.points[1:])})
    return changed(base, sections=(section, *others))


def answer(base: KnowledgeBase, point: str = "how-often-to-water", now: datetime = AT) -> Answer:
    written = Writer(base).answer(point, now)
    assert isinstance(written, Answer)
    return written


def line(base: KnowledgeBase, now: datetime = AT) -> str:
    return answer(base, now=now).citation.line


SOURCE = "Source: “Keeping house plants”, The Greenhouse Society, section “Watering”, paragraphs 1–3, April 30, 2019."


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, "Not yet reviewed by the clinic."),
        ({"reviewed_on": date(2025, 1, 9)}, "Reviewed by the clinic on January 9, 2025."),
        (
            {"reviewed_on": date(2025, 1, 9), "next_review": date(2026, 3, 1)},
            "Reviewed by the clinic on January 9, 2025. A new review has been due since March 1, 2026.",
        ),
        (
            {"reviewed_on": date(2025, 1, 9), "next_review": date(2026, 3, 2)},
            "Reviewed by the clinic on January 9, 2025.",
        ),
        (
            {"next_review": date(2025, 12, 31)},
            "Not yet reviewed by the clinic. A new review has been due since December 31, 2025.",
        ),
    ],
)
def test_a_citation_says_where_and_when_and_how_its_review_stands(
    plants_knowledge: KnowledgeBase, dates: dict[str, date], said: str
) -> None:
    assert line(changed(plants_knowledge, **dates)) == f"{SOURCE} {said}"


def test_a_review_is_due_from_the_day_after_its_date(plants_knowledge: KnowledgeBase) -> None:
    base = changed(plants_knowledge, reviewed_on=date(2025, 1, 9), next_review=date(2026, 3, 2))
    assert "has been due" not in line(base, datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    assert "has been due since March 2, 2026" in line(base, datetime(2026, 3, 3, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        ((1,), "paragraph 1"),
        ((1, 2), "paragraphs 1–2"),
        ((2, 4, 5), "paragraphs 2, 4–5"),
        ((5, 1, 3, 2), "paragraphs 1–3, 5"),
        ((1, 3, 5), "paragraphs 1, 3, 5"),
    ],
)
def test_neighbouring_paragraphs_are_cited_as_ranges(
    plants_knowledge: KnowledgeBase, paragraphs: tuple[int, ...], said: str
) -> None:
    assert f"section “Watering”, {said}, April" in line(with_paragraphs(plants_knowledge, *paragraphs))


def test_a_paragraph_that_is_named_twice_is_one_paragraph(plants_knowledge: KnowledgeBase) -> None:
    assert ", paragraph 2, " in line(with_paragraphs(plants_knowledge, 2, 2))


def test_a_citation_has_the_address_of_its_section_or_else_of_the_document(
    plants_knowledge: KnowledgeBase,
) -> None:
    watering, light = (answer(plants_knowledge, point).citation for point in ("overwatering", "bright-light"))
    assert watering.url == "https://example.org/plants/watering"
    assert light.url == "https://example.org/plants"
    assert (watering.document_id, watering.section, watering.paragraphs) == (
        "house-plants",
        "Watering",
        (2, 4, 5),
    )


def test_an_answer_cannot_be_made_without_a_citation() -> None:
    with pytest.raises(TypeError, match="citation"):
        Answer(paragraphs=("Water it.",))  # type: ignore[call-arg]


def test_an_answer_has_its_list_items_notes_and_buttons_in_order(plants_knowledge: KnowledgeBase) -> None:
    written = Writer(plants_knowledge).answer("how-often-to-water", AT, [("watr", "water")])
    assert isinstance(written, Answer)
    assert written.title == "How often to water"
    assert written.paragraphs == (
        "I read “watr” as “water”.",
        "Water most house plants once a week.",
        "Before you pour:",
        "• feel the soil with a finger",
        "• empty the saucer",
    )
    assert written.detail == ("In winter every second week is enough.",)
    assert written.buttons == (
        Button("Tell me more", "m:how-often-to-water"),
        Button("In winter", "p:winter-rest"),
        Button("Too much water", "p:overwatering"),
        Button("Source", "s:how-often-to-water"),
    )


def test_more_shows_what_the_answer_left_out_or_says_that_there_is_no_more(
    plants_knowledge: KnowledgeBase,
) -> None:
    writer = Writer(plants_knowledge)
    detailed, plain = (writer.more(point, AT) for point in ("how-often-to-water", "bright-light"))
    assert detailed.paragraphs == ("In winter every second week is enough.",)
    assert plain.paragraphs[-1] == "That is all that my source says about this."
    assert "Tell me more" not in {button.label for reply in (detailed, plain) for button in reply.buttons}
    assert isinstance(detailed, Answer)
    assert detailed.citation == answer(plants_knowledge).citation


@pytest.mark.parametrize(
    ("now", "age"),
    [
        (datetime(2019, 4, 30, tzinfo=UTC), "0 years"),
        (datetime(2020, 4, 29, tzinfo=UTC), "0 years"),
        (datetime(2020, 4, 30, tzinfo=UTC), "1 year"),
        (datetime(2021, 4, 29, tzinfo=UTC), "1 year"),
        (datetime(2026, 3, 2, tzinfo=UTC), "6 years"),
        (datetime(2019, 1, 1, tzinfo=UTC), "0 years"),
    ],
)
def test_the_age_of_a_document_counts_whole_years(plants_knowledge: KnowledgeBase, now: datetime, age: str) -> None:
    assert f"It is {age} old." in " ".join(Writer(plants_knowledge).sources(now).paragraphs)


def test_sources_list_every_reference_and_the_address_and_the_last_citation(
    plants_knowledge: KnowledgeBase,
) -> None:
    writer = Writer(plants_knowledge)
    everything, of_point = writer.sources(AT), writer.sources(AT, point_id="overwatering")
    assert "https://example.org/plants" in everything.paragraphs
    assert everything.paragraphs[-2:] == (
        "1. Fern A. The Potted Garden. 2nd ed. 2012.",
        "2. Moss B, et al. Leaves. 2015;7:12.",
    )
    assert (everything.citation, everything.points) == (None, ("where-from",))
    assert of_point.citation == answer(plants_knowledge, "overwatering").citation


def test_the_point_of_references_is_shown_as_the_list_of_sources(plants_knowledge: KnowledgeBase) -> None:
    assert isinstance(Writer(plants_knowledge).answer("where-from", AT), Sources)
    assert isinstance(Writer(plants_knowledge).more("where-from", AT), Sources)


def test_numbers_that_the_clinic_does_not_give_are_left_out_or_put_in_words(plants_knowledge: KnowledgeBase) -> None:
    bare = KnowledgeBase(documents=plants_knowledge.documents)
    assert Writer(bare).say("{clinic}, {phone}, {emergency}, {crisis}") == (
        "the clinic, the emergency number, the emergency number"
    )
    assert Writer(plants_knowledge).say("{clinic}, {phone}, {crisis}") == "Hillside Nursery, 555-0199, 999"


def test_a_brace_in_what_a_patient_wrote_stays_a_brace(plants_knowledge: KnowledgeBase) -> None:
    written = Writer(plants_knowledge).answer("bright-light", AT, [("{phone}", "phone")])
    assert written.paragraphs[0] == "I read “{phone}” as “phone”."


def test_a_made_up_clinic_says_so_when_greeting_and_when_it_matters(plants_knowledge: KnowledgeBase) -> None:
    sample = plants_knowledge.clinic.model_copy(update={"is_sample": True})
    for base, is_said in (
        (plants_knowledge, False),
        (plants_knowledge.model_copy(update={"clinic": sample}), True),
    ):
        writer = Writer(base)
        for reply in (writer.start(), writer.urgent(base.danger.signs[0])):
            assert ("made up" in " ".join(reply.paragraphs)) is is_said


def test_topics_lead_to_every_point_and_back(plants_knowledge: KnowledgeBase) -> None:
    writer = Writer(plants_knowledge)
    sections = [button.data.removeprefix("t:") for button in writer.topics().buttons]
    assert sections == ["house-plants:watering", "house-plants:light", "house-plants:references"]
    shown = [writer.topics(section) for section in sections]
    assert [point for topic in shown for point in topic.points] == [p.id for p in plants_knowledge.documents[0].points]
    assert {topic.buttons[-1] for topic in shown} == {Button("All topics", "t")}


def test_topics_of_several_documents_say_which_is_whose(plants_knowledge: KnowledgeBase) -> None:
    first = plants_knowledge.documents[0]
    second = first.model_copy(update={"id": "other", "title": "Other"})
    both = Writer(plants_knowledge.model_copy(update={"documents": (first, second)}))
    assert [button.label for button in both.topics().buttons][::3] == [
        "Keeping house plants: Watering",
        "Other: Watering",
    ]


def test_a_notice_keeps_paragraphs_apart_and_joins_broken_lines(plants_knowledge: KnowledgeBase) -> None:
    notice = Writer(plants_knowledge).notice("one\ntwo\n\nthree\n- four\n  five", "six")
    assert notice == Notice(paragraphs=("one two", "three", "• four five", "six"))
