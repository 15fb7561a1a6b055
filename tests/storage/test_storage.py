"""The contract of the storage, held against each kind of database."""

import sqlite3
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from bot.core.conversation import Conversation
from bot.core.subscribing import Standing
from bot.storage import Committed, Outgoing, Storage, StorageError, Stored, Talk, metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANNA = Talk(1001)
BEN = Talk(1002)


def commit(storage, talk=ANNA, point="a", update_id=1, out=(), now=NOW):
    return storage.commit(talk, storage.load(talk), Conversation(point=point), update_id, out, now)


def test_a_chat_nobody_has_written_in_has_a_new_conversation(storage):
    assert storage.load(ANNA) == Stored(Conversation(), 0, Standing(ANNA.chat_id))


def test_what_was_committed_is_there_after_a_restart(storage, open_storage):
    then = Conversation(point="a", offered=("b", "c"), pending="d", at=NOW)
    assert storage.commit(ANNA, storage.load(ANNA), then, 1, [Outgoing(html="x")], NOW) is Committed.DONE
    storage.close()
    again = open_storage()
    assert again.load(ANNA) == Stored(then, 1, Standing(ANNA.chat_id, waiting=1))
    assert [pending.outgoing.html for pending in again.pending(ANNA.chat_id)] == ["x"]


def test_conversations_are_kept_apart_by_chat_and_by_member(storage):
    for number, talk in enumerate((ANNA, BEN, Talk(-100, 7), Talk(-100, 8))):
        commit(storage, talk, point=f"p{number}", update_id=number)
    points = [storage.load(talk).conversation.point for talk in (ANNA, BEN, Talk(-100, 7), Talk(-100, 8))]
    assert points == ["p0", "p1", "p2", "p3"]


def test_ids_may_have_64_bits(storage):
    talk = Talk(-(2**52), 2**52)
    commit(storage, talk, update_id=2**40, out=[Outgoing(html="x", question_id=2**40)])
    assert storage.load(talk).version == 1
    assert storage.pending(talk.chat_id)[0].outgoing.question_id == 2**40


def test_a_known_update_writes_nothing(storage):
    commit(storage, point="first", out=[Outgoing(html="x")])
    assert commit(storage, point="second", out=[Outgoing(html="y")]) is Committed.KNOWN
    assert storage.load(ANNA) == Stored(Conversation(point="first"), 1, Standing(ANNA.chat_id, waiting=1))
    assert len(storage.pending(ANNA.chat_id)) == 1


def test_update_0_is_an_update_too(storage):
    assert commit(storage, update_id=0) is Committed.DONE
    assert commit(storage, update_id=0) is Committed.KNOWN


def test_a_decision_on_an_older_version_is_overtaken_and_writes_nothing(storage):
    before = storage.load(ANNA)
    commit(storage, point="first", update_id=1)
    after = storage.load(ANNA)
    commit(storage, point="second", update_id=2)
    for number, old in enumerate((before, after)):
        outcome = storage.commit(ANNA, old, Conversation(point="late"), 10 + number, [Outgoing(html="x")], NOW)
        assert outcome is Committed.OVERTAKEN
    assert storage.load(ANNA) == Stored(Conversation(point="second"), 2, Standing(ANNA.chat_id))
    assert storage.pending(ANNA.chat_id) == ()


