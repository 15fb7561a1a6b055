"""The files in ``knowledge/``: read into a knowledge base, or into every mistake in them with its line.

YAML is read as what it looks like: a text is the text that was written (``no`` is not False, ``12:30`` is not
750), and what would surprise whoever edits a file (a key given twice, an alias, a tag) is a mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ValidationError

from bot.core.danger_signs import DangerMessages, DangerSigns
from bot.core.knowledge import Clinic, Document, Language, OtherSubjects
from bot.core.knowledge_base import KnowledgeBase, Place, nearest, problems
from bot.core.messages import Messages
from bot.core.questions import QuestionSet
from bot.core.tips import Tips
from bot.knowledge_mistakes import TOO_DEEP, KnowledgeError, Mistake, in_plain_words, misfits, path

# By name, where it belongs and what it holds; every other YAML file is a document.
FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "clinic.yaml": ("clinic", Clinic),
    "language.yaml": ("language", Language),
    "other-subjects.yaml": ("other_subjects", OtherSubjects),
    "danger-signs.yaml": ("danger", DangerSigns),
    "danger-messages.yaml": ("danger_messages", DangerMessages),
    "messages.yaml": ("messages", Messages),
    "tips.yaml": ("tips", Tips),
    "questions.yaml": ("questions", QuestionSet),
}

_MOST_BYTES = 10_000_000  # 100,000 phrasings are about half of it
_MOST_VALUES = 200_000
_DEEPEST = 20  # a document is 7 deep


def load(folder: Path) -> KnowledgeBase:
    """Read a folder with at least one document; where a file is missing, its part of the base is neutral.

    Raises KnowledgeError with every mistake in every file, ``questions.yaml`` included: a base is used whole
    or not at all.
    """
    return _load(folder)[0]


def load_questions(folder: Path) -> QuestionSet:
    """Read the labelled questions of a folder, none if it has no such file. Raises what ``load`` raises."""
    return _load(folder)[1]


def _load(folder: Path) -> tuple[KnowledgeBase, QuestionSet]:
    mistakes: list[Mistake] = []
    files = [_read(folder / name, *part) for name, part in _parts(folder, mistakes)]
    _hold_to_rules(files)
    values = [(file.place, file.value()) for file in files]
    mistakes.extend(mistake for file in files for mistake in file.mistakes)
    if mistakes:
        raise KnowledgeError(folder, tuple(sorted(set(mistakes))))
    documents = tuple(value for place, value in values if len(place) > 1)
    others: dict[str, Any] = {str(place[0]): value for place, value in values if len(place) == 1}
    questions = others.pop("questions", QuestionSet())
    return KnowledgeBase(documents=documents, **others), questions


@dataclass(slots=True)
class _Written:
    """A value as it stands in a file. What belongs to a key has the key's line."""

    value: "str | list[_Written] | dict[str, _Written] | None"
    line: int

    def plain(self) -> Any:
        if isinstance(self.value, dict):
            return {key: inside.plain() for key, inside in self.value.items()}
        if isinstance(self.value, list):
            return [inside.plain() for inside in self.value]
        return self.value

    def line_of(self, place: Place) -> int:
        """The line of the innermost value that exists on the way to a place."""
        inside: _Written | None = None
        if place and isinstance(self.value, dict):
            inside = self.value.get(str(place[0]))
        elif place and isinstance(self.value, list):
            inside = self.value[int(place[0])]
        return inside.line_of(place[1:]) if inside else self.line


@dataclass(slots=True)
class _File:
    """A file while it is being read, with the mistakes found so far."""

    name: str
    place: Place  # of its contents in the knowledge base
    kind: type[BaseModel]
    tree: _Written | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    refused: set[Place] = field(default_factory=set)  # values that can't be read, so not judged either

    def add(self, line: int, place: Place, problem: str, remedy: str) -> None:
        self.mistakes.append(Mistake(self.name, line, path(place), problem, remedy))

    def line_of(self, place: Place) -> int:
        return self.tree.line_of(place) if self.tree else 1

    def value(self) -> BaseModel | None:
        """What the file holds, or None and its mistakes are noted."""
        if self.tree is None:
            return None
        try:
            return self.kind.model_validate(self.tree.plain())
        except ValidationError as error:
            for misfit in misfits(self.kind, error):
                if not self._is_known(misfit.place, misfit.of_whole):
                    self.add(self.line_of(misfit.place), misfit.place, misfit.problem, misfit.remedy)
        return None

    def _is_known(self, place: Place, of_whole: bool) -> bool:
        """Whether something has been said of a place that leaves no more to say."""
        if of_whole and any(mistake.field == path(place) for mistake in self.mistakes):
            return True
        return any(place[:depth] in self.refused for depth in range(len(place) + 1))


