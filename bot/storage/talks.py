"""What outlives a message: conversations, known updates, the outbox and the ids of sent replies.

One code for SQLite and PostgreSQL. The engine is synchronous: give a ``Storage`` one thread to live in.

The outbox is why no answer is lost. A reply is written down, ready to send, in the transaction that makes its
update known, and crossed out once Telegram has taken it. Whatever ends the process in between, the next start
finds the reply and sends it. The price: a crash between Telegram's taking and our crossing out sends a reply
twice. To a frightened patient a repeated answer is a nuisance and a missing one a danger; Telegram offers no
way to have neither.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from bot.core.conversation import Conversation
from bot.core.subscribing import Effect, Forget, KeepSubscription, Standing
from bot.storage.audit import Audit
from bot.storage.broadcasts import Broadcasts
from bot.storage.database import Database
from bot.storage.drafts import Drafts
from bot.storage.figures import Figures
from bot.storage.leases import Lease
from bot.storage.outbox import Mail, Outgoing, write_mail
from bot.storage.subscribers import Subscribers, erase, keep, move, subscription_of, tips_sent_to
from bot.storage.tables import conversations, deliveries, known_updates, outbox, sent_replies

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """Whose conversation: a private chat has one (``user_id`` 0), a group has one for each member."""

    chat_id: int
    user_id: int = 0

    @property
    def is_private(self) -> bool:
        return self.chat_id > 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation and the version that ``commit`` compares; version 0 is one that was never stored.

    ``standing`` is None in a group.
    """

    conversation: Conversation
    version: int
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An ``Outgoing`` in the outbox."""

    id: int
    chat_id: int
    outgoing: Outgoing


class Committed(StrEnum):
    DONE = "done"
    KNOWN = "known"  # the update was committed before; nothing was written
    OVERTAKEN = "overtaken"  # another update changed the conversation meanwhile; nothing was written


class Storage:
    """The verbs on the tables. Each is one transaction and may raise SQLAlchemyError, showing no values."""

    def __init__(self, url: str) -> None:
        """Open ``url`` (its tables brought up to date first by ``migrate``); raises StorageError."""
        self.database = Database(url)
        self.broadcasts = Broadcasts(self.database)
        self.lease = Lease(self.database)
        self.audit = Audit(self.database)
        self.subscribers = Subscribers(self.database)
        self.drafts = Drafts(self.database)
        self.figures = Figures(self.database)
        # Forgotten chats whose last reply may still be in the outbox.
        self._leaving: set[int] = set()

    def close(self) -> None:
        self.database.close()

    def migrate(self) -> None:
        """Bring the tables up to date, all steps or none; raises StorageError."""
        self.database.migrate()
        # A crash may have come between a forgetting and its last reply.
        self._leaving.update(self.chats_waiting())

    def load(self, talk: Talk) -> Stored:
        """The conversation, or a new one; one that this release can no longer read starts afresh."""
        query = sa.select(conversations.c.state, conversations.c.version).where(*_of(talk))
        with self.database.begin() as connection:
            row = connection.execute(query).one_or_none()
            standing = _standing(connection, talk.chat_id) if talk.is_private else None
        if row is None:
            return Stored(Conversation(), 0, standing)
        try:
            return Stored(Conversation.model_validate_json(row.state), row.version, standing)
        except ValidationError:
            logger.warning("a stored conversation could not be read and starts afresh chat=%d", talk.chat_id)
            return Stored(Conversation(), row.version, standing)

    def commit(
        self,
        talk: Talk,
        decided_on: Stored,
        then: Conversation,
        update_id: int,
        out: Sequence[Outgoing],
        now: datetime,
        effects: Sequence[Effect] = (),
    ) -> Committed:
        """Write all of what follows from an update, or nothing: see ``Committed``.

        ``decided_on`` is what ``load`` gave, ``then`` the conversation to store in its place. After ``Forget`` only
        the last reply is kept, until it is sent.
        """
        forgets = any(isinstance(effect, Forget) for effect in effects)
        try:
            with self.database.begin() as connection:
                if _is_known(connection, update_id):
                    return Committed.KNOWN
                if not _replace(connection, talk, decided_on, then, now):
                    return Committed.OVERTAKEN
                connection.execute(known_updates.insert().values(update_id=update_id, known_at=now))
                _apply(connection, talk.chat_id, effects, now)
                # Where a reply is remembered by its question, something of her would be left.
                kept = [replace(last, question_id=None, in_place=False) for last in out] if forgets else out
                write_mail(connection, [(talk.chat_id, outgoing) for outgoing in kept], now)
        except IntegrityError:
            # Another copy inserted the same first row between our look and our insert: look again.
            return Committed.OVERTAKEN
        if forgets:
            self._leaving.add(talk.chat_id)
            self.database.overwrite()
        return Committed.DONE

    def pending(self, chat_id: int) -> tuple[Pending, ...]:
        """A chat's unsent messages, in the order in which they were decided."""
        query = sa.select(outbox).where(outbox.c.chat_id == chat_id).order_by(outbox.c.id)
        with self.database.begin() as connection:
            return tuple(_pending(row) for row in connection.execute(query).mappings())

    def post(self, mail: Mail, now: datetime) -> None:
        """Put messages into the outbox that answer no update."""
        with self.database.begin() as connection:
            write_mail(connection, mail, now)

    def chats_waiting(self) -> tuple[int, ...]:
        """The chats with unsent messages, longest waiting first."""
        query = sa.select(outbox.c.chat_id).group_by(outbox.c.chat_id).order_by(sa.func.min(outbox.c.id))
        with self.database.begin() as connection:
            return tuple(connection.scalars(query))

    def sent_at_position(self, chat_id: int, question_id: int, position: int) -> int | None:
        """The id of the message that was sent to a question at a position."""
        with self.database.begin() as connection:
            return connection.scalar(
                sa.select(sent_replies.c.message_id).where(
                    *_to(chat_id, question_id), sent_replies.c.position == position
                )
            )

    def sent_after(self, chat_id: int, question_id: int, position: int) -> tuple[int, ...]:
        """The ids of the messages that were sent to a question after a position."""
        query = sa.select(sent_replies.c.message_id).where(
            *_to(chat_id, question_id), sent_replies.c.position > position
        )
        with self.database.begin() as connection:
            return tuple(connection.scalars(query.order_by(sent_replies.c.position)))

    def cross_out(self, pending: Pending, message_id: int | None, now: datetime) -> None:
        """A message is done with: sent as ``message_id``, or never to be sent (None).

        The last message of a turn also forgets what a longer turn sent to the same question before. With the last
        message to a forgotten chat nothing is left of that.
        """
        outgoing = pending.outgoing
        with self.database.begin() as connection:
            # The chat may have been forgotten while the message was under way, and SQLite gives the number of a
            # deleted row to the next one.
            this = (outbox.c.id == pending.id, outbox.c.html == outgoing.html)
            was_kept = connection.execute(outbox.delete().where(*this)).rowcount == 1
            if was_kept and message_id is not None and outgoing.question_id is not None:
                _remember_sent(connection, pending.chat_id, outgoing, outgoing.question_id, message_id, now)
            is_last = pending.chat_id in self._leaving and not _waits(connection, pending.chat_id)
            is_forgotten = is_last and not _has_talk(connection, pending.chat_id)
        if is_last:
            self._leaving.discard(pending.chat_id)
        if is_forgotten:
            self.database.overwrite()

    def move(self, chat_id: int, new_chat_id: int) -> None:
        """A group got a new id: its unsent messages go there, and its subscription.

        What the messages answer and quote has no id there.
        """
        unsent = outbox.update().where(outbox.c.chat_id == chat_id)
        with self.database.begin() as connection:
            connection.execute(unsent.values(chat_id=new_chat_id, question_id=None, reply_to=None))
            move(connection, chat_id, new_chat_id)

    def forget(self, chat_id: int) -> None:
        """Delete a chat's talk and replies. Its subscription is kept."""
        with self.database.begin() as connection:
            _forget_talk(connection, chat_id)
        self.database.overwrite()

    def purge(self, *, untouched_since: datetime, known_before: datetime, sent_before: datetime) -> int:
        """Delete conversations, update ids (and messages never delivered) and sent ids that are older.

        Returns how many rows went.
        """
        purges = (
            conversations.delete().where(conversations.c.touched_at < untouched_since),
            known_updates.delete().where(known_updates.c.known_at < known_before),
            outbox.delete().where(outbox.c.decided_at < known_before),
            sent_replies.delete().where(sent_replies.c.sent_at < sent_before),
        )
        with self.database.begin() as connection:
            purged = sum(connection.execute(purge).rowcount for purge in purges)
        if purged:
            self.database.overwrite()
        return purged


