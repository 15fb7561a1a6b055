"""The real program, started as an operator starts it, against a Bot API server on loopback."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.preview.server import LocalBotApi

KNOWLEDGE = Path(__file__).parent / "knowledge"
ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Clock:
    """The server's time: the real one, unless a test sets it back."""

    def __init__(self) -> None:
        self.behind_seconds = 0.0

    def __call__(self) -> float:
        return time.time() - self.behind_seconds


class Program:
    """``python -m bot run`` with a folder of its own, in which it may be ended and started again."""

    def __init__(self, folder: Path, api_url: str, token: str | None, **variables: str) -> None:
        self.api_url = api_url
        self.database = folder / "clinic.sqlite3"
        self._log = folder / "log"
        self._variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error::DeprecationWarning:bot",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "KNOWLEDGE_DIR": str(KNOWLEDGE),
            "LOG_LEVEL": "DEBUG",
            **({"TELEGRAM_BOT_TOKEN": token} if token else {}),
            **variables,
        }
        self._blocker: sqlite3.Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def begin(self) -> None:
        """Start without waiting."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env={**self._variables, "TELEGRAM_API_URL": self.api_url},
                cwd=self._log.parent,
                stdout=log,
                stderr=log,
            )

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Another command of the program, in the same folder and with the same settings."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            env={**self._variables, "TELEGRAM_API_URL": self.api_url},
            cwd=self._log.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self) -> None:
        """Start, and wait until it receives messages."""
        starts = self.log.count("receives messages")
        self.begin()
        self.wait_for_log("receives messages", starts + 1)

    def wait_for_log(self, words: str, count: int = 1) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.log.count(words) < count:
            assert self.is_running or self.log.count(words) >= count, f"it ended:\n{self.log}"
            assert time.monotonic() < deadline, f"{words!r} did not come:\n{self.log}"
            time.sleep(0.02)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self.exit_code()

    def exit_code(self) -> int:
        assert self._process is not None
        return self._process.wait(STOP_SECONDS)

    def close(self) -> None:
        if self._blocker:
            self._blocker.close()
        if self.is_running:
            self.end(signal.SIGKILL)

    def lock_database(self) -> None:
        """Nothing can be stored until the program is closed, or for as long as it waits for a lock."""
        self._blocker = sqlite3.connect(self.database, isolation_level=None)
        self._blocker.execute("BEGIN IMMEDIATE")

    def break_database_for(self, chat_id: int) -> None:
        """From now on nothing can be stored for one chat."""
        with sqlite3.connect(self.database) as connection:
            connection.execute(
                f"CREATE TRIGGER broken_{chat_id} BEFORE INSERT ON conversations "
                f"WHEN NEW.chat_id = {chat_id} BEGIN SELECT json('this is none'); END"
            )
        connection.close()


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def api(clock: Clock) -> Iterator[LocalBotApi]:
    with LocalBotApi(now=clock, privacy_mode=False) as api:
        yield api


@pytest.fixture(scope="session")
def program(api: LocalBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One process for all tests that do not end it; each talks as somebody else."""
    program = Program(tmp_path_factory.mktemp("program"), api.url, api.token)
    program.start()
    yield program
    program.close()


@pytest.fixture
def own_api() -> Iterator[LocalBotApi]:
    with LocalBotApi() as api:
        yield api


@pytest.fixture
def make_program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Makes programs that may be ended; two of them do not share a folder."""
    made: list[Program] = []

    def make(api_url: str, token: str | None, **variables: str) -> Program:
        folder = tmp_path / f"program-{len(made)}"
        folder.mkdir()
        made.append(Program(folder, api_url, token, **variables))
        return made[-1]

    yield make
    for program in made:
        program.close()


@pytest.fixture
def own_program(own_api: LocalBotApi, make_program: Callable[..., Program]) -> Program:
    """A process that the test may end; not yet started."""
    return make_program(own_api.url, own_api.token)
