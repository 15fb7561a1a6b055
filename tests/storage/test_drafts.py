"""Drafts, plans and what staff are in the middle of, held against each kind of database."""

import threading
from datetime import UTC, datetime, timedelta

from bot.core.broadcasting import BroadcastState, Content
from bot.core.staffing import Act, Flow, Plan, Step
from bot.core.subscribing import SubscriptionState
from bot.core.tips import Tip
from bot.storage import Following, Outgoing
from bot.storage.tables import subscribers

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NORA, OTTO = 501, 502
TIP = Tip(id="ice", title="Ice", text="Text.", point="point")
PLAN = Plan("week-2026-09", TIP, NOW + timedelta(hours=5), NOW + timedelta(hours=29))
CONTENT = Content(html="<b>x</b>", photo="photo", keyboard='[[["Stop tips", "tips:stop"]]]')


def following(action="draft", chat_id=NORA, staff_id=NORA):
    return lambda broadcast: Following(
        Act(NOW, staff_id, action, broadcast.id), [(chat_id, Outgoing(html=f"no. {broadcast.id}", photo="photo"))]
    )


def begin(storage, staff_id=NORA, secret="secret"):
    return storage.drafts.begin(
        "Title",
        CONTENT,
        confirmation=secret,
        confirmable_until=NOW + timedelta(minutes=15),
        created_by=staff_id,
        now=NOW,
        tip_id=None,
        follows=following(chat_id=staff_id, staff_id=staff_id),
    )