def _standing(connection: sa.Connection, chat_id: int) -> Standing:
    """What is stored beside the talk; only subscribers were ever sent tips."""
    subscription = subscription_of(connection, chat_id)
    waiting, kept_ids, noted = (
        sa.select(sa.func.count()).select_from(table).where(table.c.chat_id == chat_id).scalar_subquery()
        for table in (outbox, sent_replies, deliveries)
    )
    counts = connection.execute(sa.select(waiting, kept_ids, noted)).one()
    tips = tips_sent_to(connection, chat_id) if subscription else ()
    return Standing(chat_id, subscription, tips, *counts)


def _apply(connection: sa.Connection, chat_id: int, effects: Sequence[Effect], now: datetime) -> None:
    for effect in effects:
        if isinstance(effect, KeepSubscription):
            keep(connection, chat_id, effect.subscription)
        else:
            _forget_talk(connection, chat_id)
            # A patient's private chat has her own number: what she said in groups goes, too.
            connection.execute(conversations.delete().where(conversations.c.user_id == chat_id))
            erase(connection, chat_id, now)


def _forget_talk(connection: sa.Connection, chat_id: int) -> None:
    for table in (conversations, outbox, sent_replies):
        connection.execute(table.delete().where(table.c.chat_id == chat_id))


def _waits(connection: sa.Connection, chat_id: int) -> bool:
    return connection.scalar(sa.select(outbox.c.id).where(outbox.c.chat_id == chat_id).limit(1)) is not None