def test_of_connections_that_compete_each_commits_on_what_the_others_wrote(open_storage):
    """Two copies of the bot, one chat: no step is lost and none is done twice."""
    copies, rounds = 2, 25
    barrier = threading.Barrier(copies)
    errors = []

    def serve(storage, first_update):
        try:
            barrier.wait(10)
            for update_id in range(first_update, first_update + rounds):
                outcome = Committed.OVERTAKEN
                while outcome is Committed.OVERTAKEN:
                    outcome = commit(storage, point=str(update_id), update_id=update_id)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=serve, args=(open_storage(), number * 1000)) for number in range(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert open_storage().load(ANNA).version == copies * rounds


def test_a_transaction_that_waits_for_another_succeeds_when_that_ends(storage, open_storage):
    other = open_storage()
    blocker = ExitStack()
    blocker.enter_context(other.database.begin()).execute(sa.text("DELETE FROM outbox"))
    release = threading.Timer(0.1, blocker.close)
    release.start()
    assert commit(storage) is Committed.DONE
    release.join()


def test_a_conversation_that_this_release_cannot_read_starts_afresh_and_can_be_replaced(storage):
    commit(storage)
    with storage.database.begin() as connection:
        connection.execute(sa.text('UPDATE conversations SET state = \'{"gone": "xylophone"}\''))
    assert storage.load(ANNA) == Stored(Conversation(), 1, Standing(ANNA.chat_id))
    assert commit(storage, point="new", update_id=2) is Committed.DONE
    assert storage.load(ANNA) == Stored(Conversation(point="new"), 2, Standing(ANNA.chat_id))


def test_the_outbox_keeps_the_order_in_which_replies_were_decided(storage):
    commit(storage, ANNA, update_id=1, out=[Outgoing(html="1"), Outgoing(html="2", position=1)])
    commit(storage, BEN, update_id=2, out=[Outgoing(html="b")])
    commit(storage, ANNA, update_id=3, out=[Outgoing(html="3")])
    assert [pending.outgoing.html for pending in storage.pending(ANNA.chat_id)] == ["1", "2", "3"]
    assert storage.chats_waiting() == (ANNA.chat_id, BEN.chat_id)


def test_an_outgoing_message_comes_back_as_it_was_written(storage):
    outgoing = Outgoing(
        html="<b>&amp; “…” 🤰</b>",
        keyboard='[[["Yes", "y"]]]',
        position=1,
        is_last=False,
        question_id=5,
        in_place=True,
        reply_to=6,
        asked_at=datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=2))),
    )
    commit(storage, out=[outgoing])
    found = storage.pending(ANNA.chat_id)[0].outgoing
    assert found == outgoing
    assert found.asked_at.tzinfo is UTC


def test_an_instant_without_a_time_zone_is_refused(storage):
    with pytest.raises(SQLAlchemyError):
        commit(storage, now=datetime(2026, 3, 1))  # noqa: DTZ001 -- the mistake under test


def send(storage, message_ids, chat_id=ANNA.chat_id):
    """Cross out what is pending as if Telegram had taken it under these ids."""
    for pending, message_id in zip(storage.pending(chat_id), message_ids, strict=True):
        storage.cross_out(pending, message_id, NOW)


def to_question(*positions, **more):
    return [Outgoing(html="x", question_id=50, position=n, is_last=n == positions[-1], **more) for n in positions]


def test_what_was_sent_is_found_by_the_question_and_leaves_the_outbox(storage):
    commit(storage, out=to_question(0, 1, 2))
    send(storage, [71, 72, 73])
    assert storage.pending(ANNA.chat_id) == ()
    assert [storage.sent_at_position(ANNA.chat_id, 50, n) for n in range(4)] == [71, 72, 73, None]
    assert storage.sent_after(ANNA.chat_id, 50, 0) == (72, 73)
    assert storage.sent_at_position(BEN.chat_id, 50, 0) is None


def test_a_shorter_answer_to_an_edited_question_forgets_the_rest_of_the_longer_one(storage):
    commit(storage, out=to_question(0, 1, 2))
    send(storage, [71, 72, 73])
    commit(storage, update_id=2, out=to_question(0, 1, in_place=True))
    send(storage, [71, 82])
    assert storage.sent_after(ANNA.chat_id, 50, -1) == (71, 82)


def test_a_message_that_is_given_up_leaves_the_outbox_and_was_not_sent(storage):
    commit(storage, out=to_question(0))
    send(storage, [None])
    assert storage.pending(ANNA.chat_id) == ()
    assert storage.sent_at_position(ANNA.chat_id, 50, 0) is None


def test_a_group_with_a_new_id_takes_its_unsent_messages_along(storage):
    commit(storage, Talk(-5, 7), out=[Outgoing(html="x", question_id=50, reply_to=50)])
    storage.move(-5, -1005)
    assert storage.pending(-5) == ()
    assert storage.pending(-1005)[0].outgoing == Outgoing(html="x")


