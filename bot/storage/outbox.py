"""Messages on their way to Telegram, and what is written in the same transaction as a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.staffing import Act
from bot.storage.audit import write_act
from bot.storage.tables import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message of a reply, rendered. Those of a turn have positions from 0, and ``is_last`` marks the end.

    ``question_id`` is the message that it answers, if any. With ``in_place`` it takes the place of what was
    sent at this position to the same question before. ``reply_to`` is the message to quote. ``asked_at`` is
    None where the answer cannot be late. ``photo`` is a ``file_id``; the HTML is then its caption.
    """

    html: str
    keyboard: str = "[]"
    photo: str | None = None
    position: int = 0
    is_last: bool = True
    question_id: int | None = None
    in_place: bool = False
    reply_to: int | None = None
    asked_at: datetime | None = None


Mail = Sequence[tuple[int, Outgoing]]  # each with the chat that it goes to


@dataclass(frozen=True, slots=True)
class Following:
    """What is written together with a change, or not at all: an act for the record, messages to be sent."""

    act: Act
    mail: Mail = ()


def _row(chat_id: int, outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    fields = {name: getattr(outgoing, name) for name in Outgoing.__dataclass_fields__}
    return {"chat_id": chat_id, "decided_at": now, **fields}


def write_following(connection: sa.Connection, following: Following) -> None:
    write_act(connection, following.act)
    write_mail(connection, following.mail, following.act.at)


def write_mail(connection: sa.Connection, mail: Mail, now: datetime) -> None:
    if mail:
        connection.execute(outbox.insert(), [_row(chat_id, outgoing, now) for chat_id, outgoing in mail])