def _has_talk(connection: sa.Connection, chat_id: int) -> bool:
    query = sa.select(conversations.c.chat_id).where(conversations.c.chat_id == chat_id).limit(1)
    return connection.scalar(query) is not None


def _of(talk: Talk) -> tuple[sa.ColumnElement[bool], ...]:
    return (conversations.c.chat_id == talk.chat_id, conversations.c.user_id == talk.user_id)


def _to(chat_id: int, question_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (sent_replies.c.chat_id == chat_id, sent_replies.c.question_id == question_id)


def _is_known(connection: sa.Connection, update_id: int) -> bool:
    query = sa.select(known_updates.c.update_id).where(known_updates.c.update_id == update_id)
    return connection.scalar(query) is not None


def _replace(connection: sa.Connection, talk: Talk, decided_on: Stored, then: Conversation, now: datetime) -> bool:
    fresh = {"version": decided_on.version + 1, "state": then.model_dump_json(), "touched_at": now}
    if decided_on.version == 0:
        held = connection.scalar(sa.select(conversations.c.version).where(*_of(talk)))
        if held is not None:
            return False
        connection.execute(conversations.insert().values(chat_id=talk.chat_id, user_id=talk.user_id, **fresh))
        return True
    update = conversations.update().where(*_of(talk), conversations.c.version == decided_on.version)
    return connection.execute(update.values(**fresh)).rowcount == 1


def _pending(row: sa.RowMapping) -> Pending:
    fields = {name: row[name] for name in Outgoing.__dataclass_fields__}
    return Pending(row["id"], row["chat_id"], Outgoing(**fields))


def _remember_sent(
    connection: sa.Connection,
    chat_id: int,
    outgoing: Outgoing,
    question_id: int,
    message_id: int,
    now: datetime,
) -> None:
    at = sent_replies.c.position
    gone = at >= outgoing.position if outgoing.is_last else at == outgoing.position
    connection.execute(sent_replies.delete().where(*_to(chat_id, question_id), gone))
    connection.execute(
        sent_replies.insert().values(
            chat_id=chat_id,
            question_id=question_id,
            position=outgoing.position,
            message_id=message_id,
            sent_at=now,
        )
    )
