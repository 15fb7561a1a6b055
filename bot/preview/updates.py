"""What waits for the bot: updates, until it confirms them."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

# The kinds that this server makes; a bot that names none gets them all.
UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
KEPT_SECONDS = 24 * 60 * 60


class Poll(Protocol):
    """A getUpdates call that waits; may be called from any thread, and more than once."""

    def wake(self) -> None: ...

    def terminate(self, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Update:
    update_id: int
    kind: str
    content: dict[str, Any]
    made_at: float

    def json(self) -> dict[str, Any]:
        return {"update_id": self.update_id, self.kind: self.content}


class UpdateQueue:
    """Updates in the order of their ids, kept 24 hours or until confirmed. Guarded by the world's lock."""

    def __init__(self, first_update_id: int) -> None:
        self._next_id = first_update_id
        self._waiting: deque[Update] = deque()
        self.allowed: frozenset[str] = frozenset(UPDATE_KINDS)
        self.poll: Poll | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: str, content: dict[str, Any], now: float) -> int | None:
        """The new update's id, or None where the bot asked not to be told of this kind."""
        if kind not in self.allowed:
            return None
        update = Update(self._next_id, kind, content, now)
        self._next_id += 1
        self._waiting.append(update)
        if self.poll:
            self.poll.wake()
        return update.update_id

    def allow(self, kinds: Collection[str]) -> None:
        """Holds for updates made from now on; an empty list means every kind."""
        self.allowed = frozenset(kinds or UPDATE_KINDS)

    def confirm(self, offset: int) -> None:
        """Forget what stands before the offset; a negative one keeps only so many of the newest."""
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while offset > 0 and self._waiting and self._waiting[0].update_id < offset:
            self._waiting.popleft()

    def pending(self, limit: int, now: float) -> list[dict[str, Any]]:
        while self._waiting and now - self._waiting[0].made_at > KEPT_SECONDS:
            self._waiting.popleft()
        return [update.json() for update, _ in zip(self._waiting, range(limit), strict=False)]

    def clear(self) -> None:
        self._waiting.clear()
