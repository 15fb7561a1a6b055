"""What the two READMEs say, held against the program."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import indent

import pytest
import typer
from pydantic_core import PydanticUndefined

from bot.cli import MENU, app
from bot.core.conversation import CONTEXT_LASTS, Conversation, Incoming
from bot.core.dialogue import Dialogue
from bot.core.replies import Kind, Reply
from bot.core.staffing import COMMANDS as STAFF_COMMANDS
from bot.json_lines import Line, converse
from bot.knowledge_files import FILES, load
from bot.knowledge_mistakes import KnowledgeError
from bot.plain_text import plain_text
from bot.settings import Settings
from bot.telegram import application

HOUSE = Path(__file__).parents[2]
README = (HOUSE / "README.md").read_text(encoding="utf-8")
FOR_STAFF = (HOUSE / "knowledge" / "README.md").read_text(encoding="utf-8")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

COMMANDS = typer.main.get_command(app).commands
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("--")
]
# Where an example of knowledge/README.md belongs, by its first line: a file, or a place in the document.
IN_A_SECTION = '# in a section of the document, under "points"\n'
IN_A_POINT = "# in a point, or at the top of the document\n"
AT_THE_TOP = "# at the top of the document\n"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def row(first_cell: str) -> str:
    """The line of README's tables that begins with a cell."""
    rows = [line for line in README.splitlines() if line.startswith(f"| `{first_cell}")]
    assert len(rows) == 1, f"{first_cell!r} begins {len(rows)} rows"
    return rows[0]