def _hold_to_rules(files: list[_File]) -> None:
    """Note what is wrong between values, in whichever files they stand."""
    by_place = {file.place: file for file in files}
    documents = [file for file in files if len(file.place) > 1]
    written: dict[str, Any] = {str(file.place[0]): _plain(file) for file in files if len(file.place) == 1}
    written["documents"] = [_plain(document) for document in documents]
    were_read = all(document.tree for document in documents)
    zones = available_timezones()
    for found in problems(written, all_documents_were_read=were_read, time_zones=zones):
        file, place = _in_file(by_place, found.place)
        other = "" if found.other is None else _pointer(file, *_in_file(by_place, found.other))
        file.add(file.line_of(place), place, found.problem + other, found.remedy)


def _plain(file: _File) -> Any:
    return file.tree.plain() if file.tree else None


def _in_file(by_place: dict[Place, _File], place: Place) -> tuple[_File, Place]:
    depth = 2 if place[0] == "documents" else 1
    return by_place[place[:depth]], place[depth:]


def _pointer(reader: _File, file: _File, place: Place) -> str:
    """Where the other of two values stands, seen from a file."""
    return f" ({'' if file is reader else f'{file.name}, '}line {file.line_of(place)})"


_Part = tuple[Place, type[BaseModel]]


def _parts(folder: Path, mistakes: list[Mistake]) -> Iterator[tuple[str, _Part]]:
    """The names of the files to read, and what each is; mistakes in names are added to ``mistakes``."""
    documents = 0
    for name in _names(folder, mistakes):
        if name in FILES:
            part, kind = FILES[name]
            yield name, ((part,), kind)
        elif meant := _known_name(name):
            wrong = "the name is nearly, but not quite, one that has a meaning"
            right = f"Rename it to {meant}; if it is a document, give it a name less like that."
            mistakes.append(Mistake(name, 0, "", wrong, right))
        else:
            yield name, (("documents", documents), Document)
            documents += 1
    if not documents and not mistakes:
        right = "Put a document into it: any other YAML file."
        mistakes.append(Mistake(str(folder), 0, "", "no document is in this folder", right))


def _names(folder: Path, mistakes: list[Mistake]) -> list[str]:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        wrong = f"the folder can't be read: {error.strerror}"
        mistakes.append(Mistake(str(folder), 0, "", wrong, "Name the folder that holds the knowledge base's files."))
        return []
    visible = (name for name in names if not name.startswith("."))
    return [name for name in visible if name.lower().endswith((".yaml", ".yml"))]


def _known_name(name: str) -> str | None:
    """The known name that a file's name is a slip of ("Clinic.yml", "danger_sign.yaml")."""
    stem = name.lower().replace("_", "-").rpartition(".")[0]
    return nearest(f"{stem}.yaml", FILES, at_least=90)


def _read(file_path: Path, place: Place, kind: type[BaseModel]) -> _File:
    file = _File(file_path.name, place, kind)
    try:
        _Reader(file).read(_text(file_path, file))
    except _UnreadableError as refusal:
        file.tree = None
        file.add(refusal.line, (), refusal.problem, refusal.remedy)
    return file