def at_once(calls):
    """Call all in the same instant, each in a thread of its own; returns what they return."""
    barrier, results = threading.Barrier(len(calls)), []

    def wait_and(call):
        barrier.wait(10)
        results.append(call())

    threads = [threading.Thread(target=wait_and, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_draft_is_kept_with_its_messages_and_a_line_in_the_record(storage):
    draft = begin(storage)
    assert storage.broadcasts.get(draft.id) == draft
    assert (draft.content, draft.state, draft.confirmable_until) == (
        CONTENT,
        BroadcastState.DRAFT,
        NOW + timedelta(minutes=15),
    )
    assert [pending.outgoing for pending in storage.pending(NORA)] == [Outgoing(html=f"no. {draft.id}", photo="photo")]
    assert storage.audit.latest(5) == [Act(NOW, NORA, "draft", draft.id)]


def test_a_new_draft_kills_the_buttons_of_her_earlier_ones_and_of_nobody_elses(storage):
    hers, others, new = begin(storage), begin(storage, OTTO), begin(storage, secret="new")
    secrets = [storage.broadcasts.get(draft.id).confirmation for draft in (hers, others, new)]
    assert secrets == ["", "secret", "new"]
    assert storage.drafts.drop(NORA) == (new.id,)
    assert storage.drafts.drop(NORA) == ()


def test_another_offer_kills_the_button_of_the_one_before(storage):
    draft, later = begin(storage), NOW + timedelta(hours=1)

    def offer(secret, fresh):
        return storage.drafts.offer(draft.id, secret, fresh=fresh, confirmable_until=later, due_at=later)

    assert [offer("secret", "fresh"), offer("secret", "other")] == [True, False]
    assert not storage.broadcasts.confirm(draft.id, "secret", to=BroadcastState.SCHEDULED)
    assert storage.broadcasts.get(draft.id).due_at == later
    assert storage.broadcasts.confirm(draft.id, "fresh", to=BroadcastState.SCHEDULED)


def test_of_two_copies_that_confirm_in_the_same_instant_one_does_and_writes_it_down(storage, open_storage):
    draft = begin(storage)
    copies = [open_storage() for _ in range(3)]

    def confirm(copy):
        follows = following("confirm", chat_id=OTTO)(draft)
        return lambda: copy.broadcasts.confirm(draft.id, "secret", follows, to=BroadcastState.SCHEDULED, due_at=NOW)

    assert sorted(at_once([confirm(copy) for copy in copies])) == [False, False, True]
    assert [act.action for act in storage.audit.latest(5)] == ["confirm", "draft"]
    assert len(storage.pending(OTTO)) == 1


def test_of_copies_that_plan_the_same_week_one_does(storage, open_storage):
    copies = [open_storage() for _ in range(3)]

    def plan(copy):
        return lambda: copy.drafts.plan(PLAN, "Ice", CONTENT, NOW, following("plan", staff_id=None))

    planned = [broadcast for broadcast in at_once([plan(copy) for copy in copies]) if broadcast]
    assert [(b.state, b.tip_id, b.due_at, b.expires_at, b.plan_key) for b in planned] == [
        (BroadcastState.SCHEDULED, "ice", PLAN.due_at, PLAN.expires_at, PLAN.key)
    ]
    assert len(storage.pending(NORA)) == 1
    assert storage.broadcasts.in_state(BroadcastState.SCHEDULED) == tuple(planned)


def test_a_week_that_was_skipped_is_not_planned_again(storage):
    planned = storage.drafts.plan(PLAN, "Ice", CONTENT, NOW, following("plan", staff_id=None))
    storage.broadcasts.change(planned.id, of=(BroadcastState.SCHEDULED,), to=BroadcastState.CANCELLED)
    assert storage.drafts.plan(PLAN, "Ice", CONTENT, NOW, following("plan", staff_id=None)) is None


def test_a_change_that_does_not_happen_writes_nothing_else(storage):
    draft = begin(storage)
    paused = {"of": (BroadcastState.RUNNING,), "to": BroadcastState.PAUSED}
    assert not storage.broadcasts.change(draft.id, following("pause")(draft), **paused)
    assert [act.action for act in storage.audit.latest(5)] == ["draft"]


def test_what_somebody_is_in_the_middle_of_is_there_after_a_restart(storage, open_storage):
    flow = Flow(Step.CONFIRMING, NOW, 7, 2**40)
    storage.drafts.set_flow(NORA, Flow(Step.WRITING, NOW))
    storage.drafts.set_flow(NORA, flow)
    storage.close()
    again = open_storage()
    assert (again.drafts.flow(NORA), again.drafts.flow(OTTO)) == (flow, None)
    again.drafts.set_flow(NORA, None)
    assert again.drafts.flow(NORA) is None


def test_sums_count_those_who_get_tips_and_each_state(storage):
    later = NOW + timedelta(days=1)
    states = [(SubscriptionState.ACTIVE, None), (SubscriptionState.ACTIVE, later), (SubscriptionState.ACTIVE, NOW)]
    states += [(SubscriptionState.STOPPED, None), (SubscriptionState.BLOCKED, None)]
    kept = {"wording": "1", "consented_at": NOW, "changed_at": NOW}
    rows = [{"chat_id": n, "state": s, "paused_until": p, **kept} for n, (s, p) in enumerate(states, 1)]
    with storage.database.begin() as connection:
        connection.execute(subscribers.insert(), rows)
    assert storage.subscribers.count_active(NOW) == 2
    assert storage.figures.subscriptions() == {
        SubscriptionState.ACTIVE: 3,
        SubscriptionState.STOPPED: 1,
        SubscriptionState.BLOCKED: 1,
    }
    storage.post([(NORA, Outgoing(html="x"))], NOW)
    assert storage.figures.messages_waiting() == 1


def test_how_often_a_tip_was_sent_counts_those_that_began(storage):
    for started_at in (NOW, NOW + timedelta(days=7), None):
        draft = storage.broadcasts.draft("Ice", CONTENT, confirmation="", now=NOW, tip_id="ice")
        running = BroadcastState.RUNNING
        storage.broadcasts.change(draft.id, of=(BroadcastState.DRAFT,), to=running, started_at=started_at)
    assert storage.figures.times_sent() == {"ice": 2}