def bare(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_table_of_commands(name: str) -> None:
    assert row(f"python -m bot {name}")


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_stands_beside_its_command(name: str, option: str) -> None:
    assert f"`{option}" in row(f"python -m bot {name}")


def test_every_command_that_is_shown_can_be_typed() -> None:
    shown = re.findall(r"python -m bot (\w+)([^`\n]*)", README + FOR_STAFF)
    known = {name: {option for at, option in OPTIONS if at == name} for name in COMMANDS}
    assert {name for name, _ in shown} == set(COMMANDS)
    assert [
        (name, option) for name, rest in shown for option in re.findall(r"--[\w-]+", rest) if option not in known[name]
    ] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_table_with_its_default(name: str) -> None:
    default = Settings.model_fields[name].default
    assert default is not PydanticUndefined
    if isinstance(default, Path):
        default = default.relative_to(HOUSE)
    written = {None: "none", False: "`false`"}.get(default, f"`{default}`")
    assert row(name.upper()).startswith(f"| `{name.upper()}` | {written} | ")


@pytest.mark.parametrize("name", STAFF_COMMANDS)
def test_every_staff_command_stands_in_the_table_of_theirs(name: str) -> None:
    assert row(f"/{name}`")


def test_no_setting_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(described) == sorted(name.upper() for name in Settings.model_fields)


def test_every_path_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`((?:bot|knowledge|tests|\.ci)/[\w./-]*|Procfile|requirements\.txt)`", README))
    named |= set(re.findall(r"\]\((?!https?:)([^)]+)\)", README))
    assert len(named) > 10
    assert [path for path in sorted(named) if not (HOUSE / path).exists()] == []


def test_the_first_two_commands_come_first() -> None:
    first, second = blocks(README, "sh")[:2]
    assert first.strip().endswith("&& pip install -e . && python -m bot chat")
    assert second.strip() == "pip install -e '.[test]' && python -m pytest"


def test_the_procfile_runs_what_the_readme_says() -> None:
    procfile = (HOUSE / "Procfile").read_text()
    assert procfile == "worker: python -m bot run\n"
    assert f"`{procfile.strip()}`" in README
    assert shlex.split(procfile)[-1] in COMMANDS


def test_requirements_are_pinned_to_one_version_each_and_to_no_host() -> None:
    lines = (HOUSE / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [^;/@]+)?", line)] == []


def test_what_is_stored_is_kept_as_long_as_the_readme_says() -> None:
    hours = application.SENT_REPLIES_KEPT / timedelta(hours=1)
    assert f"| {application.CONVERSATION_KEPT.days} day after the last message |" in README
    assert f"updates already handled | {application.UPDATE_KEPT.days} days |" in README
    assert f"gets its answer edited | {hours:.0f} hours |" in README
    assert CONTEXT_LASTS.total_seconds() == 60 * 60
    assert "A follow-up is understood for an hour after the last message." in bare(README)


def described_after(words: str) -> list[str]:
    """The first cells of the table that follows some words."""
    table = README.split(f"\n{words}", 1)[1].split("\n\n")[1]
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def test_every_field_of_a_json_line_in_is_described() -> None:
    assert described_after("In: ") == list(Line.model_fields)


def test_every_field_of_a_json_line_out_is_described(plants: Dialogue) -> None:
    (out,) = converse(plants, ['{"chat": 1, "text": "hello"}'], lambda: AT)
    assert described_after("Out, or ") == list(json.loads(out))


def test_every_kind_of_reply_is_named() -> None:
    assert [kind for kind in Kind if f"`{kind}`" not in row("kind` |")] == []


def turns(transcript: str) -> Iterator[tuple[str, list[str]]]:
    """What the patient types, and the stretches shown of the replies."""
    for turn in re.split(r"^> ", transcript, flags=re.MULTILINE)[1:]:
        typed, _, shown = turn.partition("\n")
        yield typed, [stretch for stretch in map(bare, shown.split("[...]")) if stretch]


def in_the_terminal(replies: tuple[Reply, ...]) -> str:
    buttons = [button for reply in replies for button in reply.buttons]
    labels = (f"[{number}] {button.label}" for number, button in enumerate(buttons, 1))
    return bare(" ".join((*map(plain_text, replies), *labels)))


def test_every_command_of_a_patient_stands_in_the_readme() -> None:
    named = set(re.findall(r"`/(\w+)`", README))
    assert [name for name in MENU if name not in named] == []


def test_the_talk_in_the_readme_is_what_the_bot_says(shipped: Dialogue) -> None:
    conversation, unsaid = Conversation(), []
    transcript = next(block for block in blocks(README, "text") if block.startswith("> "))
    for typed, stretches in turns(transcript):
        turn = shipped.step(conversation, Incoming(at=AT, text=typed))
        conversation = turn.conversation
        said = in_the_terminal(turn.replies)
        unsaid += [(typed, stretch, said) for stretch in stretches if stretch not in said]
    assert unsaid == []


def test_staff_are_told_of_every_knowledge_file() -> None:
    there = {path.name for path in (HOUSE / "knowledge").glob("*.yaml")}
    described = set(re.findall(r"^\| `([\w-]+\.yaml)` \|", FOR_STAFF, re.MULTILINE))
    assert described == there | set(FILES)


def whole_document() -> str:
    return next(text for text in blocks(FOR_STAFF, "yaml") if text.startswith("# sprained-ankle.yaml\n"))


def files_of(example: str) -> dict[str, str]:
    """An example in the place that its first line names, beside or within the whole document."""
    document = whole_document()
    if example.startswith(IN_A_SECTION):
        return {"document.yaml": document + indent(example, " " * 6)}
    if example.startswith(IN_A_POINT):
        return {"document.yaml": document + indent(example, " " * 8)}
    if example.startswith(AT_THE_TOP):
        bottom = re.sub(r"^(reviewed_on|next_review):\n", "", document, flags=re.MULTILINE)
        return {"document.yaml": example + bottom}
    name = re.match(r"# ([\w-]+\.yaml)\n", example)
    assert name, f"nothing says where this belongs:\n{example}"
    return {"sprained-ankle.yaml": document, name[1]: example}


@pytest.mark.parametrize("example", blocks(FOR_STAFF, "yaml")[:-1])
def test_every_example_for_staff_is_right(example: str, tmp_path: Path) -> None:
    for name, text in files_of(example).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load(tmp_path).documents


def test_the_example_of_mistakes_gives_the_messages_shown(tmp_path: Path) -> None:
    (tmp_path / "sprained-ankle.yaml").write_text(blocks(FOR_STAFF, "yaml")[-1], encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path)
    assert str(caught.value).replace(str(tmp_path), "knowledge") == blocks(FOR_STAFF, "text")[-1].rstrip()
