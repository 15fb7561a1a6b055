"""Files -> a knowledge base, or every mistake in them."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.knowledge import Clinic, Language
from bot.core.questions import QuestionSet
from bot.knowledge_files import FILES, load, load_questions
from bot.knowledge_mistakes import KnowledgeError, Mistake

HEART = """\
id: heart
title: The heart
publisher: A clinic
published: 2020-01-31
url: https://example.org
sections:
  - id: basics
    title: Basics
    paragraphs: 3
    points:
      - id: what
        title: What it is
        answer: It is a pump.
        paragraphs: [1]
        phrasings: [what is it]
        follow_ups:
          - words: [and where]
            point: where
      - id: where
        title: Where it is
        answer: On the left.
        paragraphs: [2]
        phrasings: [where is it]
"""


def heart(old: str = "", new: str = "") -> str:
    """The document above with one change."""
    assert HEART.count(old) == 1 or not old, f"{old!r} does not stand exactly once in the document"
    return HEART.replace(old, new) if old else HEART


def folder_of(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_one_document_is_enough_and_the_rest_is_neutral(tmp_path: Path) -> None:
    base = load(folder_of(tmp_path, {"heart.yaml": HEART}))
    assert [point.id for point in base.documents[0].points] == ["what", "where"]
    assert (base.clinic, base.language, base.danger.signs) == (Clinic(), Language(), ())
    assert load_questions(tmp_path) == QuestionSet()


def test_every_file_finds_its_part_of_the_base(tmp_path: Path) -> None:
    lung = HEART.replace("heart", "lung").replace("id: wh", "id: l-wh").replace(": where", ": l-where")
    files: dict[str, str | bytes] = {
        "clinic.yaml": "name: Riverside",
        "heart.yaml": HEART,
        "language.yaml": "synonyms: [[heart, ticker]]",
        "lung.yml": lung.replace("is it]", "is that]"),
        "questions.yaml": "questions: [{text: what is it?, kind: answer, points: [what]}]",
        "README.md": "not: [read",
        ".hidden.yaml": "not: [read",
        "tips.yaml": "tips: [{id: t, title: T, text: Yes., point: l-what}]",
    }
    base = load(folder_of(tmp_path, files))
    assert base.clinic.name == "Riverside"
    assert base.language.synonyms == (("heart", "ticker"),)
    assert [document.id for document in base.documents] == ["heart", "lung"]
    assert base.tips.tips[0].point == "l-what"
    assert load_questions(tmp_path).questions[0].points == ("what",)


def test_a_tip_that_rests_on_nothing_and_a_zone_that_does_not_exist_are_told_with_their_lines(tmp_path: Path) -> None:
    tips = "weekly: {day: noday, at: '9:00'}\ntips:\n  - {id: t, title: T, text: Yes., point: whit}\n"
    files = {"heart.yaml": HEART, "clinic.yaml": "name: Riverside\ntime_zone: America/Chicagoo", "tips.yaml": tips}
    with pytest.raises(KnowledgeError) as caught:
        load(folder_of(tmp_path, files))
    assert [str(mistake).split(". ")[0] for mistake in caught.value.mistakes] == [
        'clinic.yaml, line 2: time_zone: "America/Chicagoo" is not a time zone',
        'tips.yaml, line 1: weekly.at: "9:00" is not a time of day',
        'tips.yaml, line 1: weekly.day: "noday" is not one of the choices',
        'tips.yaml, line 3: tips[0].point: there is no point "whit"',
    ]


def test_a_text_stays_as_it_was_written(tmp_path: Path) -> None:
    phrasings = "[no, 12:30, 2020-01-31, 007, 1e3, 'null', 0x10]"
    base = load(folder_of(tmp_path, {"heart.yaml": heart("[what is it]", phrasings)}))
    written = ("no", "12:30", "2020-01-31", "007", "1e3", "null", "0x10")
    assert base.documents[0].points[0].phrasings == written


def test_line_endings_of_windows_are_welcome(tmp_path: Path) -> None:
    assert load(folder_of(tmp_path, {"heart.yaml": HEART.replace("\n", "\r\n")})).documents[0].id == "heart"


AT_ANSWER = "heart.yaml, line 21: sections[0].points[1].answer: "
QUOTE = "which has a meaning in YAML that is not used here. Put the text in quotes, or write it out again."
TAB = "the line is indented with a tab. Use spaces instead of tabs."

# What is changed in the document -> what is said. Most stand in a file of their own, easier on the eye.
BROKEN_DOCUMENTS: dict[str, tuple[str, str, list[str]]] = {
    "an answer is too long": (
        "On the left.",
        "x" * 712,
        [f"{AT_ANSWER}is 712 characters long, and may be 700. Shorten it by 12 or more."],
    ),
    "a number has thousands of digits": (
        "paragraphs: [2]",
        f"paragraphs: [{'9' * 5000}]",
        [
            f'heart.yaml, line 22: sections[0].points[1].paragraphs[0]: "{"9" * 40}…" is not a number. '
            "Write a number in digits, such as 3."
        ],
    ),
    "a line break is of a kind that editors do not count": (
        "On the left.",
        "On the\u2028left.",
        ["heart.yaml, line 21: there is an invisible character, number 0x2028. Type the line again."],
    ),
    "lines are indented with tabs": (
        "    title: Basics\n    paragraphs",
        "\ttitle: Basics\n  \tparagraphs",
        [f"heart.yaml, line 8: {TAB}", f"heart.yaml, line 9: {TAB}"],
    ),
}


def broken_documents() -> Iterator[tuple[str, tuple[str, str, list[str]]]]:
    for case in (Path(__file__).parent / "broken_documents.txt").read_text().split("\n# ")[1:]:
        name, *lines = case.strip("\n").split("\n")
        old, new = ("\n".join(line[2:] for line in lines if line[0] == mark) for mark in "<>")
        yield name, (old, new, [line for line in lines if line[0] not in "<>"])


BROKEN_DOCUMENTS |= dict(broken_documents())


@pytest.mark.parametrize(("old", "new", "said"), BROKEN_DOCUMENTS.values(), ids=BROKEN_DOCUMENTS)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    assert mistakes(folder_of(tmp_path, {"heart.yaml": heart(old, new)})) == said


EMPTY = "heart.yaml, line 1: the file is empty. Write its contents, or remove the file."
TOO_DEEP = "lists or groups stand too deep inside each other. Compare with the shipped files."
NOT_A_GROUP = 'A group of keys is needed, such as "id: bed-rest", one on each line.'
BROKEN_FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "nothing": ("", [EMPTY]),
    "a comment": ("# To do\n", [EMPTY]),
    "nothing after a line": ("---\n", [EMPTY]),
    "a list": ("- a\n", [f"heart.yaml, line 1: is a list. {NOT_A_GROUP}"]),
    "a text": ("hello", [f'heart.yaml, line 1: is the text "hello". {NOT_A_GROUP}']),
    "a byte order mark": (
        b"\xef\xbb\xbf" + HEART.encode(),
        ['heart.yaml, line 1: the file starts with an invisible mark (BOM). Save it as "UTF-8", not "UTF-8 with BOM".'],
    ),
    "Latin-1": (
        HEART.replace("left", "léft").encode("latin-1"),
        ['heart.yaml, line 21: byte 442 of the file is not UTF-8. Save the file with the encoding "UTF-8".'],
    ),
    "UTF-16": (
        HEART.encode("utf-16"),
        ['heart.yaml, line 1: byte 1 of the file is not UTF-8. Save the file with the encoding "UTF-8".'],
    ),
    "brackets without end": ("a: " + "[" * 100_000, [f"heart.yaml, line 1: {TOO_DEEP}"]),
    "a list in a list in a list": (
        "\n".join(" " * depth + "-" for depth in range(3000)),
        [f"heart.yaml, line 22: {TOO_DEEP}"],
    ),
    "a list that is part of itself": (
        "&a [*a]",
        [
            f'heart.yaml, line 1: a value starts with "&", {QUOTE}',
            f'heart.yaml, line 1: [0]: a value starts with "*", {QUOTE}',
        ],
    ),
    "too many bytes": (
        "#" * 10_000_001,
        ["heart.yaml, line 1: the file is larger than 10,000,000 bytes. Split it into several documents."],
    ),
    "too many values": (
        "a:\n" + "- b\n" * 300_000,
        ["heart.yaml, line 200000: the file has more than 200,000 values. Split it into several documents."],
    ),
}


@pytest.mark.parametrize(("text", "said"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_file_that_is_no_document_is_told_as_what_it_is(tmp_path: Path, text: str | bytes, said: list[str]) -> None:
    assert mistakes(folder_of(tmp_path, {"heart.yaml": text})) == said


def test_aliases_that_would_expand_to_a_billion_texts_are_refused_at_once(tmp_path: Path) -> None:
    levels = [f"k{level}: &k{level} [{f'*k{level - 1}, ' * 9}]" for level in range(1, 12)]
    said = mistakes(folder_of(tmp_path, {"heart.yaml": "\n".join(["k0: &k0 [ha, ha]", *levels])}))
    assert f'heart.yaml, line 2: k1[0]: a value starts with "*", {QUOTE}' in said


def test_mistakes_in_all_files_are_told_at_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "clinic.yaml": "name: ''\nphon: 1\n",
        "heart.yaml": heart("point: where", "point: were"),
        "language.yaml": """\
