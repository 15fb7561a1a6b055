"""What holds for every message, whatever it says."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.knowledge import Document, Gap, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.plain_text import plain_text

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
POINTS = ("how-often-to-water", "overwatering", "winter-rest", "bright-light", "repotting", "where-from")
WORDS = (
    *(
        "how often",
        "much",
        "many liters",
        "when should I",
        "do",
        "plants",
        "plant",
        "water",
        "watering",
        "light",
    ),
    *("winter", "wintr", "pot", "container", "bigger", "sun", "sunlight", "yellow leaves", "repot", "repott"),
    *("too much water", "is that harmful", "and", "hello", "thanks", "tell me more", "who says that", "from"),
    *(
        "my son",
        "swallowed",
        "a leaf",
        "leaf eaten",
        "not",
        "yes",
        "no",
        "the first one",
        "second",
        "7",
        "D&C",
    ),
    *("how long", "cost", "zebra", "?", ".", ",", "!", "\n"),
)

patients_words = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
messages = st.one_of(st.text(), patients_words, st.tuples(patients_words, st.text(max_size=5)).map(" ".join))
talks = st.builds(
    Conversation,
    # What is stored may be older than the knowledge.
    point=st.none() | st.sampled_from((*POINTS, "removed")),
    offered=st.lists(st.sampled_from((*POINTS, "removed")), max_size=4).map(tuple),
    pending=st.none() | patients_words,
    sign=st.none() | st.sampled_from(("ate-a-leaf", "removed")),
    at=st.none() | st.just(AT),
)
taps = st.one_of(
    st.text(max_size=64),
    st.tuples(st.sampled_from(["p:", "m:", "s:", "t:", "y", "x", "n"]), st.sampled_from(POINTS)).map("".join),
)
doings = st.one_of(messages.map(lambda text: Incoming(AT, text=text)), taps.map(lambda data: Incoming(AT, button=data)))


def say(dialogue: Dialogue, text: str) -> Turn:
    return dialogue.step(Conversation(), Incoming(AT, text=text))


@settings(max_examples=300, deadline=None)
@given(conversation=talks, incoming=doings)
def test_whatever_is_done_has_a_reply_that_can_be_sent(
    plants: Dialogue, conversation: Conversation, incoming: Incoming
) -> None:
    turn = plants.step(conversation, incoming)
    assert turn.replies
    for reply in turn.replies:
        assert plain_text(reply).strip()
        assert all(paragraph.strip() for paragraph in reply.paragraphs)
        assert all(1 <= len(button.data.encode()) <= 64 and button.label.strip() for button in reply.buttons)
        assert all(plants.writer.knows(point) for point in reply.points)
    assert all(0 <= ranked.score <= 100 for ranked in turn.ranked)
    assert turn.conversation.at == AT


@settings(max_examples=60, deadline=None)
@given(text=messages)
def test_whatever_is_said_to_the_shipped_bot_has_a_reply(shipped: Dialogue, text: str) -> None:
    turn = say(shipped, text)
    assert turn.replies
    assert all(0 <= ranked.score <= 100 for ranked in turn.ranked)


@settings(max_examples=60, deadline=None)
@given(conversation=talks, incoming=doings)
def test_the_same_message_in_the_same_talk_has_the_same_turn(
    plants: Dialogue, conversation: Conversation, incoming: Incoming
) -> None:
    turn = plants.step(conversation, incoming)
    stored = Conversation.model_validate_json(conversation.model_dump_json())
    assert plants.step(conversation, incoming) == turn
    assert plants.step(stored, incoming) == turn


@settings(max_examples=150, deadline=None)
@given(
    text=patients_words,
    before=st.sampled_from(["", " ", "\n\t ", "\u00a0"]),
    after=st.sampled_from(["", "  ", "\n"]),
)
def test_letter_case_and_surrounding_space_change_nothing(plants: Dialogue, text: str, before: str, after: str) -> None:
    expected = said(say(plants, text))
    for same in (text.upper(), text.title(), before + text + after):
        assert said(say(plants, same)) == expected


def said(turn: Turn) -> list[str]:
    """What the patient reads, but for her own spelling, which is quoted."""
    return [
        "\n".join([*(p for p in reply.paragraphs if not p.startswith("I read")), *reply.points])
        for reply in turn.replies
    ]


@pytest.fixture(scope="module")
def questions(plants_knowledge: KnowledgeBase) -> list[str]:
    """What is asked of every shuffled base: phrasings, gaps and nonsense, as written and distorted."""
    document = plants_knowledge.documents[0]
    holders = (document, *document.points)
    asked = [text for point in document.points for text in point.phrasings]
    asked += [text for holder in holders for gap in holder.not_covered for text in gap.phrasings]
    asked += [f"{text} in the sunshine" for text in asked[::2]] + [
        " ".join(reversed(text.split())) for text in asked[::3]
    ]
    return [
        *asked,
        "plants",
        "water",
        "winter light",
        "yellowish leafs",
        "zebra",
        "hello",
        "my son swallowed a leaf",
    ]


def shuffled(base: KnowledgeBase, seed: int) -> KnowledgeBase:
    """The same base with everything that is a set written down in another order."""
    draw = random.Random(seed)

    def mixed(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(draw.sample(values, len(values)))

    def gap(value: Gap) -> Gap:
        return value.model_copy(update={"phrasings": mixed(value.phrasings), "words": mixed(value.words)})

    def point(value: Point) -> Point:
        gaps = mixed(tuple(map(gap, value.not_covered)))
        changes = {
            "phrasings": mixed(value.phrasings),
            "keywords": mixed(value.keywords),
            "not_covered": gaps,
        }
        return value.model_copy(update=changes)

    def document(value: Document) -> Document:
        sections = [s.model_copy(update={"points": mixed(tuple(map(point, s.points)))}) for s in value.sections]
        gaps = mixed(tuple(map(gap, value.not_covered)))
        return value.model_copy(update={"sections": mixed(tuple(sections)), "not_covered": gaps})

    language = base.language.model_copy(
        update={
            # The first of a set stands for the others; the rest, and the sets, are in no order.
            "synonyms": mixed(tuple((first, *mixed(tuple(others))) for first, *others in base.language.synonyms)),
            "aspects": mixed(base.language.aspects),
            "small_talk": mixed(base.language.small_talk),
            "other_languages": mixed(base.language.other_languages),
        }
    )
    documents = mixed(tuple(map(document, base.documents)))
    subjects = tuple(s.model_copy(update={"phrasings": mixed(s.phrasings)}) for s in base.other_subjects.subjects)
    others = base.other_subjects.model_copy(update={"subjects": mixed(subjects)})
    return base.model_copy(update={"documents": documents, "language": language, "other_subjects": others})


def outcomes(dialogue: Dialogue, asked: list[str]) -> list[tuple[Any, ...]]:
    turns = [say(dialogue, text) for text in asked]
    return [
        (
            text,
            [(reply.kind, reply.points, reply.paragraphs) for reply in turn.replies],
            [(ranked.point, round(ranked.score, 6)) for ranked in turn.ranked],
        )
        for text, turn in zip(asked, turns, strict=True)
    ]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_points_phrasings_synonyms_and_gaps_changes_no_outcome(
    plants: Dialogue, plants_knowledge: KnowledgeBase, questions: list[str], seed: int
) -> None:
    assert outcomes(Dialogue(shuffled(plants_knowledge, seed)), questions) == outcomes(plants, questions)


def unrelated() -> Document:
    points = [
        {
            "id": f"bread-{name}",
            "title": f"Bread: {name}",
            "answer": f"About {name}.",
            "paragraphs": [1],
            "phrasings": [
                f"which {name} makes good bread",
                f"tell me the right {name} for a loaf",
                f"is rye {name} better",
            ],
        }
        for name in ("flour", "oven", "yeast", "salt")
    ]
    return Document.model_validate(
        {
            "id": "bread",
            "title": "Bread",
            "publisher": "A bakery",
            "published": "2018-01-01",
            "url": "https://example.org/bread",
            "sections": [{"id": "baking", "title": "Baking", "paragraphs": 1, "points": points}],
        }
    )


def test_an_unrelated_second_document_changes_no_answer_of_the_first(plants_knowledge: KnowledgeBase) -> None:
    first = plants_knowledge.documents[0]
    for documents in ((first, unrelated()), (unrelated(), first)):
        both = Dialogue(plants_knowledge.model_copy(update={"documents": documents}))
        for document in documents:
            for point in document.points:
                for phrasing in point.phrasings:
                    assert (phrasing, say(both, phrasing).replies[0].points) == (phrasing, (point.id,))


def test_an_unrelated_second_document_changes_no_answer_of_the_shipped_one(
    shipped_knowledge: KnowledgeBase,
) -> None:
    """A sample: two phrasings of each point, in a base cut down to be built quickly."""
    first = shipped_knowledge.documents[0]
    sections = [
        section.model_copy(
            update={
                "points": tuple(
                    point.model_copy(update={"phrasings": point.phrasings[:6], "not_covered": ()})
                    for point in section.points
                )
            }
        )
        for section in first.sections
    ]
    small = first.model_copy(update={"sections": tuple(sections), "not_covered": ()})
    alone, both = (
        Dialogue(KnowledgeBase(documents=documents, language=shipped_knowledge.language))
        for documents in ((small,), (small, unrelated()))
    )
    sample = [point.phrasings[0] for point in small.points] + [point.phrasings[5] for point in small.points]
    given_alone, given_both = (
        [(text, say(dialogue, text).replies[0].points) for text in sample] for dialogue in (alone, both)
    )
    assert given_both == given_alone
