"""Trouble on demand: what a test or a dice roll lets go wrong with a call."""

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.preview.refusals import RefusalError, too_many_requests


@dataclass(frozen=True, slots=True)
class Fault:
    """One way a call can go wrong.

    `delivers` says whether the call takes effect all the same; `answers` whether the client hears anything.
    """

    name: str
    refusal: RefusalError | None = None
    delivers: bool = False
    answers: bool = True
    delay_seconds: float = 0.0


def flood(retry_after_seconds: int = 1) -> Fault:
    return Fault("flood", too_many_requests(retry_after_seconds))


def blocked() -> Fault:
    return Fault("blocked", RefusalError(403, "Forbidden: bot was blocked by the user"))


def server_error() -> Fault:
    return Fault("server_error", RefusalError(500, "Internal Server Error"))


def bad_gateway() -> Fault:
    return Fault("bad_gateway", RefusalError(502, "Bad Gateway"))


def dropped_before() -> Fault:
    """The connection dies and nothing has happened."""
    return Fault("dropped_before", answers=False)


def dropped_after() -> Fault:
    """The connection dies, yet the message stands in the chat."""
    return Fault("dropped_after", delivers=True, answers=False)


def slow(seconds: float) -> Fault:
    """The call takes effect at once; the answer comes so much later."""
    return Fault("slow", delivers=True, delay_seconds=seconds)


@dataclass(slots=True)
class _Rule:
    fault: Fault
    methods: frozenset[str]
    chat_id: int | None
    left: int | None
    probability: float = 1.0
    dice: random.Random = field(default_factory=random.Random)

    def strikes(self, method: str, chat_id: int | None) -> bool:
        if self.left == 0 or (self.methods and method.lower() not in self.methods):
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.probability < 1.0 and self.dice.random() >= self.probability:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


class Faults:
    """The faults in waiting; the first that fits a call strikes it. May be filled from any thread."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def next(self, fault: Fault, *, methods: Collection[str] = (), times: int = 1, chat_id: int | None = None) -> None:
        """Strikes the next `times` calls that fit; getUpdates only where `methods` names it."""
        self._rules.append(_Rule(fault, _lowered(methods), chat_id, times))

    def always(self, fault: Fault, *, methods: Collection[str] = (), chat_id: int | None = None) -> None:
        """Strikes every call that fits, until clear()."""
        self._rules.append(_Rule(fault, _lowered(methods), chat_id, None))

    def sometimes(
        self,
        fault: Fault,
        probability: float,
        dice: random.Random,
        *,
        methods: Collection[str] = (),
        chat_id: int | None = None,
    ) -> None:
        """Strikes a call that fits with this probability; the caller's dice make a run repeatable."""
        self._rules.append(_Rule(fault, _lowered(methods), chat_id, None, probability, dice))

    def clear(self) -> None:
        self._rules.clear()

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        for rule in list(self._rules):
            if method.lower() == "getupdates" and not rule.methods:
                continue
            if rule.strikes(method, chat_id):
                return rule.fault
        return None


def _lowered(methods: Collection[str]) -> frozenset[str]:
    names = [methods] if isinstance(methods, str) else methods
    return frozenset(name.lower() for name in names)