small_talk:
  - {id: thanks, phrasings: [no, What is it], reply: Welcome.}
  - {id: thanks, phrasings: ['NO!'], reply: Welcome.}
""",
        "lung.yaml": "id: heart\ntitle: The lung\nsections: []\n",
        "messages.yaml": "[",
        "questions.yaml": """\
questions:
  - {text: what is it, kind: answer}
  - {text: what is it, kind: odd, points: [why]}
""",
    }
    assert mistakes(folder_of(tmp_path, files)) == [
        "clinic.yaml, line 1: name: is empty. Write a text.",
        'clinic.yaml, line 2: phon: "phon" is not known here. Perhaps "phone" is meant.',
        'heart.yaml, line 18: sections[0].points[0].follow_ups[0].point: there is no point "were". '
        'Write the id of a point of this knowledge base; perhaps "where".',
        'language.yaml, line 2: small_talk[0].phrasings[1]: "What is it" stands under the point "what" '
        "as well (heart.yaml, line 15). Keep one of the two.",
        'language.yaml, line 3: small_talk[1].id: the id "thanks" is used twice among the small talk '
        "(line 2). Give one of the two another id.",
        'language.yaml, line 3: small_talk[1].phrasings[0]: "NO!" stands twice under the small talk "thanks" '
        "(line 2). Keep one of the two.",
        'lung.yaml, line 1: id: the id "heart" is used twice among the documents (heart.yaml, line 1). '
        "Give one of the two another id.",
        'lung.yaml, line 1: published: is missing. Add a line "published:" with its value.',
        'lung.yaml, line 1: publisher: is missing. Add a line "publisher:" with its value.',
        'lung.yaml, line 1: url: is missing. Add a line "url:" with its value.',
        "lung.yaml, line 3: sections: has nothing in its list. List at least 1.",
        "messages.yaml, line 1: a bracket is opened and not closed. Close it, or put the text in quotes.",
        "questions.yaml, line 2: questions[0]: the kind is answer, and no point answers it. "
        "Write under points the ids of the points that do, or change the kind.",
        'questions.yaml, line 3: questions[1].kind: "odd" is not one of the choices. '
        "Write 'answer', 'near', 'foreign', 'danger', 'calm' or 'small_talk'.",
        'questions.yaml, line 3: questions[1].points[0]: there is no point "why". '
        "Write the id of a point of this knowledge base.",
        'questions.yaml, line 3: questions[1].text: "what is it" is labelled twice (line 2). Keep one of the two.',
    ]


def test_a_group_of_words_has_a_name_like_an_id(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "heart.yaml": HEART,
        "danger-signs.yaml": "words:\n  Big Pain: [agony]\n",
    }
    assert mistakes(folder_of(tmp_path, files)) == [
        'danger-signs.yaml, line 2: words.Big Pain: "Big Pain" has characters that are not allowed. '
        "Use small letters and digits, with single hyphens between words, such as bed-rest."
    ]


def test_no_follow_up_is_blamed_while_a_document_can_not_be_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"heart.yaml": heart("point: where", "point: breath"), "lung.yaml": "["}
    assert mistakes(folder_of(tmp_path, files)) == [
        "lung.yaml, line 1: a bracket is opened and not closed. Close it, or put the text in quotes."
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Clinic.yaml", "clinic.yaml"),
        ("clinic.yml", "clinic.yaml"),
        ("danger_sign.yaml", "danger-signs.yaml"),
        ("tip.yaml", "tips.yaml"),
    ],
)
def test_a_slip_in_a_files_name_is_not_taken_for_a_document(tmp_path: Path, name: str, meant: str) -> None:
    assert mistakes(folder_of(tmp_path, {"heart.yaml": HEART, name: "a: b"})) == [
        f"{name}: the name is nearly, but not quite, one that has a meaning. "
        f"Rename it to {meant}; if it is a document, give it a name less like that."
    ]


def test_a_folder_without_a_document_is_no_knowledge_base(tmp_path: Path) -> None:
    said = [f"{tmp_path}: no document is in this folder. Put a document into it: any other YAML file."]
    assert mistakes(folder_of(tmp_path, {"clinic.yaml": "name: Riverside"})) == said


def test_a_folder_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    right = "Name the folder that holds the knowledge base's files."
    missing, file = tmp_path / "missing", folder_of(tmp_path, {"file": ""}) / "file"
    assert mistakes(missing) == [f"{missing}: the folder can't be read: No such file or directory. {right}"]
    assert mistakes(file) == [f"{file}: the folder can't be read: Not a directory. {right}"]


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    told = "this is not a file, or it leads nowhere. Remove it from the folder, or put the file there."
    assert mistakes(tmp_path) == [f"{name}.yaml, line 1: {told}" for name in ("folder", "link", "pipe")]


def test_the_error_prints_each_mistake_on_a_line_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(folder_of(tmp_path, {"heart.yaml": "", "lung.yaml": ""}))
    assert str(caught.value) == f"2 mistakes in {tmp_path}:\n  {EMPTY}\n  {EMPTY.replace('heart', 'lung')}"


YAML_WORDS = [
    "id",
    "sections",
    "points",
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "|",
    ">",
]
YAML_MARKS = [
    "*a",
    "&a ",
    "!!int ",
    "? ",
    "---\n",
    "...\n",
    "%YAML 9\n",
    "#",
    "\t",
    "\0",
    "é",
    "\ufeff",
    "~",
    ",",
]
ANY_BYTES = st.one_of(
    st.binary(),
    st.lists(st.sampled_from(YAML_WORDS + YAML_MARKS)).map("".join).map(str.encode),
    st.tuples(st.integers(0, len(HEART)), st.integers(0, 40), st.binary(max_size=9)).map(
        lambda cut: HEART.encode()[: cut[0]] + cut[2] + HEART.encode()[cut[0] + cut[1] :]
    ),
)


@given(st.sampled_from(["heart.yaml", *FILES]), ANY_BYTES)
@settings(max_examples=400, deadline=None)
def test_any_bytes_in_any_file_give_a_base_or_mistakes_with_lines_that_exist(name: str, raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        folder_of(Path(folder), {"heart.yaml": HEART, name: raw})
        try:
            load(Path(folder))
            told: tuple[Mistake, ...] = ()
        except KnowledgeError as error:
            told = error.mistakes
    lines = len(raw.replace(b"\r", b"\n").split(b"\n"))
    assert [mistake for mistake in told if mistake.file == name and not 1 <= mistake.line <= lines] == []


def document_of(points: int, phrasings: int) -> str:
    def point(number: int) -> str:
        lines = [f"          - how is number {number} on day {day}\n" for day in range(phrasings)]
        head = f"      - id: p{number}\n"
        fields = "        title: It\n        answer: It is.\n        paragraphs: [1]\n        phrasings:\n"
        return head + fields + "".join(lines)

    return HEART + "".join(point(number) for number in range(points))


@pytest.mark.parametrize(("points", "phrasings", "seconds"), [(150, 20, 2), (1000, 100, 20)])
def test_a_large_base_loads_in_time(tmp_path: Path, points: int, phrasings: int, seconds: float) -> None:
    folder_of(tmp_path, {"heart.yaml": document_of(points, phrasings)})
    started = time.monotonic()
    base = load(tmp_path)
    assert len(base.documents[0].points) == points + 2
    assert time.monotonic() - started < seconds
