"""What staff are told of a broadcast: how it goes, how it went, and that its messages were taken back. Plain text."""

from collections.abc import Mapping
from datetime import timedelta

from bot.core.broadcasting import Broadcast, BroadcastState, Counts, DeliveryState, RecallState
from bot.core.replies import Button

PAUSE, RESUME, STOP, CANCEL = "b:pause:", "b:resume:", "b:stop:", "b:cancel:"

_BAR_CELLS = 12
_HEADINGS = {
    BroadcastState.DRAFT: "Not confirmed",
    BroadcastState.UNAPPROVED: "Waiting for a second person",
    BroadcastState.SCHEDULED: "Waiting for its time",
    BroadcastState.RUNNING: "Sending",
    BroadcastState.PAUSED: "Paused",
    BroadcastState.STOPPED: "Stopped",
    BroadcastState.FINISHED: "Finished",
    BroadcastState.EXPIRED: "Ended, because its time was over",
    BroadcastState.CANCELLED: "Cancelled",
}
_LINES = {
    DeliveryState.SENT: "Sent",
    DeliveryState.BLOCKED: "Blocked the bot",
    DeliveryState.GONE: "Account or chat gone",
    DeliveryState.FAILED: "Refused by Telegram",
    DeliveryState.UNKNOWN: "Unknown",
    DeliveryState.SKIPPED: "Skipped",
}
_MEANINGS = {
    DeliveryState.BLOCKED: "Who blocked the bot, or is gone, gets no more tips until she writes again.",
    DeliveryState.GONE: "Who blocked the bot, or is gone, gets no more tips until she writes again.",
    DeliveryState.UNKNOWN: (
        "Unknown: Telegram's answer did not come, so the message may have arrived. It is not sent again, "
        "lest somebody gets it twice."
    ),
    DeliveryState.SKIPPED: "Skipped: she unsubscribed meanwhile, or the broadcast ended before her turn.",
}


def progress(broadcast: Broadcast, counts: Counts, rate: float, quiet_until: str | None = None) -> str:
    """How it goes; ``rate`` is in messages a second. ``quiet_until``: now are quiet hours, which end at that time."""
    if broadcast.state is BroadcastState.SCHEDULED:
        waits = [f"These are quiet hours. It begins when they end, at {quiet_until}."] if quiet_until else []
        return "\n\n".join([_heading(broadcast), *waits])
    lines = [_heading(broadcast), "", f"{bar(counts)} {_percent(counts)} %", *_numbers(counts)]
    lines.append(f"Left: {counts.left:,}")
    if broadcast.state is BroadcastState.RUNNING and quiet_until:
        lines.append(f"These are quiet hours, so nothing is sent. It goes on when they end, at {quiet_until}.")
    elif broadcast.state is BroadcastState.RUNNING and counts.left:
        lines.append(f"Time left: about {in_words(timedelta(seconds=counts.left / rate))}")
    return "\n".join(lines)


def report(broadcast: Broadcast, counts: Counts) -> str:
    """How it went. The numbers add up to the recipients."""
    lines = [_heading(broadcast), "", *_numbers(counts)]
    if counts.left:
        lines.append(f"Left: {counts.left:,}")
    lines.append(f"Recipients in all: {counts.recipients:,}")
    if broadcast.started_at and broadcast.finished_at:
        lines.append(f"Took: {in_words(broadcast.finished_at - broadcast.started_at)}")
    meanings = dict.fromkeys(meaning for state, meaning in _MEANINGS.items() if counts[state])
    return "\n".join([*lines, *(["", *meanings] if meanings else [])])


def paused_by_itself(broadcast: Broadcast, reason: str) -> str:
    """``reason`` is a sentence without its full stop."""
    return f"“{broadcast.title}” was paused. {reason}. Nobody gets it now. Please look, then resume or stop."


def recall_report(broadcast: Broadcast, recalled: Mapping[RecallState, int], counts: Counts) -> str:
    """How taking back goes, or went: of the messages that were sent, what became of them."""
    is_over = broadcast.recall is RecallState.FINISHED
    deleted, withdrawn = recalled.get(RecallState.DELETED, 0), recalled.get(RecallState.WITHDRAWN, 0)
    failed = recalled.get(RecallState.FAILED, 0)
    left = counts[DeliveryState.SENT] - deleted - withdrawn - failed
    lines = [
        f"{'Taken back' if is_over else 'Taking back'}: {broadcast.title}",
        "",
        f"Deleted: {deleted:,}",
        f"Too old to delete, now says that it was withdrawn: {withdrawn:,}",
        f"Could not be taken back: {failed:,}",
        f"{'Not there to take back (chat erased or moved)' if is_over else 'Left'}: {left:,}",
        f"Sent in all: {counts[DeliveryState.SENT]:,}",
    ]
    if counts[DeliveryState.UNKNOWN]:
        lines.append(f"{counts[DeliveryState.UNKNOWN]:,} more may have arrived. Those cannot be taken back.")
    return "\n".join(lines)


def controls(broadcast: Broadcast) -> tuple[Button, ...]:
    """The buttons under its progress."""
    stop = Button("Stop", f"{STOP}{broadcast.id}")
    if broadcast.state is BroadcastState.RUNNING:
        return (Button("Pause", f"{PAUSE}{broadcast.id}"), stop)
    if broadcast.state is BroadcastState.PAUSED:
        return (Button("Resume", f"{RESUME}{broadcast.id}"), stop)
    if broadcast.state is BroadcastState.SCHEDULED:
        return (Button("Cancel it", f"{CANCEL}{broadcast.id}"),)
    return ()


def bar(counts: Counts) -> str:
    done = counts.recipients - counts.left
    full = _BAR_CELLS * done // counts.recipients if counts.recipients else 0
    return "▰" * full + "▱" * (_BAR_CELLS - full)


def in_words(time: timedelta) -> str:
    """A duration, rounded up: "40 seconds", "3 minutes", "2 hours 10 minutes"."""
    seconds = max(1, -int(-time.total_seconds() // 1))
    if seconds < 60:
        return _some(seconds, "second")
    minutes = -(-seconds // 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(_some(number, unit) for number, unit in ((hours, "hour"), (rest, "minute")) if number)


def _heading(broadcast: Broadcast) -> str:
    return f"{_HEADINGS[broadcast.state]}: {broadcast.title}"


def _percent(counts: Counts) -> int:
    # Rounded down: 100 means that none is left.
    return 100 * (counts.recipients - counts.left) // counts.recipients if counts.recipients else 0


def _numbers(counts: Counts) -> list[str]:
    """A line for each state that somebody is in, and always how many were sent."""
    shown = [state for state in _LINES if counts[state] or state is DeliveryState.SENT]
    return [f"{_LINES[state]}: {counts[state]:,}" for state in shown]


def _some(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
