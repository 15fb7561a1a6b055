"""What is stored of subscribers, and that nothing of it is left once they want to be forgotten."""

import sqlite3
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.conversation import Conversation
from bot.core.staffing import Flow, Step
from bot.core.subscribing import (
    Forget,
    KeepSubscription,
    SentTip,
    Standing,
    Subscription,
    SubscriptionState,
)
from bot.storage import Committed, Outgoing, Storage, Stored, Talk
from bot.storage.tables import broadcasts, deliveries, metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA = Talk(0x1234567890)
BEN = Talk(1002)
ACTIVE = Subscription(state=SubscriptionState.ACTIVE, wording="ab12", consented_at=NOW, changed_at=NOW)
STOPPED = ACTIVE.model_copy(update={"state": SubscriptionState.STOPPED, "changed_at": NOW + DAY})


def commit(storage, talk=ANNA, update_id=1, out=(), effects=(), then=None):
    return storage.commit(talk, storage.load(talk), then or Conversation(), update_id, out, NOW, effects)


def subscribe(storage, talk=ANNA, subscription=ACTIVE, update_id=1):
    assert commit(storage, talk, update_id, effects=[KeepSubscription(subscription)]) is Committed.DONE


def send_tip(storage, number, tip_id, chat_id=ANNA.chat_id, state="sent", settled_at=NOW):
    """Put a broadcast and its delivery where the one who sends them does."""
    broadcast = {"id": number, "title": "T", "content": "{}", "tip_id": tip_id, "state": "finished"}
    delivery = {"broadcast_id": number, "chat_id": chat_id, "state": state, "message_id": 7, "settled_at": settled_at}
    with storage.database.begin() as connection:
        connection.execute(
            broadcasts.insert().values(**broadcast, confirmation="c", created_at=NOW, is_enumerated=True)
        )
        connection.execute(deliveries.insert().values(**delivery))


def rows(storage, table):
    with storage.database.begin() as connection:
        return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def test_a_subscription_is_there_after_a_restart_with_its_consent(storage, open_storage):
    paused = ACTIVE.model_copy(update={"paused_until": NOW + 7 * DAY})
    subscribe(storage, subscription=paused)
    storage.close()
    again = open_storage()
    assert again.subscribers.get(ANNA.chat_id) == paused
    assert again.load(ANNA).standing == Standing(ANNA.chat_id, paused)
    assert again.subscribers.get(BEN.chat_id) is None


def test_a_subscription_takes_the_place_of_the_one_before(storage):
    subscribe(storage)
    subscribe(storage, subscription=STOPPED, update_id=2)
    assert storage.subscribers.get(ANNA.chat_id) == STOPPED


def test_an_effect_of_a_known_or_overtaken_update_is_not_applied(storage):
    before = storage.load(ANNA)
    subscribe(storage)
    effects = [KeepSubscription(STOPPED)]
    assert commit(storage, effects=effects) is Committed.KNOWN
    assert storage.commit(ANNA, before, Conversation(), 2, (), NOW, effects) is Committed.OVERTAKEN
    assert storage.subscribers.get(ANNA.chat_id) == ACTIVE


def test_a_talk_that_is_purged_or_forgotten_leaves_the_subscription(storage):
    subscribe(storage)
    late = NOW + 2 * DAY
    assert storage.purge(untouched_since=late, known_before=late, sent_before=late) == 2
    assert storage.load(ANNA) == Stored(Conversation(), 0, Standing(ANNA.chat_id, ACTIVE))
    storage.forget(ANNA.chat_id)
    assert storage.subscribers.get(ANNA.chat_id) == ACTIVE


@pytest.mark.parametrize("state", [SubscriptionState.BLOCKED, SubscriptionState.GONE])
def test_who_blocked_the_bot_is_marked_and_who_had_stopped_stays_stopped(storage, state):
    subscribe(storage)
    subscribe(storage, BEN, STOPPED, update_id=2)
    for talk in (ANNA, BEN, Talk(1003)):
        storage.subscribers.mark(talk.chat_id, state, NOW + DAY)
    assert storage.subscribers.get(ANNA.chat_id) == ACTIVE.model_copy(update={"state": state, "changed_at": NOW + DAY})
    assert storage.subscribers.get(BEN.chat_id) == STOPPED
    assert storage.subscribers.get(1003) is None


