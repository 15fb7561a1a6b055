"""The conversation in a terminal and in JSON lines, as the real program that people and scripts start."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 30.0

ORBIT = """\
id: moon
title: The moon
publisher: A school
published: 2021-05-06
url: https://example.org/moon
sections:
  - id: orbit
    title: Orbit
    paragraphs: 1
    points:
      - id: full-moon
        title: From full moon to full moon
        answer: It takes 29 and a half days from one full moon to the next.
        paragraphs: [1]
        phrasings:
          - how long is it from one full moon to the next
          - when is the next full moon
          - how many days has a lunar month
"""


@pytest.fixture
def moon(tmp_path: Path) -> Path:
    """The least that the program can work with: one document with one point, and no other file."""
    folder = tmp_path / "moon"
    folder.mkdir()
    (folder / "moon.yaml").write_text(ORBIT)
    return folder


def start(folder: Path, *arguments: str, **options: Any) -> subprocess.Popen[Any]:
    """The program without a single setting, in an empty folder of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error::DeprecationWarning:bot",
        },
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def finished(folder: Path, *arguments: str, typed: bytes = b"") -> tuple[int, str, str]:
    process = start(folder, *arguments)
    try:
        out, error = process.communicate(typed, timeout=SECONDS)
    finally:
        process.kill()
    return process.returncode, out.decode(), error.decode()


def test_a_chat_is_held_with_words_and_numbers_for_buttons_until_it_is_left(
    tmp_path: Path, plants_folder: Path
) -> None:
    typed = "how often should I water my plants?\n2\n\nwhere is that from\nzebra\n/quit\nwho is there\n"
    code, out, error = finished(tmp_path, "chat", "--knowledge", str(plants_folder), typed=typed.encode())
    assert (code, error) == (0, "")
    shown = [
        "Hello.",
        "once a week",
        "[2] In winter",
        "rest and need less",
        "1. Fern A.",
        "does not cover",
        "Take care.",
    ]
    places = [out.find(part) for part in shown]
    assert -1 not in places
    assert places == sorted(places)
    assert "who is there" not in out


@pytest.mark.parametrize("typed", [b"", b"how often should I water my plants?", b"\xff\xfe\n"])
def test_a_chat_ends_well_when_its_input_ends(tmp_path: Path, plants_folder: Path, typed: bytes) -> None:
    code, out, error = finished(tmp_path, "chat", "--knowledge", str(plants_folder), typed=typed)
    assert (code, error) == (0, "")
    assert out.rstrip().endswith("Take care.")
    assert ("once a week" in out) is (b"water" in typed)


def test_one_question_is_answered_with_its_source_from_the_least_knowledge(tmp_path: Path, moon: Path) -> None:
    code, out, error = finished(tmp_path, "ask", "when is the next full moon?", "--knowledge", str(moon))
    assert (code, error) == (0, "")
    plain = " ".join(out.replace("│", " ").split())
    assert "29 and a half days" in plain
    assert "Source: “The moon”, A school, section “Orbit”, paragraph 1, May 6, 2021." in plain


def test_why_tells_what_decided_and_shows_the_ranking(tmp_path: Path, plants_folder: Path) -> None:
    code, out, error = finished(tmp_path, "ask", "when shall I repot it?", "--why", "--knowledge", str(plants_folder))
    assert (code, error) == (0, "")
    for part in (
        "You wrote: “when shall",
        "repotting",
        "when should I repot a plant",
        "I showed you this topic because",
    ):
        assert part in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask"], "--jsonl"),
        (["ask", "a question", "--jsonl"], "not both"),
        (["ask", "a question", "--knowledge", "not-there"], "can't be read"),
        (["chat", "--knowledge", "."], "no document"),
    ],
)
def test_what_cannot_be_done_is_told_in_plain_words(tmp_path: Path, arguments: list[str], told: str) -> None:
    code, out, error = finished(tmp_path, *arguments)
    assert (code, out) == (1, "")
    assert told in error
    assert "Traceback" not in error


class Lines:
    """``ask --jsonl`` as another program uses it: a line in, its answer out, the next line."""

    def __init__(self, folder: Path, knowledge: Path) -> None:
        self.process = start(folder, "ask", "--jsonl", "--knowledge", str(knowledge))

    def write(self, raw: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(raw + b"\n")
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def ask(self, **line: Any) -> dict[str, Any]:
        self.write(json.dumps(line).encode())
        return self.read()


@pytest.fixture
def lines(tmp_path: Path, plants_folder: Path) -> Iterator[Lines]:
    lines = Lines(tmp_path, plants_folder)
    yield lines
    lines.process.kill()
    lines.process.communicate()


def test_each_line_is_answered_before_the_next_is_written_and_mistakes_do_not_end_the_run(
    lines: Lines,
) -> None:
    assert lines.ask(chat="a", text="how often should I water my plants?")["entries"] == ["how-often-to-water"]
    for bad in (
        b"{",
        b'{"chat": 1}',
        b'{"chat": "\xff", "text": "a"}',
        b'{"chat": 1, "entry": "none"}',
        b"[" * 90_000,
    ):
        lines.write(bad)
        assert list(lines.read()) == ["error"]
    lines.write(b"\n  \n")  # gets no answer
    assert lines.ask(chat="b", text="tell me more")["kind"] == "not_covered"
    assert lines.ask(chat="a", text="and in winter")["entries"] == ["winter-rest"]
    assert lines.ask(chat="c", text="\ud800 lone \x00 \u2028")["chat"] == "c"
    assert lines.ask(chat="c", entry="repotting")["entries"] == ["repotting"]
    out, error = lines.process.communicate(timeout=SECONDS)
    assert (lines.process.returncode, out, error) == (0, b"", b"")


def test_a_reader_who_goes_away_makes_no_noise(lines: Lines) -> None:
    lines.ask(chat="a", text="hello")
    assert lines.process.stdout is not None
    lines.process.stdout.close()
    lines.write(b'{"chat": "a", "text": "hello"}')
    lines.process.stdout = None
    _, error = lines.process.communicate(timeout=SECONDS)
    assert error == b""


def test_the_last_line_needs_no_line_end(tmp_path: Path, moon: Path) -> None:
    typed = b'{"chat": 1, "text": "how many days has a lunar month"}'
    code, out, error = finished(tmp_path, "ask", "--jsonl", "--knowledge", str(moon), typed=typed)
    assert (code, error) == (0, "")
    assert json.loads(out)["entries"] == ["full-moon"]


def test_the_least_knowledge_answers_nothing_but_its_own_subject(tmp_path: Path, moon: Path) -> None:
    texts = [
        "how do I bake bread",
        "what is the capital of France",
        "I am bleeding",
        "how much is it",
        "hello",
    ]
    typed = "".join(json.dumps({"chat": number, "text": text}) + "\n" for number, text in enumerate(texts))
    code, out, _ = finished(tmp_path, "ask", "--jsonl", "--knowledge", str(moon), typed=typed.encode())
    assert code == 0
    answered = [texts[said["chat"]] for said in map(json.loads, out.splitlines()) if said["kind"] == "answer"]
    assert answered == []
