"""Conversations as JSON lines: one object in, one object out, chats kept apart."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictStr,
    ValidationError,
    model_validator,
)

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.replies import Answer, Reply
from bot.core.subscribing import Standing, standing_after
from bot.core.writing import SHOW
from bot.plain_text import citation_of, plain_text


def _aware(value: object) -> object:
    """A time without a zone is taken for UTC."""
    if isinstance(value, str):
        instant = datetime.fromisoformat(value)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return value


class Line(BaseModel):
    """A line in: the chat, and exactly one of a text, a button's data, or a point that was tapped."""

    model_config = ConfigDict(extra="forbid")

    chat: StrictStr | int
    text: StrictStr | None = None
    button: StrictStr | None = None
    entry: StrictStr | None = None
    at: Annotated[AwareDatetime, BeforeValidator(_aware)] | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Line":
        if sum(value is not None for value in (self.text, self.button, self.entry)) != 1:
            raise ValueError("give exactly one of text, button and entry")
        return self


def converse(dialogue: Dialogue, lines: Iterable[bytes | str], now: Callable[[], datetime]) -> Iterator[str]:
    """A JSON line for each line in, in order; ``{"error": ...}`` for one of no use. Blank lines are skipped."""
    chats: dict[str, tuple[Conversation, Standing]] = {}
    for raw in lines:
        if not raw.strip():
            continue
        try:
            said = json.loads(raw)
            if not isinstance(said, dict):
                raise ValueError('a line must be a JSON object, such as {"chat": "a", "text": "what are the signs?"}')
            line = Line.model_validate(said)
            if line.entry is not None and not dialogue.writer.knows(line.entry):
                raise ValueError(f"there is no point {line.entry!r}")
        except (ValueError, RecursionError) as error:
            yield json.dumps({"error": _plain(error)}, ensure_ascii=False)
            continue
        button = SHOW + line.entry if line.entry is not None else line.button
        incoming = Incoming(at=line.at or now(), text=line.text, button=button)
        conversation, standing = chats.get(str(line.chat), (Conversation(), Standing(line.chat)))
        turn = dialogue.step(conversation, incoming, standing)
        chats[str(line.chat)] = turn.conversation, standing_after(standing, turn.effects)
        yield json.dumps(_out(line.chat, turn), ensure_ascii=False)


_PLAINLY = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "string_type": "must be a text in quotation marks",
}


def _plain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            ".".join(map(str, found["loc"]))
            + (": " if found["loc"] else "")
            + _PLAINLY.get(found["type"], found["msg"].removeprefix("Value error, "))
            for found in error.errors()
        )
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg} at character {error.pos + 1}"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8"
    return "this is nested too deep" if isinstance(error, RecursionError) else str(error)


def _out(chat: str | int, turn: Turn) -> dict[str, Any]:
    cited = next((citation.line for reply in turn.replies if (citation := citation_of(reply))), None)
    return {
        "chat": chat,
        "kind": turn.kind.value,
        "entries": list(dict.fromkeys(point for reply in turn.replies for point in reply.points)),
        "ranked": [{"entry": ranked.point, "score": round(ranked.score, 1)} for ranked in turn.ranked[:5]],
        "urgent": turn.is_urgent,
        "text": "\n\n".join(map(plain_text, turn.replies)),
        "full_text": "\n\n".join(map(_whole, turn.replies)),
        "citation": cited,
        "buttons": [{"label": button.label, "data": button.data} for reply in turn.replies for button in reply.buttons],
    }


def _whole(reply: Reply) -> str:
    detail = reply.detail if isinstance(reply, Answer) else ()
    return "\n\n".join((plain_text(reply), *detail))