def test_a_chat_with_a_new_id_keeps_its_subscription(storage):
    subscribe(storage)
    storage.move(ANNA.chat_id, 2001)
    assert (storage.subscribers.get(ANNA.chat_id), storage.subscribers.get(2001)) == (None, ACTIVE)
    subscribe(storage, BEN, STOPPED, update_id=2)
    storage.subscribers.move(2001, BEN.chat_id)
    assert (storage.subscribers.get(2001), storage.subscribers.get(BEN.chat_id)) == (None, STOPPED)


def test_those_are_counted_who_get_tips_now(storage):
    paused = ACTIVE.model_copy(update={"paused_until": NOW + DAY})
    for number, subscription in enumerate((ACTIVE, ACTIVE, STOPPED, paused)):
        subscribe(storage, Talk(number + 1), subscription, update_id=number)
    assert storage.subscribers.count_active(NOW) == 2
    assert storage.subscribers.count_active(NOW + DAY) == 3


def test_the_last_tips_are_those_that_reached_her_newest_first(storage):
    subscribe(storage)
    for number in range(1, 8):
        send_tip(storage, number, f"tip-{number}", settled_at=NOW - number * DAY)
    send_tip(storage, 8, "not-sent", state="pending", settled_at=None)
    send_tip(storage, 9, None)
    send_tip(storage, 10, "not-hers", chat_id=BEN.chat_id)
    found = storage.load(ANNA).standing.tips
    assert found == tuple(SentTip(f"tip-{number}", NOW - number * DAY) for number in range(1, 6))
    assert storage.load(BEN).standing.tips == ()


def test_replies_that_wait_and_ids_that_are_kept_are_counted(storage):
    commit(storage, out=[Outgoing(html="x", question_id=5), Outgoing(html="y", question_id=5, position=1)])
    first, _ = storage.pending(ANNA.chat_id)
    storage.cross_out(first, 71, NOW)
    assert storage.load(ANNA).standing == Standing(ANNA.chat_id, waiting=1, kept_ids=1)


def test_of_a_group_no_standing_is_known(storage):
    assert storage.load(Talk(-100, 7)).standing is None


def fill_with_all_that_there_is(storage):
    """Everything that is ever kept of a patient, and a second patient who stays."""
    then = Conversation(pending="xylophone words", at=NOW)
    out = [Outgoing(html="quandary reply", question_id=5), Outgoing(html="second", question_id=5, position=1)]
    commit(storage, out=out, effects=[KeepSubscription(ACTIVE)], then=then)
    storage.cross_out(storage.pending(ANNA.chat_id)[0], 71, NOW)
    commit(storage, Talk(-100, ANNA.chat_id), update_id=2, then=Conversation(pending="xylophone in a group"))
    send_tip(storage, 1, "tip-1")
    send_tip(storage, 2, "tip-2", state="pending", settled_at=None)
    subscribe(storage, BEN, update_id=3)
    send_tip(storage, 3, "tip-3", chat_id=BEN.chat_id)


def forget(storage, update_id=9):
    out = [Outgoing(html="farewell", question_id=8, in_place=True)]
    assert commit(storage, update_id=update_id, out=out, effects=[Forget()]) is Committed.DONE


