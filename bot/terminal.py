"""The conversation in a terminal: buttons are numbers."""

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.deciding import Outcome
from bot.core.dialogue import Dialogue
from bot.core.grounds import Compared
from bot.core.matching import WordMatch
from bot.core.replies import Answer, Button, Kind, Reply
from bot.core.subscribing import Standing, standing_after
from bot.plain_text import plain_text

_COLOURS = {Kind.URGENT: "red", Kind.CONFIRM_URGENT: "yellow", Kind.ANSWER: "green"}
_WIDTH = 88
# Nothing is known of whoever sits here; what she decides about tips lasts as long as the talk.
HERE = Standing("this terminal")


def chat(dialogue: Dialogue, console: Console, now: Callable[[], datetime]) -> None:
    """Talk until the input ends, or the patient types /quit."""
    console.print(Text("Type a question, a button's number, /help, or /quit to leave.", style="dim"))
    standing = HERE
    turn = dialogue.step(Conversation(), Incoming(at=now(), text="/start"), standing)
    buttons = show(turn, console)
    while (typed := _ask(console)) is not None and typed not in ("/quit", "/exit"):
        if not typed:
            continue
        turn = dialogue.step(turn.conversation, _incoming(typed, buttons, now()), standing)
        standing = standing_after(standing, turn.effects)
        buttons = show(turn, console) or buttons
    console.print(Text("Take care.", style="dim"))


def _ask(console: Console) -> str | None:
    try:
        return console.input("[bold]> [/bold]").strip()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None
    except UnicodeDecodeError:
        return "?"


def _incoming(typed: str, buttons: Sequence[Button], at: datetime) -> Incoming:
    if typed.isdecimal() and 0 < int(typed) <= len(buttons):
        return Incoming(at=at, button=buttons[int(typed) - 1].data)
    return Incoming(at=at, text=typed)


def show(turn: Turn, console: Console) -> list[Button]:
    """Print the replies; the buttons come back in the order of their numbers."""
    buttons: list[Button] = []
    for reply in turn.replies:
        numbered = list(enumerate(reply.buttons, len(buttons) + 1))
        buttons.extend(reply.buttons)
        console.print(_panel(reply, numbered))
    return buttons


def _panel(reply: Reply, numbered: Sequence[tuple[int, Button]]) -> Panel:
    body = plain_text(reply).removeprefix(reply.title or "").strip()
    parts = [Text(body)]
    if isinstance(reply, Answer):
        line = reply.citation.line
        parts = [Text(body.removesuffix(line).strip() + "\n"), Text(line, style="italic dim")]
    if numbered:
        parts.append(Text("\n" + "   ".join(f"[{number}] {button.label}" for number, button in numbered), style="cyan"))
    title = Text(reply.title, style="bold") if reply.title else None
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        border_style=_COLOURS.get(reply.kind, "blue"),
        width=_WIDTH,
    )


def explain(dialogue: Dialogue, text: str, turn: Turn, console: Console) -> None:
    """Why a message got the turn that it got: in words, then the ranking and the words of each question in tables."""
    console.print(_panel(dialogue.explain(text, turn), ()))
    for ground in turn.grounds:
        if isinstance(ground, Compared):
            _explain_outcome(dialogue, ground.outcome, console)


def _explain_outcome(dialogue: Dialogue, outcome: Outcome, console: Console) -> None:
    console.print(Text(f"\nQuestion: {outcome.reading.text}", style="bold"))
    table = Table("point", "score", "its nearest phrasing", "known words", width=_WIDTH)
    reading = outcome.reading
    for match in reading.compared:
        name = "(silent) " + match.key.removeprefix("gap:") if match is reading.gap else match.key
        table.add_row(Text(name), f"{match.score:.0f}", Text(match.phrasing), f"{100 * match.explained:.0f} %")
    console.print(table)
    if reading.compared:
        _show_words(reading.compared[0].phrasing, dialogue.matcher.word_matches(reading), console)


def _show_words(phrasing: str, words: Sequence[WordMatch], console: Console) -> None:
    table = Table("word", "in the phrasing", "likeness", "weight", title=f"The words, laid on “{phrasing}”")
    for word in words:
        table.add_row(Text(word.word), word.matched or "-", f"{100 * word.likeness:.0f} %", f"{100 * word.share:.0f} %")
    console.print(table)
