"""The commands: the one place where the concrete parts are chosen and joined."""

import os
import sys
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot.core.conversation import Conversation, Incoming
from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase
from bot.core.messages import fill
from bot.core.orders import Order, OrderError, when
from bot.core.replies import Button
from bot.core.staffing import Clock
from bot.core.tips import Tip
from bot.core.writing import STOP_TIPS, Writer
from bot.json_lines import converse
from bot.knowledge_check import check as check_knowledge
from bot.knowledge_files import load, load_questions
from bot.knowledge_mistakes import KnowledgeError
from bot.knowledge_schemas import write_schemas
from bot.plain_text import plain_text
from bot.report import print_evaluation
from bot.settings import Settings, SettingsError, read_settings
from bot.terminal import HERE, explain, show
from bot.terminal import chat as chat_in_terminal

# A patient's commands, in the order of Telegram's menu; the messages hold a text for each.
MENU = ("start", "help", "topics", "sources", "subscribe", "unsubscribe", "settings", "privacy", "mydata", "forget")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Folder = Annotated[Path | None, typer.Option("--knowledge", help="A folder of knowledge files.", metavar="DIR")]
_LONGEST_TITLE = 60


@app.callback()
def _main() -> None:
    """A clinic's Telegram bot that answers from the clinic's own patient document."""


@app.command()
def chat(knowledge: Folder = None) -> None:
    """Talk with the bot here, without Telegram."""
    console = Console()
    with console.status("Reading the knowledge files ..."):
        dialogue = Dialogue(_load(knowledge))
    chat_in_terminal(dialogue, console, _now)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotation marks.")] = None,
    why: Annotated[bool, typer.Option("--why", help="Show how the answer was found.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read JSON lines from standard input, write JSON lines.")
    ] = False,
    knowledge: Folder = None,
) -> None:
    """Ask one question, or converse in JSON lines."""
    if jsonl == (question is not None):
        _fail('Give a question, as in: python -m bot ask "what are the signs?", or --jsonl, not both.')
    dialogue = Dialogue(_load(knowledge))
    if question is None:
        _converse(dialogue)
        return
    console = Console()
    turn = dialogue.step(Conversation(), Incoming(at=_now(), text=question), HERE)
    show(turn, console)
    if why:
        explain(dialogue, question, turn, console)


def _converse(dialogue: Dialogue) -> None:
    out = sys.stdout.buffer
    try:
        for line in converse(dialogue, iter(sys.stdin.buffer.readline, b""), _now):
            out.write(line.encode("utf-8", "replace") + b"\n")
            out.flush()
    except BrokenPipeError:
        # The reader has gone; writing what is left at exit would fail again, and loudly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def check(folder: Annotated[Path | None, typer.Argument(metavar="[DIR]")] = None) -> None:
    """Check the knowledge files: mistakes end with exit 1, warnings do not."""
    base = _load(folder)
    try:
        questions = load_questions(folder or _settings().knowledge_dir)
    except KnowledgeError as error:
        _fail(str(error))
    warnings = check_knowledge(base, questions, _now().date())
    for warning in warnings:
        typer.echo(f"warning: {warning}")
    points = sum(len(document.points) for document in base.documents)
    counts = f"Documents: {len(base.documents)}. Points: {points}. Tips: {len(base.tips.tips)}."
    typer.echo(f"{counts} Mistakes: 0. Warnings: {len(warnings)}.")


@app.command()
def evaluate(
    knowledge: Folder = None,
    failures: Annotated[bool, typer.Option("--failures", help="List the tuning half's failures.")] = False,
) -> None:
    """Run the labelled questions; exit 1 where a floor is not reached."""
    base = _load(knowledge)
    questions = load_questions(knowledge or _settings().knowledge_dir)
    if not questions.questions and not questions.conversations:
        _fail("There are no labelled questions; write some into questions.yaml.")
    raise typer.Exit(0 if print_evaluation(base, questions, Console(), failures) else 1)


@app.command()
def schema(folder: Annotated[Path | None, typer.Argument(metavar="[DIR]")] = None) -> None:
    """Write the JSON Schemas that help editors with the knowledge files."""
    for path in write_schemas(folder or _settings().knowledge_dir):
        typer.echo(path)