def test_of_a_forgotten_chat_nothing_is_kept_but_that_its_updates_are_known(storage):
    commit(storage, out=to_question(0))
    send(storage, [71])
    commit(storage, update_id=2, out=to_question(0))
    commit(storage, BEN, update_id=3, out=[Outgoing(html="b")])
    storage.forget(ANNA.chat_id)
    assert storage.load(ANNA) == Stored(Conversation(), 0, Standing(ANNA.chat_id))
    assert storage.chats_waiting() == (BEN.chat_id,)
    assert storage.sent_at_position(ANNA.chat_id, 50, 0) is None
    assert commit(storage, update_id=2) is Committed.KNOWN


def test_purging_deletes_what_is_older_and_nothing_else(storage):
    old = NOW - timedelta(days=3)
    commit(storage, ANNA, update_id=1, out=to_question(0), now=old)
    storage.cross_out(storage.pending(ANNA.chat_id)[0], 71, old)
    commit(storage, ANNA, update_id=2, out=to_question(0), now=old)
    commit(storage, BEN, update_id=3, out=to_question(0))
    limit = NOW - timedelta(days=1)
    assert storage.purge(untouched_since=limit, known_before=limit, sent_before=limit) == 5
    assert storage.load(ANNA).version == 0
    assert storage.load(BEN).version == 1
    assert storage.chats_waiting() == (BEN.chat_id,)
    assert commit(storage, BEN, update_id=3) is Committed.KNOWN
    assert storage.purge(untouched_since=limit, known_before=limit, sent_before=limit) == 0


def test_an_error_shows_no_values(storage):
    with storage.database.begin() as connection:
        connection.execute(sa.text("DROP TABLE outbox"))
    with pytest.raises(SQLAlchemyError) as caught:
        commit(storage, point="xylophone", out=[Outgoing(html="quandary")])
    assert "xylophone" not in str(caught.value)
    assert "quandary" not in str(caught.value)


class TestMigrations:
    def test_they_lead_from_an_empty_database_to_the_tables_of_the_code(self, storage):
        with storage.database.begin() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    def test_running_them_again_changes_nothing(self, storage):
        commit(storage)
        storage.migrate()
        assert storage.load(ANNA).version == 1

    def test_two_copies_that_start_together_both_find_the_tables(self, url):
        copies = [Storage(url) for _ in range(3)]
        errors = []

        def migrate(storage):
            try:
                storage.migrate()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=migrate, args=(storage,)) for storage in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert errors == []
        assert commit(copies[0]) is Committed.DONE
        for storage in copies:
            storage.close()


class TestOpening:
    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        storage = Storage(f"sqlite:///{tmp_path}/missing/clinic.sqlite3")
        with pytest.raises(StorageError, match="DATABASE_URL: the database cannot be opened"):
            storage.migrate()

    def test_a_file_that_is_no_database_is_told(self, tmp_path):
        (tmp_path / "file").write_bytes(b"not a database, but long enough to be taken for one" * 10)
        storage = Storage(f"sqlite:///{tmp_path}/file")
        with pytest.raises(StorageError, match="DATABASE_URL: the database cannot be opened"):
            storage.migrate()
        storage.close()

    def test_sqlite_writes_ahead_waits_when_busy_checks_foreign_keys_and_overwrites_what_is_deleted(self, tmp_path):
        storage = Storage(f"sqlite:///{tmp_path}/clinic.sqlite3")
        storage.migrate()
        with storage.database.begin() as connection:
            asked = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "busy_timeout", "foreign_keys", "secure_delete")
            ]
        storage.close()
        assert asked == ["wal", 5000, 1, 1]

    def test_the_file_can_be_read_by_sqlite_alone(self, tmp_path):
        storage = Storage(f"sqlite:///{tmp_path}/clinic.sqlite3")
        storage.migrate()
        commit(storage)
        storage.close()
        connection = sqlite3.connect(tmp_path / "clinic.sqlite3")
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (1,)
        connection.close()
