"""What is wrong in the knowledge base's files, in the words of those who write them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.core.knowledge_base import Place, nearest, not_a_date


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake. ``line`` counts from 1, ``field`` is a path such as ``sections[2].points[0].answer``.

    A mistake of a whole file has line 1 and no field; a mistake of the folder has line 0.
    """

    file: str
    line: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        at = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{at}: {self.field + ': ' if self.field else ''}{self.problem}. {self.remedy}"


class KnowledgeError(Exception):
    """The knowledge base can't be used. ``mistakes`` holds every one that was found, by file and line."""

    def __init__(self, folder: Path, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(folder, mistakes)
        self.folder = folder
        self.mistakes = mistakes

    def __str__(self) -> str:
        count = len(self.mistakes)
        head = f"{count} {'mistake' if count == 1 else 'mistakes'} in {self.folder}:"
        return "\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)])


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that its type refuses."""

    place: Place
    problem: str
    remedy: str
    of_whole: bool = False  # no single value is wrong, but how several go together


def misfits(kind: type[BaseModel], error: ValidationError) -> Iterator[Misfit]:
    """What pydantic found, in plain words, each at the place of the value or key that is to be changed."""
    for found in error.errors(include_url=False):
        if not _is_echo(found):
            yield _misfit(kind, found)


def path(place: Place) -> str:
    """A place as staff read it.

    >>> path(("sections", 2, "points", 0, "answer"))
    'sections[2].points[0].answer'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _is_echo(found: ErrorDetails) -> bool:
    """True of a list that is too short only because pydantic does not count its wrong elements."""
    given = found["input"]
    return found["type"] == "too_short" and isinstance(given, list) and len(given) >= found["ctx"]["min_length"]


def _misfit(kind: type[BaseModel], found: ErrorDetails) -> Misfit:
    # Pydantic marks what is wrong with a key itself by one more step.
    place, given = tuple(step for step in found["loc"] if step != "[key]"), found["input"]
    if found["type"] == "value_error":
        return _of_validator(place, found)
    if given is None and found["type"] != "missing":
        return Misfit(place, "is empty", "Write a value, or remove the line if it may be left out.")
    if isinstance(given, str) and not given.strip() and found["type"] == "string_too_short":
        return Misfit(place, "is empty", "Write a text.")
    if found["type"] == "extra_forbidden":
        return Misfit(place, *_unknown_key(kind, place))
    words = _WORDS.get(found["type"], _in_pydantics_words)
    return Misfit(place, *words(found))


def _of_validator(place: Place, found: ErrorDetails) -> Misfit:
    """A validator of a whole type says "name is wrong; do this": the name leads to the line."""
    wrong, _, right = found["msg"].removeprefix("Value error, ").partition("; ")
    name = wrong.partition(" ")[0]
    if isinstance(found["input"], Mapping) and name in found["input"]:
        return Misfit((*place, name), wrong, _sentence(right), of_whole=True)
    return Misfit(place, wrong, _sentence(right))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else "Correct it."


def _unknown_key(kind: type[BaseModel], place: Place) -> tuple[str, str]:
    owner = _model_at(kind, place[:-1])
    known = list(owner.model_fields) if owner else []
    near = nearest(str(place[-1]), known)
    right = f'Perhaps "{near}" is meant.' if near else f"Known here are: {', '.join(known)}."
    return f'"{place[-1]}" is not known here', right


def _model_at(kind: Any, place: Place) -> type[BaseModel] | None:
    model = _model_in(kind)
    for step in place:
        if isinstance(step, str) and model and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, be it optional or the kind of a tuple's elements."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


Words = tuple[str, str]


def _too_long(found: ErrorDetails) -> Words:
    length, limit = len(found["input"].strip()), found["ctx"]["max_length"]
    return f"is {length} characters long, and may be {limit}", f"Shorten it by {length - limit} or more."


def _too_short(found: ErrorDetails) -> Words:
    return f'"{found["input"]}" is too short', f"Write at least {found['ctx']['min_length']} characters."


def _too_few(found: ErrorDetails) -> Words:
    count = found["ctx"]["min_length"]
    return f"has {found['ctx']['actual_length'] or 'nothing'} in its list", f"List at least {count}."


def _too_many(found: ErrorDetails) -> Words:
    return f"has {found['ctx']['actual_length']} in its list", f"List at most {found['ctx']['max_length']}."


def _pattern(found: ErrorDetails) -> Words:
    if "\n" in found["input"].strip():
        return "has more than one line", "Write it on one line."
    wrong = f'"{found["input"]}" has characters that are not allowed'
    if "a-z0-9" in found["ctx"]["pattern"]:
        return wrong, "Use small letters and digits, with single hyphens between words, such as bed-rest."
    if "[0-5][0-9]" in found["ctx"]["pattern"]:
        return f'"{found["input"]}" is not a time of day', "Write hours and minutes, such as 09:30, in quotes."
    return wrong, f"It must fit the pattern {found['ctx']['pattern']}."


def _choices(found: ErrorDetails) -> Words:
    return f'"{found["input"]}" is not one of the choices', f"Write {found['ctx']['expected']}."


def _out_of_range(found: ErrorDetails) -> Words:
    bounds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    allowed = " and ".join(f"{words} {found['ctx'][key]:g}" for key, words in bounds.items() if key in found["ctx"])
    return f"{found['input']} is out of range", f"Write a number that is {allowed}."


def _wrong_shape(right: str) -> Callable[[ErrorDetails], Words]:
    return lambda found: (f"is {_shape(found['input'])}", right)


def _shape(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a group of keys" if isinstance(value, dict) else f'the text "{_short(str(value))}"'


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _missing(found: ErrorDetails) -> Words:
    return "is missing", f'Add a line "{found["loc"][-1]}:" with its value.'


def _number(found: ErrorDetails) -> Words:
    return f'"{_short(str(found["input"]))}" is not a number', "Write a number in digits, such as 3."


def _date(found: ErrorDetails) -> Words:
    return not_a_date(_short(str(found["input"])))


def _yes_or_no(found: ErrorDetails) -> Words:
    return f'"{_short(str(found["input"]))}" is neither true nor false', "Write true or false."


def _in_pydantics_words(found: ErrorDetails) -> Words:
    return found["msg"], "Compare it with the entries around it."


_LIST = _wrong_shape('A list is needed: one line each, indented, starting with "- ".')
_GROUP = _wrong_shape('A group of keys is needed, such as "id: bed-rest", one on each line.')
_TEXT = _wrong_shape("A text is needed here; put it in quotes if it holds a colon or a bracket.")

_WORDS: dict[str, Callable[[ErrorDetails], Words]] = {
    "missing": _missing,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "string_pattern_mismatch": _pattern,
    "string_type": _TEXT,
    "too_short": _too_few,
    "too_long": _too_many,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dict_type": _GROUP,
    "enum": _choices,
    "literal_error": _choices,
    "greater_than_equal": _out_of_range,
    "greater_than": _out_of_range,
    "less_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "int_parsing": _number,
    "int_parsing_size": _number,
    "int_from_float": _number,
    "int_type": _number,
    "float_parsing": _number,
    "float_type": _number,
    "bool_parsing": _yes_or_no,
    "bool_type": _yes_or_no,
    "date_type": _date,
    "date_parsing": _date,
    "date_from_datetime_parsing": _date,
    "date_from_datetime_inexact": _date,
}


TOO_DEEP = ("lists or groups stand too deep inside each other", "Compare with the shipped files.")
_BRACKET = ("a bracket is opened and not closed", "Close it, or put the text in quotes.")
# Part of what the YAML parser says -> what it mostly comes from, and what to do.
_SYNTAX = {
    "mapping values are not allowed": (
        "there is a colon where none is expected",
        "Put a text that holds a colon in quotes, and indent the line like those around it.",
    ),
    "could not find expected ':'": (
        "this line, or the one above, is neither a key with a colon nor part of a text",
        "Add the colon, or indent the line further than the key that it belongs to.",
    ),
    "found character that cannot start": (
        "a text starts with a character that has a meaning in YAML",
        "Put the text in quotes.",
    ),
    "unexpected end of stream": ("a quote is opened here and not closed", "Close it with the same quote."),
    "did not find expected key": (
        "the line is not indented like its neighbours, or a text goes on after its closing quote",
        "Indent it like the lines around, or put the whole text in the other kind of quotes.",
    ),
    "did not find expected '-' indicator": (
        'a line in a list does not start with "- "',
        'Start it with "- ", or indent it like the lines around.',
    ),
    "did not find expected ','": _BRACKET,
    "did not find expected node content": _BRACKET,
    # Some releases of the parser count for themselves, and stop before our own limit is reached.
    "exceeded maximum nesting depth": TOO_DEEP,
}


def in_plain_words(problem: str) -> Words:
    """What is wrong and what would be right, for what the YAML parser says of a file."""
    unknown = (
        f"this is not YAML: {problem}",
        "Indent it like the lines around; put texts with marks in quotes.",
    )
    return next((words for part, words in _SYNTAX.items() if part in problem), unknown)
