"""The contract of broadcasts, deliveries and the lease, held against each kind of database."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.core.broadcasting import BroadcastState, Content, Delivery, DeliveryState, Outcome, RecallState
from bot.core.subscribing import SubscriptionState
from bot.storage import Storage, metadata
from bot.storage.tables import deliveries, subscribers

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LASTS = timedelta(seconds=15)
LATER = NOW + timedelta(minutes=1)
ME, OTHER = "me", "other"


def subscribe(storage, *chats, state=SubscriptionState.ACTIVE, paused_until=None):
    fields = {"state": state, "wording": "v1", "consented_at": NOW, "paused_until": paused_until, "changed_at": NOW}
    with storage.database.begin() as connection:
        connection.execute(subscribers.insert(), [{"chat_id": chat, **fields} for chat in chats])


def subscription(storage, chat):
    with storage.database.begin() as connection:
        return connection.scalar(sa.select(subscribers.c.state).where(subscribers.c.chat_id == chat))


def rows(storage):
    with storage.database.begin() as connection:
        return [tuple(row) for row in connection.execute(sa.select(deliveries).order_by(deliveries.c.id))]


def draft(storage, title="A tip", **fields):
    return storage.broadcasts.draft(title, Content(html="<b>x</b>"), confirmation="abc", now=NOW, **fields)


def running(storage, *chats, expires_at=None):
    """A broadcast that runs, its recipients written down, and that ``ME`` may send."""
    if chats:
        subscribe(storage, *chats)
    broadcast = draft(storage)
    assert storage.broadcasts.change(
        broadcast.id, of=(BroadcastState.DRAFT,), to=BroadcastState.RUNNING, started_at=NOW, expires_at=expires_at
    )
    assert storage.lease.hold(ME, NOW, LASTS)
    while storage.broadcasts.enumerate(broadcast.id, 1000, ME, NOW):
        pass
    return storage.broadcasts.get(broadcast.id)


def take(storage, broadcast, limit=10, outcomes=(), holder=ME, now=NOW):
    return storage.broadcasts.exchange(broadcast.id, outcomes, limit, holder, now)


def settle(storage, delivery, state, message_id=None, now=NOW):
    storage.broadcasts.settle([Outcome(delivery, state, message_id)], now)


def counted(storage, broadcast):
    return {state.value: count for state, count in storage.broadcasts.counts(broadcast.id).of.items()}


class TestStates:
    def test_a_draft_is_read_back_as_it_was_written(self, storage):
        content = Content(html="<b>x</b> & ü 🌱", photo="file", keyboard='[[["a", "b"]]]')
        made = storage.broadcasts.draft("T", content, confirmation="abc", now=NOW, tip_id="rest", created_by=7)
        assert made.content == content
        assert (made.state, made.tip_id, made.created_by, made.created_at) == ("draft", "rest", 7, NOW)
        assert storage.broadcasts.get(made.id) == made
        assert storage.broadcasts.get(made.id + 1) is None

    def test_a_change_is_made_once_and_only_from_the_states_that_it_names(self, storage):
        made = draft(storage)
        change = storage.broadcasts.change
        assert change(made.id, of=(BroadcastState.DRAFT,), to=BroadcastState.SCHEDULED, due_at=NOW)
        assert not change(made.id, of=(BroadcastState.DRAFT,), to=BroadcastState.CANCELLED)
        assert storage.broadcasts.get(made.id).state is BroadcastState.SCHEDULED

    def test_a_confirmation_is_used_up_by_confirming(self, storage):
        made = draft(storage)
        confirm = storage.broadcasts.confirm
        assert not confirm(made.id, "wrong", to=BroadcastState.SCHEDULED)
        assert confirm(made.id, "abc", to=BroadcastState.SCHEDULED, due_at=NOW, confirmed_by=7)
        assert not confirm(made.id, "abc", to=BroadcastState.SCHEDULED)
        assert not confirm(made.id, "", to=BroadcastState.SCHEDULED)
        assert storage.broadcasts.get(made.id).confirmed_by == 7

    def test_an_unapproved_one_gets_a_second_confirmation(self, storage):
        made = draft(storage)
        assert storage.broadcasts.confirm(made.id, "abc", to=BroadcastState.UNAPPROVED, confirmation="def")
        assert not storage.broadcasts.confirm(made.id, "abc", to=BroadcastState.SCHEDULED)
        assert storage.broadcasts.confirm(made.id, "def", to=BroadcastState.SCHEDULED)

    def test_of_two_that_confirm_at_once_one_succeeds(self, storage, open_storage):
        made = draft(storage)
        copies = [open_storage() for _ in range(2)]
        said = []

        def confirm(copy):
            said.append(copy.broadcasts.confirm(made.id, "abc", to=BroadcastState.SCHEDULED))

        threads = [threading.Thread(target=confirm, args=(copy,)) for copy in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(said) == [False, True]

    def test_the_running_one_is_due_first_then_the_one_due_for_longest(self, storage):
        first, second, third, fourth = (draft(storage) for _ in range(4))
        change, of = storage.broadcasts.change, (BroadcastState.DRAFT,)
        change(first.id, of=of, to=BroadcastState.SCHEDULED, due_at=NOW + timedelta(seconds=1))
        assert storage.broadcasts.due(NOW) is None
        change(second.id, of=of, to=BroadcastState.SCHEDULED, due_at=NOW)
        change(third.id, of=of, to=BroadcastState.SCHEDULED, due_at=NOW - timedelta(hours=1))
        assert storage.broadcasts.due(NOW).id == third.id
        change(fourth.id, of=of, to=BroadcastState.RUNNING)
        assert storage.broadcasts.due(NOW).id == fourth.id

    def test_past_its_time_it_is_not_due_but_to_be_closed(self, storage):
        made = draft(storage)
        of = (BroadcastState.DRAFT,)
        storage.broadcasts.change(made.id, of=of, to=BroadcastState.SCHEDULED, due_at=NOW, expires_at=LATER)
        assert storage.broadcasts.due(NOW).id == made.id
        assert storage.broadcasts.to_close(NOW) == ()
        assert storage.broadcasts.due(LATER) is None
        assert [broadcast.id for broadcast in storage.broadcasts.to_close(LATER)] == [made.id]

    def test_a_stopped_one_is_to_be_closed_until_it_has_an_end(self, storage):
        made = running(storage, 1)
        of = (BroadcastState.RUNNING,)
        storage.broadcasts.change(made.id, of=of, to=BroadcastState.STOPPED)
        assert [broadcast.id for broadcast in storage.broadcasts.to_close(NOW)] == [made.id]
        storage.broadcasts.change(made.id, of=(BroadcastState.STOPPED,), to=BroadcastState.STOPPED, finished_at=NOW)
        assert storage.broadcasts.to_close(LATER) == ()

    def test_the_latest_come_newest_first_without_drafts(self, storage):
        first, second, _ = (draft(storage) for _ in range(3))
        for made in (first, second):
            storage.broadcasts.change(made.id, of=(BroadcastState.DRAFT,), to=BroadcastState.CANCELLED)
        assert [made.id for made in storage.broadcasts.latest(5)] == [second.id, first.id]
        assert [made.id for made in storage.broadcasts.in_state(BroadcastState.CANCELLED)] == [first.id, second.id]

    def test_where_progress_is_shown_and_when_a_tip_was_last_sent_are_remembered(self, storage):
        made = draft(storage, tip_id="rest")
        assert storage.broadcasts.last_sent() == {}
        storage.broadcasts.show_progress_at(made.id, 7, 70)
        storage.broadcasts.change(made.id, of=(BroadcastState.DRAFT,), to=BroadcastState.RUNNING, started_at=NOW)
        assert storage.broadcasts.get(made.id).progress == (7, 70)
        assert storage.broadcasts.last_sent() == {"rest": NOW}


class TestRecipients:
    def test_they_are_those_who_get_tips_now(self, storage):
        subscribe(storage, 1, -5)
        subscribe(storage, 2, state=SubscriptionState.STOPPED)
        subscribe(storage, 3, state=SubscriptionState.BLOCKED)
        subscribe(storage, 4, paused_until=LATER)
        subscribe(storage, 5, paused_until=NOW)
        assert storage.subscribers.count_active(NOW) == 3
        broadcast = running(storage)
        assert [row[2] for row in rows(storage)] == [-5, 1, 5]
        assert storage.broadcasts.get(broadcast.id).is_enumerated

    def test_they_are_written_down_in_pages_and_a_crash_between_two_changes_nothing(self, storage, open_storage):
        subscribe(storage, *range(1, 8))
        broadcast = draft(storage)
        storage.broadcasts.change(broadcast.id, of=(BroadcastState.DRAFT,), to=BroadcastState.RUNNING)
        storage.lease.hold(ME, NOW, LASTS)
        assert storage.broadcasts.enumerate(broadcast.id, 3, ME, NOW)
        assert len(rows(storage)) == 3
        storage.close()
        again = open_storage()
        subscribe(again, 99)  # who joins meanwhile is a recipient too
        while again.broadcasts.enumerate(broadcast.id, 3, ME, NOW):
            assert not again.broadcasts.get(broadcast.id).is_enumerated
        assert [row[2] for row in rows(again)] == [*range(1, 8), 99]
        assert not again.broadcasts.enumerate(broadcast.id, 3, ME, NOW)
        assert len(rows(again)) == 8

    def test_nobody_is_written_down_without_the_lease(self, storage):
        subscribe(storage, 1)
        broadcast = draft(storage)
        storage.broadcasts.change(broadcast.id, of=(BroadcastState.DRAFT,), to=BroadcastState.RUNNING)
        assert not storage.broadcasts.enumerate(broadcast.id, 3, ME, NOW)
        assert rows(storage) == []

    def test_a_chat_cannot_have_two_deliveries_of_a_broadcast(self, storage):
        broadcast = running(storage, 1)
        with pytest.raises(Exception, match=r"(?i)unique"), storage.database.begin() as connection:
            connection.execute(deliveries.insert().values(broadcast_id=broadcast.id, chat_id=1, state="pending"))


class TestDeliveries:
    def test_each_is_taken_once_in_order(self, storage):
        broadcast = running(storage, 1, 2, 3)
        first = take(storage, broadcast, 2)
        second = take(storage, broadcast, 2)
        assert [delivery.chat_id for delivery in first.deliveries] == [1, 2]
        assert [delivery.chat_id for delivery in second.deliveries] == [3]
        assert (first.is_all, second.is_all) == (False, True)
        assert take(storage, broadcast).deliveries == ()
        assert counted(storage, broadcast) == {"sending": 3}

    def test_one_call_records_what_came_back_and_takes_the_next(self, storage):
        broadcast = running(storage, 1, 2)
        (delivery,) = take(storage, broadcast, 1).deliveries
        taken = take(storage, broadcast, 1, [Outcome(delivery, DeliveryState.SENT, 71)])
        assert [delivery.chat_id for delivery in taken.deliveries] == [2]
        assert counted(storage, broadcast) == {"sent": 1, "sending": 1}
        assert rows(storage)[0][4:6] in ((71, NOW), (71, NOW.replace(tzinfo=UTC)))

    def test_with_a_limit_of_none_it_only_records(self, storage):
        broadcast = running(storage, 1)
        taken = take(storage, broadcast, 0)
        assert (taken.deliveries, taken.is_all, taken.goes_on) == ((), False, True)

    def test_who_unsubscribed_meanwhile_is_skipped(self, storage):
        broadcast = running(storage, 1, 2, 3)
        with storage.database.begin() as connection:
            connection.execute(subscribers.update().where(subscribers.c.chat_id == 1).values(state="stopped"))
            connection.execute(subscribers.update().where(subscribers.c.chat_id == 2).values(paused_until=LATER))
        taken = take(storage, broadcast, 2)
        assert (taken.deliveries, taken.skipped, taken.is_all) == ((), 2, False)
        assert [delivery.chat_id for delivery in take(storage, broadcast, 2).deliveries] == [3]
        assert counted(storage, broadcast) == {"skipped": 2, "sending": 1}

    @pytest.mark.parametrize("state", [BroadcastState.PAUSED, BroadcastState.STOPPED, BroadcastState.CANCELLED])
    def test_nothing_is_taken_of_a_broadcast_that_does_not_run(self, storage, state):
        broadcast = running(storage, 1)
        storage.broadcasts.change(broadcast.id, of=(BroadcastState.RUNNING,), to=state)
        assert not take(storage, broadcast).goes_on
        assert counted(storage, broadcast) == {"pending": 1}

    def test_nothing_is_taken_past_its_time(self, storage):
        broadcast = running(storage, 1, expires_at=NOW + timedelta(seconds=5))
        assert not take(storage, broadcast, now=NOW + timedelta(seconds=5)).goes_on
        assert counted(storage, broadcast) == {"pending": 1}

    def test_outcomes_are_recorded_even_when_nothing_may_be_taken(self, storage):
        broadcast = running(storage, 1)
        (delivery,) = take(storage, broadcast).deliveries
        storage.broadcasts.change(broadcast.id, of=(BroadcastState.RUNNING,), to=BroadcastState.PAUSED)
        assert not take(storage, broadcast, outcomes=[Outcome(delivery, DeliveryState.SENT, 71)]).goes_on
        assert counted(storage, broadcast) == {"sent": 1}

    def test_one_that_was_put_back_is_taken_again(self, storage):
        broadcast = running(storage, 1)
        (delivery,) = take(storage, broadcast).deliveries
        settle(storage, delivery, DeliveryState.PENDING)
        assert take(storage, broadcast).deliveries == (delivery,)

    @pytest.mark.parametrize(
        ("state", "then"),
        [(DeliveryState.BLOCKED, "blocked"), (DeliveryState.GONE, "gone"), (DeliveryState.FAILED, "active")],
    )
    def test_who_cannot_be_reached_is_unsubscribed_by_that(self, storage, state, then):
        broadcast = running(storage, 1, 2)
        first, second = take(storage, broadcast).deliveries
        storage.broadcasts.settle([Outcome(first, state), Outcome(second, DeliveryState.SENT, 5)], LATER)
        assert (subscription(storage, 1), subscription(storage, 2)) == (then, "active")

    def test_a_patient_who_stopped_stays_stopped_when_she_blocks_as_well(self, storage):
        broadcast = running(storage, 1)
        (delivery,) = take(storage, broadcast).deliveries
        with storage.database.begin() as connection:
            connection.execute(subscribers.update().values(state="stopped"))
        settle(storage, delivery, DeliveryState.BLOCKED)
        assert subscription(storage, 1) == "stopped"

    def test_what_a_crash_left_in_sending_is_unknown_and_never_taken_again(self, storage):
        broadcast = running(storage, 1, 2, 3)
        (first, _) = take(storage, broadcast, 2).deliveries
        settle(storage, first, DeliveryState.SENT, 71)
        assert storage.broadcasts.abandon(broadcast.id, LATER) == 1
        assert [delivery.chat_id for delivery in take(storage, broadcast).deliveries] == [3]
        assert counted(storage, broadcast) == {"sent": 1, "unknown": 1, "sending": 1}

    def test_a_late_outcome_is_written_over_unknown_and_over_nothing_else(self, storage):
        broadcast = running(storage, 1, 2, 3)
        first, second, third = take(storage, broadcast).deliveries
        storage.broadcasts.abandon(broadcast.id, NOW)
        settle(storage, first, DeliveryState.SENT, 71)
        settle(storage, first, DeliveryState.FAILED)
        settle(storage, second, DeliveryState.PENDING)  # it might come back into a broadcast that is over
        settle(storage, third, DeliveryState.BLOCKED)
        assert [row[3] for row in rows(storage)] == ["sent", "unknown", "blocked"]

    def test_the_rest_is_skipped_in_batches(self, storage):
        broadcast = running(storage, *range(1, 6))
        take(storage, broadcast, 1)
        said = [storage.broadcasts.skip(broadcast.id, NOW, 3) for _ in range(3)]
        assert said == [3, 1, 0]
        assert counted(storage, broadcast) == {"sending": 1, "skipped": 4}

    def test_the_sums_are_equal_after_whatever_happened(self, storage):
        broadcast = running(storage, *range(1, 21))
        states = (*DeliveryState,)
        for turn in range(6):
            taken = take(storage, broadcast, 4).deliveries
            outcomes = [Outcome(one, states[(turn + one.chat_id) % len(states)]) for one in taken]
            storage.broadcasts.settle(outcomes, NOW)
            counts = storage.broadcasts.counts(broadcast.id)
            assert counts.recipients == 20
        assert sum(Counter(row[3] for row in rows(storage)).values()) == 20


class TestErasure:
    def test_an_erased_recipient_leaves_no_trace_and_the_sums_stay(self, storage):
        broadcast = running(storage, 1, 2)
        first, second = take(storage, broadcast).deliveries
        settle(storage, second, DeliveryState.SENT, 72)
        with storage.database.begin() as connection:  # in the middle of her delivery
            connection.execute(subscribers.delete().where(subscribers.c.chat_id == 1))
            connection.execute(deliveries.update().where(deliveries.c.chat_id == 1).values(chat_id=None))
        settle(storage, first, DeliveryState.SENT, 71)
        assert rows(storage)[0][2:5] == (None, "sent", None)
        assert subscription(storage, 1) is None
        assert counted(storage, broadcast) == {"sent": 2}
        assert [found[0].chat_id for found in storage.broadcasts.to_recall(broadcast.id, 0, 10)] == [2]

    def test_one_who_is_erased_before_her_turn_is_skipped(self, storage):
        broadcast = running(storage, 1)
        with storage.database.begin() as connection:
            connection.execute(subscribers.delete())
            connection.execute(deliveries.update().values(chat_id=None))
        assert take(storage, broadcast).skipped == 1
        assert counted(storage, broadcast) == {"skipped": 1}


class TestMoving:
    def test_a_group_with_a_new_id_takes_its_delivery_and_its_subscription_along(self, storage):
        broadcast = running(storage, -5)
        (delivery,) = take(storage, broadcast).deliveries
        assert storage.broadcasts.move(delivery, -1005) == Delivery(delivery.id, -1005)
        assert [row[2] for row in rows(storage)] == [-1005]
        assert (subscription(storage, -5), subscription(storage, -1005)) == (None, "active")

    def test_one_that_is_a_recipient_under_both_ids_gets_one_message(self, storage):
        broadcast = running(storage, -1005, -5)
        _, old = take(storage, broadcast).deliveries
        assert storage.broadcasts.move(old, -1005) is None
        assert (subscription(storage, -5), subscription(storage, -1005)) == (None, "active")


class TestLease:
    def test_one_holds_it_until_it_ends(self, storage):
        hold = storage.lease.hold
        assert hold(ME, NOW, LASTS)
        assert not hold(OTHER, NOW + LASTS - timedelta(seconds=1), LASTS)
        assert hold(ME, NOW + LASTS - timedelta(seconds=1), LASTS)
        assert not hold(OTHER, NOW + LASTS, LASTS)
        assert hold(OTHER, NOW + LASTS * 2, LASTS)
        assert not hold(ME, NOW + LASTS * 2, LASTS)

    def test_it_can_be_given_back_by_its_holder_alone(self, storage):
        storage.lease.hold(ME, NOW, LASTS)
        storage.lease.release(OTHER)
        assert not storage.lease.hold(OTHER, NOW, LASTS)
        storage.lease.release(ME)
        assert storage.lease.hold(OTHER, NOW, LASTS)

    def test_who_lost_it_takes_nothing(self, storage):
        broadcast = running(storage, 1)
        storage.lease.hold(OTHER, NOW + LASTS, LASTS)
        assert not take(storage, broadcast, now=NOW + LASTS).goes_on
        assert not take(storage, broadcast, now=NOW).goes_on  # nor with a clock that stands still
        assert len(take(storage, broadcast, holder=OTHER, now=NOW + LASTS).deliveries) == 1

    def test_an_ended_lease_is_none_even_if_nobody_took_it(self, storage):
        broadcast = running(storage, 1)
        assert not take(storage, broadcast, now=NOW + LASTS).goes_on

    def test_of_many_that_reach_for_it_at_once_one_gets_it(self, open_storage):
        copies = [open_storage() for _ in range(4)]
        said = []

        def reach(number, copy):
            said.append(copy.lease.hold(f"copy-{number}", NOW, LASTS))

        threads = [threading.Thread(target=reach, args=pair) for pair in enumerate(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(said) == [False, False, False, True]

    def test_copies_that_take_over_from_each_other_at_any_moment_take_nothing_twice(self, storage, open_storage):
        broadcast = running(storage, *range(1, 201))
        storage.lease.release(ME)
        taken, errors = [], []

        def work(name, copy):
            try:
                for _ in range(60):
                    copy.lease.hold(name, NOW, timedelta(0))  # over at once: anybody may take it
                    copy.lease.hold(name, NOW, LASTS)
                    taken.extend(copy.broadcasts.exchange(broadcast.id, (), 3, name, NOW).deliveries)
                    copy.lease.hold(name, NOW, timedelta(0))
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(f"copy-{n}", open_storage())) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert errors == []
        assert len(taken) > 50
        assert Counter(Counter(taken).values()).keys() == {1}


class TestRecall:
    def test_what_was_sent_is_recalled_page_by_page(self, storage):
        broadcast = running(storage, 1, 2, 3, 4)
        sent = take(storage, broadcast).deliveries
        for delivery in sent[:3]:
            settle(storage, delivery, DeliveryState.SENT, 70 + delivery.chat_id)
        settle(storage, sent[3], DeliveryState.UNKNOWN)
        assert storage.broadcasts.set_recall(broadcast.id, RecallState.RUNNING)
        assert not storage.broadcasts.set_recall(broadcast.id, RecallState.RUNNING)
        page = storage.broadcasts.to_recall(broadcast.id, 0, 2)
        assert page == ((sent[0], 71, NOW), (sent[1], 72, NOW))
        storage.broadcasts.settle_recall([(sent[0], RecallState.DELETED), (sent[1], RecallState.FAILED)])
        assert [found[0] for found in storage.broadcasts.to_recall(broadcast.id, sent[1].id, 2)] == [sent[2]]
        storage.broadcasts.settle_recall([(sent[2], RecallState.WITHDRAWN)])
        assert storage.broadcasts.to_recall(broadcast.id, 0, 2) == ()
        assert storage.broadcasts.recall_counts(broadcast.id) == {
            RecallState.DELETED: 1,
            RecallState.FAILED: 1,
            RecallState.WITHDRAWN: 1,
        }

    def test_broadcasts_to_be_recalled_are_found(self, storage):
        broadcast = running(storage, 1)
        assert storage.broadcasts.recalling() == ()
        storage.broadcasts.set_recall(broadcast.id, RecallState.RUNNING)
        assert [found.id for found in storage.broadcasts.recalling()] == [broadcast.id]
        assert storage.broadcasts.set_recall(broadcast.id, RecallState.FINISHED)
        assert storage.broadcasts.recalling() == ()


def test_the_versions_form_one_line_that_ends_in_the_newest():
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == ["0003"]


@pytest.mark.parametrize("release", ["0001", "0002"])
def test_the_tables_of_an_older_version_are_led_on_with_their_rows(url, release):
    storage = Storage(url)
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    with storage.database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, release)
        connection.execute(
            sa.text("INSERT INTO conversations VALUES (1, 0, 3, :state, :at)"),
            {"state": '{"point": "a"}', "at": NOW.replace(tzinfo=None)},
        )
    storage.migrate()
    with storage.database.begin() as connection:
        assert connection.scalar(sa.text("SELECT version FROM conversations")) == 3
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    broadcast = running(storage, 1)
    assert counted(storage, broadcast) == {"pending": 1}
    storage.close()