class _UnreadableError(Exception):
    """Nothing more can be learnt from a file."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(line, problem, remedy)
        self.line, self.problem, self.remedy = line, problem, remedy


_TAB = re.compile(r"^ *\t[ \t]*[^\s#]", re.MULTILINE)
# What YAML refuses, and the line breaks that no editor counts as one.
_INVISIBLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(file_path: Path, file: _File) -> str:
    text = _decoded(_bytes(file_path))
    if text.startswith("\ufeff"):
        file.add(1, (), "the file starts with an invisible mark (BOM)", 'Save it as "UTF-8", not "UTF-8 with BOM".')
        text = text[1:]
    if found := _INVISIBLE.search(text):
        _refuse(text.count("\n", 0, found.start()) + 1, *_invisible(found[0]))
    tabs = [text.count("\n", 0, found.start()) + 1 for found in _TAB.finditer(text)]
    for line in tabs[1:]:
        file.add(line, (), *_TAB_WORDS)
    if tabs:
        _refuse(tabs[0], *_TAB_WORDS)
    return text


def _invisible(character: str) -> tuple[str, str]:
    return f"there is an invisible character, number {ord(character):#x}", "Type the line again."


_TAB_WORDS = ("the line is indented with a tab", "Use spaces instead of tabs.")


def _bytes(file_path: Path) -> bytes:
    try:
        # A pipe or a device would be read for ever.
        if not file_path.is_file():
            _refuse(
                1,
                "this is not a file, or it leads nowhere",
                "Remove it from the folder, or put the file there.",
            )
        with file_path.open("rb") as opened:
            raw = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        _refuse(1, f"the file can't be read: {error.strerror}", "Let the bot's user read it.")
    if len(raw) > _MOST_BYTES:
        _refuse(1, f"the file is larger than {_MOST_BYTES:,} bytes", "Split it into several documents.")
    return raw


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _refuse(
            line,
            f"byte {error.start + 1} of the file is not UTF-8",
            'Save the file with the encoding "UTF-8".',
        )


def _refuse(line: int, problem: str, remedy: str) -> NoReturn:
    raise _UnreadableError(line, problem, remedy)


class _Reader:
    """Builds the tree of one file from the parser's events: every scalar stays the text that was written."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.values = 0

    def read(self, text: str) -> None:
        """Give the file its tree. Raises _UnreadableError."""
        self.events = yaml.parse(text, Loader=yaml.CSafeLoader)
        try:
            self.file.tree = self._root()
        except yaml.YAMLError as error:
            _refuse(*_syntax(error, text.count("\n") + 1))

    def _root(self) -> _Written:
        root = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root:
                    _refuse(_line(event), 'a second text starts after "---"', 'Remove the line "---".')
                root = self._value(next(self.events), ())
        if root is None or root.value is None:
            _refuse(1, "the file is empty", "Write its contents, or remove the file.")
        return root

    def _value(self, event: Any, place: Place) -> _Written:
        line = _line(event)
        self.values += 1
        if self.values > _MOST_VALUES:
            _refuse(line, f"the file has more than {_MOST_VALUES:,} values", "Split it into several documents.")
        if len(place) > _DEEPEST:
            _refuse(line, *TOO_DEEP)
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self._refuse_mark(event, line, place)
        if isinstance(event, yaml.MappingStartEvent):
            return _Written(self._mapping(place), line)
        if isinstance(event, yaml.SequenceStartEvent):
            return _Written(self._sequence(place), line)
        return _Written(self._scalar(event, line, place), line)

    def _scalar(self, event: Any, line: int, place: Place) -> str | None:
        if isinstance(event, yaml.AliasEvent):
            return None
        text, is_plain = str(event.value), event.implicit[0]
        # Between double quotes an escape can stand for a character that the file itself may not hold.
        if event.style == '"' and (found := _INVISIBLE.search(text)):
            self.file.add(line, place, *_invisible(found[0]))
        return None if is_plain and text in ("", "~", "null", "Null", "NULL") else text

    def _refuse_mark(self, event: Any, line: int, place: Place) -> None:
        """Aliases can repeat a text without end, and a text that starts with such a mark lacks quotes."""
        mark = "*" if isinstance(event, yaml.AliasEvent) else "&" if event.anchor is not None else "!"
        wrong = f'a value starts with "{mark}", which has a meaning in YAML that is not used here'
        self.file.add(line, place, wrong, "Put the text in quotes, or write it out again.")
        self.file.refused.add(place)

    def _sequence(self, place: Place) -> list[_Written]:
        values: list[_Written] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*place, len(values))))
        return values

    def _mapping(self, place: Place) -> dict[str, _Written]:
        entries: dict[str, _Written] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, line = self._key(event), _line(event)
            value = self._value(next(self.events), (*place, key))
            if key in entries:
                wrong = f'"{key}" is given twice (line {entries[key].line})'
                self.file.add(line, (*place, key), wrong, "Keep one of the two, or join them.")
            else:
                entries[key] = _Written(value.value, line)
        return entries

    def _key(self, event: Any) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        wrong = "a list, a group or a mark stands where a key should"
        _refuse(_line(event), wrong, 'Write "key: value"; put a text in quotes if it starts with [, {, * or ?.')


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _syntax(error: yaml.YAMLError, last_line: int) -> tuple[int, str, str]:
    problem = str(getattr(error, "problem", None) or error)
    # A quote that is never closed is noticed at the end, and to be mended where it starts.
    is_open = "end of stream" in problem
    mark = getattr(error, "context_mark" if is_open else "problem_mark", None)
    return (min(mark.line + 1, last_line) if mark else 1), *in_plain_words(problem)
