"""What is not wrong in a knowledge base, and could be better: warnings for its staff."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.deciding import Matcher
from bot.core.knowledge import Clinic, Document, Point
from bot.core.knowledge_base import KnowledgeBase
from bot.core.questions import QuestionSet
from bot.reading_grade import reading_grade

FEWEST_PHRASINGS = 8
# Plain-language guides ask for grade 6 to 8; medical words that can't be avoided cost about one.
HIGHEST_GRADE = 9
_SHORTER = f"Use shorter sentences and words, down to grade {HIGHEST_GRADE}."
REVIEW_NOTICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Advice:
    """A warning. ``document`` and ``point`` are ids; without a document it is about the clinic.

    Of a tip, the document is "tips" and the point its own id; of a missing file, the document is its name.
    """

    document: str | None
    point: str | None
    warning: str
    remedy: str

    def __str__(self) -> str:
        where = " / ".join(part for part in (self.document or "clinic.yaml", self.point) if part)
        return f"{where}: {self.warning}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Checked:
    """All that a check may look at. ``today`` is the clinic's date."""

    base: KnowledgeBase
    questions: QuestionSet
    today: date

    def points(self) -> Iterator[tuple[Document, Point]]:
        return ((document, point) for document in self.base.documents for point in document.points)


def check(base: KnowledgeBase, questions: QuestionSet, today: date) -> list[Advice]:
    """Every warning, check by check, each in the order of the base."""
    checked = Checked(base, questions, today)
    return [advice for look in CHECKS for advice in look(checked)]


def clinic(checked: Checked) -> Iterator[Advice]:
    known = checked.base.clinic
    if known.is_sample:
        right = "Put in your own clinic's particulars, and set is_sample to false."
        yield Advice(None, None, "the clinic is a made-up sample", right)
    if known.name == Clinic().name:
        yield Advice(None, None, "the clinic has no name", "Add name, so that a patient knows who speaks to her.")
    if not known.phone:
        yield Advice(None, None, "there is no phone number", "Add phone, so that a patient can reach somebody.")
    if not known.emergency_number:
        right = "Add emergency_number, such as 911, for messages with a danger sign."
        yield Advice(None, None, "there is no emergency number", right)


def danger(checked: Checked) -> Iterator[Advice]:
    if not checked.base.danger.signs:
        right = "Write the file, with a clinician: without it every cry for help is taken for a question."
        yield Advice("danger-signs.yaml", None, "no danger sign is known", right)


def reviews(checked: Checked) -> Iterator[Advice]:
    for document in checked.base.documents:
        for warning, remedy in _review(document, checked.today):
            yield Advice(document.id, None, warning, remedy)


def _review(document: Document, today: date) -> Iterator[tuple[str, str]]:
    if document.reviewed_on is None:
        right = "Have a clinician compare it with its source, then fill in reviewed_on."
        yield "nobody at the clinic has reviewed it", right
    elif document.reviewed_on > today:
        yield f"reviewed_on, {document.reviewed_on}, is in the future", "Give the day of the review."
    if document.next_review is None:
        if document.reviewed_on:
            yield "no next review is planned", "Fill in next_review."
    elif document.next_review <= today:
        yield f"its review has been due since {document.next_review}", "Review it, and change both dates."
    elif document.next_review <= today + REVIEW_NOTICE:
        yield f"its next review is due on {document.next_review}", "Plan the review."


def phrasings(checked: Checked) -> Iterator[Advice]:
    for document, point in checked.points():
        count = len(point.phrasings)
        if count < FEWEST_PHRASINGS:
            right = f"Add phrasings until there are {FEWEST_PHRASINGS}, as patients type them."
            yield Advice(document.id, point.id, f"it has only {count} phrasing{'s' * (count > 1)}", right)


def reading_grades(checked: Checked) -> Iterator[Advice]:
    for document, point in checked.points():
        names = (document.title, *document.also_called)
        for field, text in (("answer", point.answer), ("detail", point.detail or "")):
            grade = reading_grade(text, names)
            if grade > HIGHEST_GRADE:
                yield Advice(document.id, point.id, f"the {field} reads at grade {grade:.1f}", _SHORTER)
    names = tuple(name for document in checked.base.documents for name in (document.title, *document.also_called))
    for tip in checked.base.tips.tips:
        if (grade := reading_grade(tip.text, names)) > HIGHEST_GRADE:
            yield Advice("tips", tip.id, f"the text reads at grade {grade:.1f}", _SHORTER)


def phrasings_elsewhere(checked: Checked) -> Iterator[Advice]:
    """Each phrasing is left out in turn: do the others of its point still come nearest to it?"""
    matcher = Matcher(checked.base)
    for document, point in checked.points():
        for phrasing in point.phrasings:
            if nearer := matcher.nearer_elsewhere(point.id, phrasing):
                wrong = f'the phrasing "{phrasing}" is nearer to the point "{nearer.key}" ("{nearer.phrasing}")'
                yield Advice(
                    document.id, point.id, wrong, "Move it, say it differently, or give its point more like it."
                )


CHECKS: tuple[Callable[[Checked], Iterator[Advice]], ...] = (
    clinic,
    danger,
    reviews,
    phrasings,
    phrasings_elsewhere,
    reading_grades,
)
