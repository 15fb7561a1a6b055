"""A second document, on another subject: what it answers alone, and what it changes beside the shipped one."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.core.deciding import Confident, Matcher
from bot.core.dialogue import Dialogue
from bot.core.evaluation import below_floors, judge_all, judge_conversations, measure
from bot.core.knowledge_base import KnowledgeBase
from bot.core.questions import LabelledQuestion, QuestionKind, QuestionSet
from bot.knowledge_files import load, load_questions

FOLDER = Path(__file__).parent / "patient_portal"
SHIPPED = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load(FOLDER)


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    return load_questions(FOLDER)


@pytest.fixture(scope="module")
def joined(shipped_knowledge: KnowledgeBase, knowledge: KnowledgeBase) -> Matcher:
    """Both documents in one base, with what each folder says of words; subjects that the portal does cover are out."""
    subjects = [s for s in shipped_knowledge.other_subjects.subjects if not COVERED_NOW & set(s.title.split())]
    subjects += knowledge.other_subjects.subjects
    language = shipped_knowledge.language
    return Matcher(
        shipped_knowledge.model_copy(
            update={
                "documents": (*shipped_knowledge.documents, *knowledge.documents),
                "language": language.model_copy(
                    update={"synonyms": (*language.synonyms, *knowledge.language.synonyms)}
                ),
                "other_subjects": shipped_knowledge.other_subjects.model_copy(update={"subjects": tuple(subjects)}),
            }
        )
    )


COVERED_NOW = {"appointments", "records", "passwords"}


def answers(matcher: Matcher, asked: Iterable[LabelledQuestion]) -> list[str | None]:
    outcomes = [matcher.match(question.text) for question in asked]
    return [outcome.match.key if isinstance(outcome, Confident) else None for outcome in outcomes]


def percent_changed(before: list[str | None], after: list[str | None]) -> float:
    return 100 * sum(one != other for one, other in zip(before, after, strict=True)) / len(before)


def test_the_document_alone_reaches_its_floors(knowledge: KnowledgeBase, questions: QuestionSet) -> None:
    dialogue = Dialogue(knowledge)
    asked = [question for question in questions.questions if question.half == "reporting"]
    assert below_floors(measure(judge_all(dialogue, asked), []), questions.floors) == []


def test_the_talks_about_the_document_go_as_labelled(knowledge: KnowledgeBase, questions: QuestionSet) -> None:
    turns = list(judge_conversations(Dialogue(knowledge), questions))
    assert measure([], turns).leaning_turns_right >= questions.floors.leaning_turns_right


def test_beside_the_portal_the_shipped_document_answers_as_alone(shipped: Dialogue, joined: Matcher) -> None:
    """Every third labelled message. What may change are questions about visits and records, which it now answers."""
    asked = load_questions(SHIPPED).questions[::3]
    assert percent_changed(answers(shipped.matcher, asked), answers(joined, asked)) <= SHIPPED_CHANGED


def test_beside_the_shipped_document_the_portal_is_mostly_answered_as_alone(
    joined: Matcher, knowledge: KnowledgeBase, questions: QuestionSet
) -> None:
    """A document with eighty times as many phrasings draws questions to itself and to its gaps."""
    asked = questions.questions
    assert percent_changed(answers(Matcher(knowledge), asked), answers(joined, asked)) <= PORTAL_CHANGED
    answerable = [question for question in asked if question.kind is QuestionKind.ANSWER]
    found = list(zip(answerable, answers(joined, answerable), strict=True))
    assert 100 * sum(point in question.points for question, point in found) / len(found) >= PORTAL_RIGHT


# Percent. The shipped document is to lose next to nothing; how much a small one loses to it is what was measured.
SHIPPED_CHANGED, PORTAL_CHANGED, PORTAL_RIGHT = 4, 28, 58
