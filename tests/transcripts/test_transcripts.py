"""Conversations as patients have them, played through the core and through the whole program.

Each YAML file beside this one holds conversations. A turn is something that a patient does, ``say``, ``tap``
or ``send``, perhaps ``after`` some time, and what must follow. Nothing is urgent unless the turn says so. Before
a turn a ``tip`` may have been sent to her, or she may have ``left``: her subscription is then marked so.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.core.conversation import Conversation, Incoming, Turn
from bot.core.dialogue import Dialogue
from bot.core.replies import Button, Kind
from bot.core.subscribing import SentTip, Standing, SubscriptionState, standing_after
from bot.plain_text import plain_text
from bot.preview.chats import Message
from bot.preview.server import LocalBotApi
from bot.preview.visitors import Visitor
from bot.telegram.rendering import shorten

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEN_IN_THE_MORNING = datetime(2026, 3, 2, 10, tzinfo=UTC)
START_SECONDS = 90.0
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def as_duration(value: object) -> object:
    """ "2h" -> two hours."""
    assert isinstance(value, str)
    assert re.fullmatch(r"\d+[smhd]", value), f"{value!r} is not a time such as 90s, 5m, 2h or 1d"
    return timedelta(**{UNITS[value[-1]]: int(value[:-1])})


Words = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Strict):
    """What a patient does, and what must follow.

    ``kind`` holds the kind of each reply in order, ``points`` the points of all replies in order, ``offers``
    points among them, ``buttons`` labels among those shown, ``contains`` and ``lacks`` parts of the text.
    """

    after: Annotated[timedelta, BeforeValidator(as_duration)] = timedelta()
    say: str | None = None
    times: int = 1  # what is said is said so many times over, in one message
    tap: str | None = None
    send: Literal["photo"] | None = None
    tip: str | None = None
    left: SubscriptionState | None = None

    kind: Annotated[tuple[Kind, ...], BeforeValidator(as_list)] | None = None
    not_kind: Annotated[tuple[Kind, ...], BeforeValidator(as_list)] = ()
    points: tuple[str, ...] | None = None
    offers: tuple[str, ...] = ()
    urgent: bool = False
    contains: Words = ()
    lacks: Words = ()
    buttons: Words = ()
    no_buttons: Words = ()
    subscription: SubscriptionState | Literal["none"] | None = None  # what it must be afterwards

    @model_validator(mode="after")
    def _does_one_thing_and_expects_something(self) -> "Step":
        assert sum(done is not None for done in (self.say, self.tap, self.send)) == 1
        assert self.kind or self.not_kind
        return self

    @property
    def text(self) -> str | None:
        return None if self.say is None else self.say * self.times


class Transcript(Strict):
    name: str
    at: AwareDatetime | None = None
    turns: tuple[Step, ...] = Field(min_length=1)

    @property
    def is_possible_now(self) -> bool:
        """Whether Telegram lets a patient do all of it, one thing right after the other."""
        said = (turn.text for turn in self.turns if turn.text is not None)
        is_beyond = any(turn.after or turn.tip or turn.left for turn in self.turns)
        return self.at is None and not is_beyond and all(map(str.strip, said))


def transcripts() -> list[Transcript]:
    read = (yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("*.yaml")))
    return [Transcript.model_validate(conversation) for conversations in read for conversation in conversations]


ALL = transcripts()


class Talk:
    """A chat with the core: what has been shown in it, and what time it is."""

    def __init__(self, dialogue: Dialogue, now: datetime, chat: int = 0) -> None:
        self._dialogue = dialogue
        self._conversation = Conversation()
        self._shown: list[Button] = []
        self._now = now
        self.standing = Standing(chat)

    def play(self, step: Step) -> Turn:
        if step.tip:
            self._get_tip(step.tip)
        if step.left and (known := self.standing.subscription):
            left = known.model_copy(update={"state": step.left})
            self.standing = replace(self.standing, subscription=left)
        self._now += step.after
        incoming = Incoming(self._now, text=step.text, button=self.data(step))
        turn = self._dialogue.step(self._conversation, incoming, self.standing)
        self._conversation = turn.conversation
        self.standing = standing_after(self.standing, turn.effects)
        self._shown += [button for reply in turn.replies for button in reply.buttons]
        return turn

    def _get_tip(self, tip_id: str) -> None:
        """A minute after what was said last, as one who sends them would."""
        tip = self._dialogue.tips.tip(tip_id)
        assert tip is not None, f"there is no tip {tip_id}"
        self._now += timedelta(minutes=1)
        self._shown += self._dialogue.writer.tip(tip, self._now).buttons
        self.standing = replace(self.standing, tips=(SentTip(tip_id, self._now), *self.standing.tips))

    @property
    def subscription(self) -> str:
        return self.standing.subscription.state if self.standing.subscription else "none"

    def data(self, step: Step) -> str | None:
        """The data of the button that is tapped: the newest that has these words, or the words themselves."""
        if step.tap is None:
            return None
        return next((button.data for button in reversed(self._shown) if button.label == step.tap), step.tap)


def failures(step: Step, turn: Turn) -> Iterator[str]:
    """What is not as the step wants it."""
    kinds = tuple(reply.kind for reply in turn.replies)
    points = tuple(point for reply in turn.replies for point in reply.points)
    labels = [button.label for reply in turn.replies for button in reply.buttons]
    text = "\n\n".join(map(plain_text, turn.replies))
    if step.kind is not None and kinds != step.kind:
        yield f"the kinds are {' '.join(kinds)}, not {' '.join(step.kind)}"
    if found := set(kinds) & set(step.not_kind):
        yield f"there is a reply of the kind {' '.join(sorted(found))}"
    if step.points is not None and points != step.points:
        yield f"the points are {points}, not {step.points}"
    if turn.is_urgent != step.urgent:
        yield "it is urgent" if turn.is_urgent else "it is not urgent"
    yield from (f"{point} is not among {points}" for point in step.offers if point not in points)
    yield from (f"the text has no {part!r}" for part in step.contains if part not in text)
    yield from (f"the text has {part!r}" for part in step.lacks if part in text)
    yield from (f"there is no button {label!r} among {labels}" for label in step.buttons if label not in labels)
    yield from (f"there is a button {label!r}" for label in step.no_buttons if label in labels)


def test_there_are_enough_transcripts_and_each_has_a_name_of_its_own() -> None:
    assert len(ALL) >= 30
    assert len({transcript.name for transcript in ALL}) == len(ALL)


@pytest.mark.parametrize("transcript", ALL, ids=lambda transcript: transcript.name)
def test_the_core_talks_as_written(transcript: Transcript, shipped: Dialogue) -> None:
    talk = Talk(shipped, transcript.at or TEN_IN_THE_MORNING)
    wrong = []
    for number, step in enumerate(transcript.turns, 1):
        turn = talk.play(step)
        told = list(failures(step, turn))
        if step.subscription not in (None, talk.subscription):
            told.append(f"the subscription is {talk.subscription}")
        wrong += [f"turn {number}, {step.say or step.tap or step.send!r:.60}: {each}" for each in told]
    assert "\n".join(wrong) == ""


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBotApi]:
    """A Bot API server on loopback that the real program, with the shipped knowledge, is connected to."""
    folder = tmp_path_factory.mktemp("program")
    with LocalBotApi() as api, (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "DATABASE_URL": f"sqlite:///{folder / 'clinic.sqlite3'}",
                "TELEGRAM_API_URL": api.url,
                "TELEGRAM_BOT_TOKEN": api.token,
            },
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            started = lambda: api.poll_is_waiting or process.poll() is not None  # noqa: E731
            api.wait_for(started, deadline_seconds=START_SECONDS, what="the program's first poll")
            assert process.poll() is None, (folder / "log").read_text()
            yield api
        finally:
            process.terminate()
            process.wait(10)


def act(visitor: Visitor, step: Step, data: str | None) -> None:
    """Do in Telegram what the step says; a button that nobody has shown is tapped all the same."""
    if step.text is not None:
        visitor.write(step.text)
    elif step.send:
        visitor.send_photo()
    else:
        assert data is not None
        holder = [message for message in visitor.bot_messages if data in dict(buttons_of(message)).values()]
        if holder:
            visitor.tap(data, message_id=holder[-1].message_id)
        else:
            visitor.tap_forged(data, visitor.bot_messages[-1].message_id)


def buttons_of(message: Message) -> list[tuple[str, str]]:
    return [(button.text, button.data) for button in message.keyboard.buttons] if message.keyboard else []


def seen(messages: Sequence[Message]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a patient sees, without regard to how lines are spaced."""
    return [(" ".join(message.text.split()), buttons_of(message)) for message in messages]


def decided(turn: Turn) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            " ".join(plain_text(reply).split()),
            [(shorten(button.label), button.data) for button in reply.buttons],
        )
        for reply in turn.replies
    ]


@pytest.mark.parametrize(
    "transcript", [each for each in ALL if each.is_possible_now], ids=lambda transcript: transcript.name
)
def test_the_patient_sees_in_telegram_what_the_core_says(
    transcript: Transcript, shipped: Dialogue, telegram: LocalBotApi
) -> None:
    visitor = telegram.person("Anna")
    talk = Talk(shipped, datetime.now(UTC), visitor.chat_id)
    for step in transcript.turns:
        before = len(visitor.bot_messages)
        act(visitor, step, talk.data(step))
        expected = decided(talk.play(step))
        enough: Callable[[], bool] = lambda: len(visitor.bot_messages) >= before + len(expected)  # noqa: E731, B023
        telegram.wait_for(enough, what=f"the answer to {step.say or step.tap or step.send!r:.60}")
        assert seen(visitor.bot_messages[before:]) == expected
