"""Replies, written from the knowledge base. Whatever the bot says is put together here."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.core.danger_signs import DangerSign
from bot.core.knowledge import Document, Gap, Point, Section
from bot.core.knowledge import SmallTalk as Remark
from bot.core.knowledge_base import KnowledgeBase
from bot.core.messages import fill
from bot.core.replies import (
    Answer,
    Button,
    Citation,
    ConfirmUrgent,
    NotCovered,
    Notice,
    SmallTalk,
    Sources,
    Suggestions,
    TipReply,
    Urgent,
)
from bot.core.tips import Tip

SHOW, MORE, SOURCE, WHY, TOPICS, NONE, YES, NO = "p:", "m:", "s:", "w:", "t", "n", "y", "x"
STOP_TIPS = "tips:stop"


class Writer:
    """Writes every kind of reply. Built once; its methods are pure."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._messages = knowledge.messages
        self._places = {
            point.id: (document, section, point)
            for document in knowledge.documents
            for section in document.sections
            for point in section.points
        }

    def knows(self, point: str) -> bool:
        return point in self._places

    def say(self, text: str, **places: object) -> str:
        return fill(text, self._knowledge.clinic, **places)

    def answer(self, point_id: str, now: datetime, spellings: Sequence[tuple[str, str]] = ()) -> Answer | Sources:
        """A point's short answer with its citation and buttons; the point of references as a list of sources."""
        document, section, point = self._places[point_id]
        if point.lists_references:
            return self.sources(now, document)
        notes = [self.say(self._messages.read_as, written=written, read=read) for written, read in spellings]
        return Answer(
            title=point.title,
            paragraphs=(*notes, *_paragraphs(point.answer)),
            points=(point.id,),
            buttons=self._answer_buttons(point),
            citation=self.citation(document, section, point, now.date()),
            detail=_paragraphs(point.detail or ""),
        )

    def more(self, point_id: str, now: datetime) -> Answer | Sources:
        """What the short answer left out, or the short answer again where it left nothing out."""
        document, section, point = self._places[point_id]
        if point.lists_references:
            return self.sources(now, document)
        rest = _paragraphs(point.detail) if point.detail else _paragraphs(point.answer)
        return Answer(
            title=point.title,
            paragraphs=rest if point.detail else (*rest, self.say(self._messages.no_more)),
            points=(point.id,),
            buttons=self._answer_buttons(point, with_more=False),
            citation=self.citation(document, section, point, now.date()),
            detail=_paragraphs(point.answer) if point.detail else (),
        )

    def tip(self, tip: Tip, now: datetime) -> TipReply:
        """A tip with the citation of the point that it rests on; raises KeyError where there is no such point."""
        document, section, point = self._places[tip.point]
        more = Button(self._messages.label_more, SHOW + point.id)
        return TipReply(
            title=tip.title,
            paragraphs=_paragraphs(tip.text),
            points=(point.id,),
            buttons=(more, Button(self._messages.label_stop, STOP_TIPS)),
            citation=self.citation(document, section, point, now.date()),
        )

    def title(self, point_id: str) -> str:
        return self._places[point_id][2].title

    def day(self, at: datetime) -> str:
        """The date of an instant, in UTC, as patients read it."""
        return _day(at.date())

    def _answer_buttons(self, point: Point, with_more: bool = True) -> tuple[Button, ...]:
        follow_ups = [Button(f.button, SHOW + f.point) for f in point.follow_ups if f.button]
        more = [Button(self._messages.label_more, MORE + point.id)] if point.detail and with_more else []
        return (*more, *follow_ups, Button(self._messages.label_source, SOURCE + point.id))

    def citation(self, document: Document, section: Section, point: Point, today: date) -> Citation:
        numbers = _ranges(point.paragraphs)
        several = len(set(point.paragraphs)) > 1
        paragraphs = self.say(
            self._messages.several_paragraphs if several else self._messages.one_paragraph, paragraphs=numbers
        )
        line = self.say(
            self._messages.source,
            document=document.title,
            publisher=document.publisher,
            section=section.title,
            paragraphs=paragraphs,
            published=_day(document.published),
        )
        return Citation(
            document_id=document.id,
            section=section.title,
            paragraphs=point.paragraphs,
            published=document.published,
            url=section.url or document.url,
            line=f"{line} {self._review(document, today)}",
        )

    def _review(self, document: Document, today: date) -> str:
        said = self._messages.not_reviewed
        if document.reviewed_on:
            said = self.say(self._messages.reviewed, reviewed_on=_day(document.reviewed_on))
        if document.next_review and document.next_review < today:
            said += " " + self.say(self._messages.review_due, next_review=_day(document.next_review))
        return said

    def sources(self, now: datetime, document: Document | None = None, point_id: str | None = None) -> Sources:
        """Where answers come from: of one document or all, and of the point shown last if there is one."""
        documents = [document] if document else list(self._knowledge.documents)
        citation = None
        if point_id:
            cited, section, point = self._places[point_id]
            citation = self.citation(cited, section, point, now.date())
            documents = [cited]
        listed = [p.id for d in documents for p in d.points if p.lists_references]
        paragraphs = [citation.line] if citation else []
        paragraphs += [
            text for document in documents for text in self._source_paragraphs(document, now.date(), bool(citation))
        ]
        return Sources(
            title=self._messages.sources_title,
            paragraphs=tuple(paragraphs),
            points=tuple(listed),
            buttons=(
                Button(self._messages.label_topics, TOPICS),
                *([Button(self._messages.label_why, WHY + point_id)] if point_id else []),
            ),
            citation=citation,
        )

    def _source_paragraphs(self, document: Document, today: date, is_cited: bool) -> list[str]:
        years = max(0, today.year - document.published.year - (_month_day(today) < _month_day(document.published)))
        described = self.say(
            self._messages.sources_document,
            document=document.title,
            publisher=document.publisher,
            published=_day(document.published),
        )
        age = self.say(self._messages.sources_age, years="1 year" if years == 1 else f"{years} years")
        texts = [described if is_cited else f"{described} {self._review(document, today)}", document.url, age]
        if document.references:
            texts.append(self.say(self._messages.sources_references))
            texts.extend(f"{number}. {text}" for number, text in enumerate(document.references, 1))
        return texts

    def suggestions(self, points: Sequence[str]) -> Suggestions:
        return Suggestions(
            paragraphs=(self.say(self._messages.suggestions),),
            points=tuple(points),
            buttons=(
                *self._point_buttons(points),
                Button(self._messages.label_none, NONE),
                Button(self._messages.label_why, WHY),
            ),
        )

    def not_covered(self, near: Sequence[str] = (), gap: Gap | None = None) -> NotCovered:
        """What the source does not say, what it does say nearby, and whom to ask. Never an answer."""
        said = self.say(self._messages.not_covered_gap, gap=gap.title) if gap else self.say(self._messages.not_covered)
        nearby = (self.say(self._messages.near_topics),) if near else ()
        why = Button(self._messages.label_why, WHY)
        return self._dead_end(said, self.say(self._messages.contact), *nearby, near=near, also=why)

    def nothing_to_continue(self) -> NotCovered:
        return self._dead_end(self.say(self._messages.nothing_to_continue))

    def none_of_these(self) -> NotCovered:
        return self._dead_end(self.say(self._messages.none_of_these), self.say(self._messages.contact))

    def _dead_end(self, *paragraphs: str, near: Sequence[str] = (), also: Button | None = None) -> NotCovered:
        topics = Button(self._messages.label_topics, TOPICS)
        return NotCovered(
            paragraphs=paragraphs,
            points=tuple(near),
            buttons=(*self._point_buttons(near), topics, *([also] if also else [])),
        )

    def _point_buttons(self, points: Sequence[str]) -> tuple[Button, ...]:
        return tuple(Button(self._places[point][2].title, SHOW + point) for point in points)

    def urgent(self, sign: DangerSign | None = None, lead: str | None = None) -> Urgent:
        """The urgent text: of a sign, or after a ``lead``; without both (an old "yes" was tapped) only whom to call."""
        said = (self.say(sign.say),) if sign else (self.say(lead),) if lead else ()
        sample = (self._messages.sample,) if self._knowledge.clinic.is_sample else ()
        return Urgent(
            title=self._messages.urgent_title,
            paragraphs=(*said, self.say(self._messages.urgent_contact), *sample),
        )

    def confirm_urgent(self) -> ConfirmUrgent:
        return ConfirmUrgent(
            title=self._messages.confirm_urgent_title,
            paragraphs=(self.say(self._messages.confirm_urgent),),
            buttons=(Button(self._messages.label_yes, YES), Button(self._messages.label_no, NO)),
        )

    def small_talk(self, remark: Remark) -> SmallTalk:
        return SmallTalk(paragraphs=_paragraphs(self.say(remark.reply)))

    def notice(self, *texts: str, buttons: Sequence[Button] = ()) -> Notice:
        paragraphs = [paragraph for text in texts for paragraph in _paragraphs(self.say(text))]
        return Notice(paragraphs=tuple(paragraphs), buttons=tuple(buttons))

    def start(self) -> Notice:
        sample = (self._messages.sample,) if self._knowledge.clinic.is_sample else ()
        return self.notice(self._messages.start, *sample, buttons=[Button(self._messages.label_topics, TOPICS)])

    def topics(self, place: str = "") -> Notice:
        """The documents' sections, or the points of one section where ``place`` is "<document>:<section>"."""
        sections = {f"{d.id}:{s.id}": (d, s) for d in self._knowledge.documents for s in d.sections}
        if place in sections:
            _, section = sections[place]
            back = Button(self._messages.label_topics, TOPICS)
            return Notice(
                title=section.title,
                paragraphs=(self.say(self._messages.topics),),
                points=tuple(point.id for point in section.points),
                buttons=(*self._point_buttons([point.id for point in section.points]), back),
            )
        several = len(self._knowledge.documents) > 1
        buttons = [
            Button(f"{d.title}: {s.title}" if several else s.title, f"{TOPICS}:{key}")
            for key, (d, s) in sections.items()
        ]
        return Notice(
            title=self._messages.topics_title,
            paragraphs=(self.say(self._messages.topics),),
            buttons=tuple(buttons),
        )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Blank lines part paragraphs; a line that starts with "- " is a list item; other line ends are spaces."""
    found: list[str] = []
    for block in text.split("\n\n"):
        opened = False
        for line in filter(None, map(str.strip, block.split("\n"))):
            if line.startswith("- "):
                found.append("• " + line[2:])
                opened = True
            elif opened:
                found[-1] += " " + line
            else:
                found.append(line)
                opened = True
    return tuple(found)


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 5 -> "1–3, 5"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day(day: date) -> str:
    """A date as it is read in the clinic's country, without a locale: "March 12, 2015"."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _month_day(day: date) -> tuple[int, int]:
    return day.month, day.day