def test_whoever_wants_to_be_forgotten_is_and_gets_the_last_reply(storage):
    fill_with_all_that_there_is(storage)
    assert storage.load(ANNA).standing.deliveries == 2
    storage.drafts.set_flow(ANNA.chat_id, Flow(Step.WRITING, NOW))
    forget(storage)
    assert storage.load(ANNA) == Stored(Conversation(), 0, Standing(ANNA.chat_id, waiting=1))
    assert storage.drafts.flow(ANNA.chat_id) is None
    assert storage.load(Talk(-100, ANNA.chat_id)).version == 0
    (last,) = storage.pending(ANNA.chat_id)
    assert last.outgoing == Outgoing(html="farewell")
    storage.cross_out(last, 72, NOW)
    assert storage.load(ANNA).standing == Standing(ANNA.chat_id)
    assert [(row["chat_id"], row["message_id"], row["state"]) for row in rows(storage, deliveries)] == [
        (None, None, "sent"),
        (None, None, "skipped"),
        (BEN.chat_id, 7, "sent"),
    ]
    assert storage.load(BEN).standing.tips == (SentTip("tip-3", NOW),)
    assert commit(storage, update_id=9) is Committed.KNOWN


def test_a_reply_that_was_under_way_when_she_was_forgotten_leaves_no_trace(storage):
    commit(storage, out=[Outgoing(html="x", question_id=5)])
    (under_way,) = storage.pending(ANNA.chat_id)
    forget(storage)
    storage.cross_out(under_way, 71, NOW)
    assert storage.load(ANNA).standing == Standing(ANNA.chat_id, waiting=1)


def test_a_second_forgetting_finds_nothing_and_does_no_harm(storage):
    fill_with_all_that_there_is(storage)
    forget(storage)
    forget(storage, update_id=10)
    assert len(rows(storage, deliveries)) == 3


def traces_on_disk(path: Path, chat_id: int, words: tuple[bytes, ...]) -> list[bytes]:
    """What of a patient stands anywhere in the files of a database, deleted or not.

    SQLite keeps an integer of this size in six bytes, the most significant first; a trace as text counts as well.
    """
    looked_for = (str(chat_id).encode(), struct.pack(">q", chat_id)[2:], *words)
    files = [file for file in (path, path.with_name(path.name + "-wal")) if file.exists()]
    return [trace for trace in looked_for for file in files if trace in file.read_bytes()]


def test_on_sqlite_nothing_of_a_forgotten_patient_is_left_in_the_files(tmp_path):
    path = tmp_path / "clinic.sqlite3"
    storage = Storage(f"sqlite:///{path}")
    storage.migrate()
    fill_with_all_that_there_is(storage)
    words = (b"xylophone", b"quandary", b"farewell")
    assert set(traces_on_disk(path, ANNA.chat_id, words[:2])) >= {words[0], words[1]}
    forget(storage)
    assert b"xylophone" not in traces_on_disk(path, ANNA.chat_id, words)
    storage.cross_out(storage.pending(ANNA.chat_id)[0], 72, NOW)
    assert traces_on_disk(path, ANNA.chat_id, words) == []
    storage.close()


def test_a_crash_before_the_last_reply_is_sent_leaves_nothing_in_the_files_either(tmp_path):
    path = tmp_path / "clinic.sqlite3"
    storage, second = Storage(f"sqlite:///{path}"), Storage(f"sqlite:///{path}")
    storage.migrate()
    fill_with_all_that_there_is(storage)
    forget(storage)
    second.migrate()
    second.cross_out(second.pending(ANNA.chat_id)[0], 72, NOW)
    assert traces_on_disk(path, ANNA.chat_id, (b"xylophone", b"quandary", b"farewell")) == []
    for each in (storage, second):
        each.close()


def test_what_staff_are_told_costs_no_overwriting(tmp_path):
    path = tmp_path / "clinic.sqlite3"
    storage = Storage(f"sqlite:///{path}")
    storage.migrate()
    storage.post([(BEN.chat_id, Outgoing(html="sent to 3"))], NOW)
    storage.cross_out(storage.pending(BEN.chat_id)[0], 72, NOW)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    storage.close()


def test_the_search_for_traces_finds_what_is_merely_deleted(tmp_path):
    path = tmp_path / "clinic.sqlite3"
    storage = Storage(f"sqlite:///{path}")
    storage.migrate()
    fill_with_all_that_there_is(storage)
    storage.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA secure_delete=OFF")
    for table in metadata.tables:
        connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()
    assert struct.pack(">q", ANNA.chat_id)[2:] in traces_on_disk(path, ANNA.chat_id, ())