@app.command()
def run() -> None:
    """Serve patients on Telegram until stopped."""
    # Imported here: the other commands do without python-telegram-bot, and start faster.
    from bot.telegram import application
    from bot.telegram.staff_setup import StaffSetup

    settings = _settings()
    try:
        _ = settings.token
    except SettingsError as error:
        _fail(str(error))
    knowledge = _load(None)
    messages = knowledge.messages
    profile = application.Profile(
        commands=tuple((name, getattr(messages, f"command_{name}")) for name in MENU),
        description=messages.bot_description,
        short_description=messages.bot_short_description,
    )
    notices = application.Notices(
        late=fill(messages.late, knowledge.clinic),
        failure=fill(messages.error, knowledge.clinic),
        withdrawn=fill(messages.tip_withdrawn, knowledge.clinic),
    )
    dialogue = Dialogue(knowledge)
    staff = StaffSetup(
        ids=settings.staff_ids or frozenset(),
        needs_two=settings.two_person_broadcasts,
        tips=knowledge.tips,
        write_tip=dialogue.writer.tip,
        label_stop=messages.label_stop,
        zone=ZoneInfo(knowledge.clinic.time_zone),
    )
    raise typer.Exit(application.run(settings, dialogue, profile, notices, staff))


@app.command()
def broadcast(
    tip: Annotated[str | None, typer.Option("--tip", help="The id of a tip in tips.yaml.", metavar="ID")] = None,
    text_file: Annotated[
        Path | None, typer.Option("--text-file", help="A file with plain text to send.", metavar="FILE")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help='When, on the clinic\'s clock: 9:30, "monday 9:30".', metavar="TIME")
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and change nothing.")] = False,
) -> None:
    """Send a tip, or a text, to all who get tips."""
    from bot.telegram import shell
    from bot.telegram.broadcaster import Terms

    settings, knowledge = _settings(), _load(None)
    zone, tips, console = ZoneInfo(knowledge.clinic.time_zone), knowledge.tips, Console()
    try:
        order = _order(knowledge, tip, text_file, at, zone)
        if dry:
            raise typer.Exit(shell.dry_run(settings, order, zone, console))
        withdrawn = fill(knowledge.messages.tip_withdrawn, knowledge.clinic)
        terms = Terms(Clock(zone, tips.quiet_hours, tips.weekly), withdrawn, settings.staff_ids or frozenset())
        raise typer.Exit(shell.broadcast(settings, order, terms, console, _now))
    except (OrderError, SettingsError) as error:
        _fail(str(error))


def _order(knowledge: KnowledgeBase, tip_id: str | None, text_file: Path | None, at: str | None, zone: tzinfo) -> Order:
    """Raises OrderError."""
    from bot.telegram import shell, tip_content

    if (tip_id is None) == (text_file is None):
        raise OrderError("Give either --tip ID or --text-file FILE.")
    now = _now()
    wanted_at, due_at = when(at, knowledge.tips.quiet_hours, zone, now)
    if text_file is not None:
        text = shell.text_in(text_file)
        title = text.splitlines()[0][:_LONGEST_TITLE]
        content = shell.text_content(text, Button(knowledge.messages.label_stop, STOP_TIPS))
    else:
        tip = _tip(knowledge, tip_id or "")
        reply = Writer(knowledge).tip(tip, now)
        title, text, content = tip.title, plain_text(reply), tip_content.content_of(reply)
    return Order(title=title, text=text, content=content, tip_id=tip_id, wanted_at=wanted_at, due_at=due_at)


def _tip(knowledge: KnowledgeBase, tip_id: str) -> Tip:
    if tip := knowledge.tips.tip(tip_id):
        return tip
    ids = [tip.id for tip in knowledge.tips.tips]
    near = get_close_matches(tip_id, ids, n=1, cutoff=0.4)
    known = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(ids)}." if ids else "There are none."
    raise OrderError(f"There is no tip {tip_id!r} in tips.yaml. {known}")


def _load(folder: Path | None) -> KnowledgeBase:
    try:
        return load(folder or _settings().knowledge_dir)
    except KnowledgeError as error:
        _fail(str(error))


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        _fail(str(error))


def _fail(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)


def _now() -> datetime:
    return datetime.now(UTC)
