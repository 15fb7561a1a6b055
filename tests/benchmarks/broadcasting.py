"""Broadcasts, measured on the real program against the local Bot API server with Telegram's limits.

``python -m tests.benchmarks.broadcasting [NAME ...]`` runs the named ones, or all: ``rate``, ``replies``, ``kills``,
``faults``, ``memory``, ``takeover``. Subscribers are written straight into the database.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import psycopg
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bot.core.broadcasting import BroadcastState, Content
from bot.preview import faults
from bot.preview.calls import Call
from bot.preview.flood import FloodLimits
from bot.preview.server import LocalBotApi
from bot.preview.visitors import Visitor
from bot.storage import Storage
from bot.storage.tables import deliveries, leases
from tests.postgres import postgres_programs, postgres_server

ROOT = Path(__file__).parents[2]
FIRST_ID = 10_000_000
CONSOLE = Console(width=110)
QUESTIONS = ("what are the signs?", "how is it treated?", "who is at risk?", "is bed rest needed?", "what causes it?")


class Clinic:
    """A database with subscribers, and the processes that work on it."""

    def __init__(self, api: LocalBotApi, database: str, folder: Path) -> None:
        self.api = api
        self.database = database
        self.folder = folder
        self.storage = Storage(database)
        self.storage.migrate()
        self.processes: list[subprocess.Popen[bytes]] = []
        # The shipped knowledge, but for its quiet hours: what is measured must not depend on the time of day.
        self.knowledge = folder / "knowledge"
        shutil.copytree(ROOT / "knowledge", self.knowledge, dirs_exist_ok=True)
        (self.knowledge / "tips.yaml").write_text('quiet_hours: {start: "00:00", end: "00:00"}\n')

    def subscribe(self, count: int, known: int | None = None) -> None:
        """Subscribers from FIRST_ID on; the server knows the first ``known`` of them, or all."""
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) SELECT i FROM n"
            if self.database.startswith("sqlite")
            else f"SELECT i FROM generate_series(0, {count - 1}) AS n(i)"
        )
        at = "2026-01-01 00:00:00.000000" + ("" if self.database.startswith("sqlite") else "+00")
        with self.storage.database.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO subscribers (chat_id, state, wording, consented_at, changed_at) "
                f"SELECT {FIRST_ID} + i, 'active', 'v1', '{at}', '{at}' FROM ({numbers}) AS numbers"
            )
        self.api.crowd(range(FIRST_ID, FIRST_ID + (count if known is None else known)))

    def schedule(self) -> int:
        now = datetime.now(UTC)
        content = Content(html="<b>A tip</b>\n\nDrink when you are thirsty.", keyboard='[[["Stop tips", "tips:stop"]]]')
        made = self.storage.broadcasts.draft("A tip", content, confirmation="x", now=now)
        self.storage.broadcasts.confirm(made.id, "x", to=BroadcastState.SCHEDULED, due_at=now)
        return made.id

    def start(self, **settings: str) -> subprocess.Popen[bytes]:
        """``python -m bot run``; returns when it receives messages."""
        return self._start([sys.executable, "-m", "bot", "run"], "receives messages", settings)

    def start_fast(self, rate: float) -> subprocess.Popen[bytes]:
        module = "tests.benchmarks.fast_copy"
        command = [sys.executable, "-m", module, self.api.url, self.api.token, self.database, "--rate", str(rate)]
        return self._start(command, "", {})

    def _start(self, command: Sequence[str], ready: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
        log = self.folder / f"log-{len(self.processes)}"
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database.replace("postgresql+psycopg", "postgresql"),
            "TELEGRAM_API_URL": self.api.url,
            "TELEGRAM_BOT_TOKEN": self.api.token,
            "KNOWLEDGE_DIR": str(self.knowledge),
            **settings,
        }
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=variables, cwd=self.folder, stdout=out, stderr=out)
        self.processes.append(process)
        wait_until(lambda: ready in log.read_text() or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        return process

    def log_of(self, process: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"log-{self.processes.index(process)}").read_text()

    def wait_for_end(self, broadcast_id: int, seconds: float) -> None:
        def is_over() -> bool:
            found = self.storage.broadcasts.get(broadcast_id)
            return found is not None and found.is_over

        wait_until(is_over, seconds, every=0.5)

    def let_the_lease_end(self) -> None:
        """As it does by itself fifteen seconds after its holder was killed."""
        with self.storage.database.begin() as connection:
            connection.execute(leases.delete())

    def rows(self, broadcast_id: int) -> dict[int, tuple[str, int | None]]:
        query = sa.select(deliveries.c.chat_id, deliveries.c.state, deliveries.c.message_id)
        with self.storage.database.begin() as connection:
            found = connection.execute(query.where(deliveries.c.broadcast_id == broadcast_id)).all()
        return {row.chat_id: (row.state, row.message_id) for row in found}

    def sends(self) -> list[Call]:
        """The calls to subscribers."""
        return [call for call in self.api.calls("sendMessage") if (call.chat_id or 0) >= FIRST_ID]

    def arrived(self) -> Counter[int]:
        """How many messages stand in each subscriber's chat, by the server's own record."""
        return Counter({chat: count for chat, count in self.api.count_messages().items() if chat >= FIRST_ID})

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.storage.close()


def wait_until(condition: Callable[[], object], seconds: float, every: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not come within {seconds} s")
        time.sleep(every)


@contextmanager
def clinic(
    *,
    database: str | None = None,
    latency_seconds: float = 0.0,
    flood_limits: FloodLimits | None = FloodLimits(),  # noqa: B008 -- it cannot change
    kept_calls: int | None = None,
) -> Iterator[Clinic]:
    with (
        tempfile.TemporaryDirectory(prefix="clinic-") as folder,
        LocalBotApi(latency_seconds=latency_seconds, flood_limits=flood_limits, kept_calls=kept_calls) as api,
    ):
        made = Clinic(api, database or f"sqlite:///{folder}/clinic.sqlite3", Path(folder))
        try:
            yield made
        finally:
            made.close()


@contextmanager
def postgres() -> Iterator[Callable[[], str]]:
    """Makes empty databases."""
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed"
    with postgres_server(programs) as server:

        def make() -> str:
            name = f"clinic_{uuid.uuid4().hex}"
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
            return f"{server}/{name}".replace("postgresql://", "postgresql+psycopg://")

        yield make


def rate() -> None:
    """3,000 recipients, 60 ms a call, Telegram's 30 a second."""
    table = Table(
        "BROADCAST_RATE", "recipients", "sent", "429", "a second", "of the setting", "most in 1 s", title="Rate"
    )
    for setting in (25, 30):
        with clinic(latency_seconds=0.06) as here:
            here.subscribe(3000)
            broadcast = here.schedule()
            here.start(BROADCAST_RATE=str(setting))
            here.wait_for_end(broadcast, 300)
            at = sorted(call.at for call in here.sends() if call.ok)
            refused = sum(call.status == 429 for call in here.sends())
        achieved = (len(at) - 1) / (at[-1] - at[0])
        most = max(sum(1 for other in at[number : number + 60] if other - start < 1) for number, start in enumerate(at))
        table.add_row(
            str(setting),
            "3,000",
            f"{len(at):,}",
            str(refused),
            f"{achieved:.2f}",
            f"{achieved / setting:.3f}",
            str(most),
        )
    CONSOLE.print(table)


def replies() -> None:
    """Questions of 20 patients, alone and during a broadcast of 3,000."""
    table = Table(
        "latency", "broadcast", "answers", "median ms", "99th ms", "429 of replies", "429 of broadcast", "a second",
        title="Answer times of 20 patients, from the question at the server to the answer at the server",
    )  # fmt: skip
    for latency in (0.0, 0.06):
        found = {}
        for is_busy in (False, True):
            with clinic(latency_seconds=latency) as here:
                here.subscribe(3000)
                here.start()
                patients = [here.api.person(f"P{number}") for number in range(20)]
                for patient in patients:
                    patient.write(QUESTIONS[0])
                wait_until(lambda patients=patients: all(patient.bot_messages for patient in patients), 30)
                time.sleep(2)
                broadcast = here.schedule() if is_busy else None
                time.sleep(2)
                began = time.time()
                ask(patients, 100)
                times = answer_times(patients, began)
                sends = [call for call in here.sends() if call.ok and call.at >= began]
                refused = Counter(
                    (call.chat_id or 0) >= FIRST_ID for call in here.api.calls("sendMessage") if call.status == 429
                )
                assert broadcast is None or not here.storage.broadcasts.get(broadcast).is_over, "it ended too early"
            found[is_busy] = median(times), quantiles(times, n=100)[98]
            speed = (len(sends) - 1) / (sends[-1].at - sends[0].at) if sends else 0.0
            table.add_row(
                f"{1000 * latency:.0f} ms", "yes" if is_busy else "no", str(len(times)), f"{found[is_busy][0]:.1f}",
                f"{found[is_busy][1]:.1f}", str(refused[False]), str(refused[True]), f"{speed:.1f}",
            )  # fmt: skip
        ratios = [busy / alone for busy, alone in zip(found[True], found[False], strict=True)]
        table.add_row("", "ratio", "", f"{ratios[0]:.2f}", f"{ratios[1]:.2f}", "", "", "", style="bold")
    CONSOLE.print(table)


def ask(patients: Sequence[Visitor], seconds: float) -> None:
    """Each asks about every five seconds, at moments that a seed fixes."""
    dice = random.Random(5)
    asked = sorted(
        (number * 5 + dice.random() * 4, place) for number in range(int(seconds / 5)) for place in range(len(patients))
    )
    began = time.monotonic()
    for at, place in asked:
        time.sleep(max(0.0, began + at - time.monotonic()))
        patients[place].write(dice.choice(QUESTIONS))
    wait_until(lambda: all(patient.messages[-1].from_bot for patient in patients), 60)


def answer_times(patients: Sequence[Visitor], since: float) -> list[float]:
    """Milliseconds from each question to the first message after it."""
    found = []
    for patient in patients:
        question = None
        for message in patient.messages:
            if not message.from_bot and message.sent_at >= since:
                question = message
            elif message.from_bot and question:
                found.append(1000 * (message.sent_at - question.sent_at))
                question = None
    return found


def kills() -> None:
    """kill -9 at twenty random moments of broadcasts to 500, with 50 messages a second and 20 ms a call."""
    dice, killed, outcomes, wrong, unknown_arrived = random.Random(7), 0, Counter[str](), Counter[str](), 0
    broadcasts = 0
    while killed < 20:
        broadcasts += 1
        with clinic(latency_seconds=0.02, flood_limits=None) as here:
            here.subscribe(500)
            broadcast = here.schedule()
            while killed < 20 and not here.storage.broadcasts.get(broadcast).is_over:
                before = len(here.sends())
                process = here.start_fast(50)
                wait_until(partial(_has_sent, here, broadcast, before), 20)
                time.sleep(dice.random())
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
                here.let_the_lease_end()
            here.start_fast(50)
            here.wait_for_end(broadcast, 60)
            arrived, rows = here.arrived(), here.rows(broadcast)
            for chat in range(FIRST_ID, FIRST_ID + 500):
                state = rows[chat][0]
                outcomes[state] += 1
                wrong["twice"] += arrived[chat] > 1
                wrong["lost: sent by our record, not there"] += state == "sent" and arrived[chat] == 0
                wrong["neither sent nor unknown"] += state not in ("sent", "unknown")
                unknown_arrived += state == "unknown" and arrived[chat] == 1
            wrong["sums differ"] += sum(here.storage.broadcasts.counts(broadcast).of.values()) != 500
    table = Table("kills", "broadcasts of 500", "sent", "unknown", "of these arrived", *wrong, title="Kills")
    table.add_row(
        str(killed), str(broadcasts), str(outcomes["sent"]), str(outcomes["unknown"]), str(unknown_arrived),
        *map(str, wrong.values()),
    )  # fmt: skip
    CONSOLE.print(table)


def _has_sent(here: Clinic, broadcast: int, before: int) -> bool:
    return len(here.sends()) > before or here.storage.broadcasts.get(broadcast).is_over


def faulty() -> None:
    """A server that answers one call in five with a fault, 1,000 recipients: the accounts, row by row."""
    expected_of = {"": "sent", "blocked": "blocked", "server_error": "unknown", "dropped_after": "unknown"}
    with clinic(latency_seconds=0.06) as here:
        here.subscribe(1000)
        for number, fault in enumerate(
            (faults.flood(1), faults.server_error(), faults.dropped_after(), faults.blocked())
        ):
            # Each strikes one call in twenty of all, not of those that the ones before let through.
            probability = 0.05 / (1 - 0.05 * number)
            here.api.faults.sometimes(fault, probability, random.Random(number), methods=("sendMessage",))
        broadcast = here.schedule()
        here.start(BROADCAST_RATE="30")
        here.wait_for_end(broadcast, 600)
        calls: dict[int, list[Call]] = defaultdict(list)
        for call in here.sends():
            calls[call.chat_id or 0].append(call)
        arrived, rows = here.arrived(), here.rows(broadcast)
        counts = here.storage.broadcasts.counts(broadcast)
    struck = Counter(call.fault or "none" for made in calls.values() for call in made)
    agree, wrong = 0, []
    for chat in range(FIRST_ID, FIRST_ID + 1000):
        *before, last = calls[chat]
        state, message_id = rows[chat]
        is_right = all(call.status == 429 for call in before) and state == expected_of.get(last.fault)
        is_right = is_right and (state != "sent" or message_id == last.result["message_id"])
        is_right = is_right and arrived[chat] == (last.fault in ("", "dropped_after"))
        agree += is_right
        if not is_right:
            wrong.append((chat, state, [(call.status, call.fault) for call in calls[chat]]))
    table = Table(
        "calls", "429", "500", "dropped after", "403", "rows that agree", "sums", title="Faults, 1,000 recipients"
    )
    table.add_row(
        str(sum(struck.values())), str(struck["flood"]), str(struck["server_error"]), str(struck["dropped_after"]),
        str(struck["blocked"]), f"{agree} of 1,000", ", ".join(f"{s} {n}" for s, n in counts.of.items()),
    )  # fmt: skip
    CONSOLE.print(table)
    for row in wrong[:5]:
        CONSOLE.print(row)


def memory() -> None:
    """Peak memory of a copy at a thousand and at a million subscribers, the first 20,000 sent without a pace."""
    table = Table(
        "database", "subscribers", "sent", "peak MB", "ratio", "written down in s", "sent a second", "skipped in s",
        title="Memory",
    )  # fmt: skip
    with postgres() as make:
        for name, database in (("SQLite", lambda: None), ("PostgreSQL", make)):
            least = 0.0
            for subscribers in (1_000, 1_000_000):
                found = _memory(database(), subscribers)
                least = least or found["peak"]
                table.add_row(
                    name, f"{subscribers:,}", f"{found['sent']:,.0f}", f"{found['peak']:.1f}",
                    f"{found['peak'] / least:.2f}", f"{found['written']:.1f}", f"{found['speed']:.0f}",
                    f"{found['skipped']:.1f}",
                )  # fmt: skip
    CONSOLE.print(table)


def _memory(database: str | None, subscribers: int) -> dict[str, float]:
    sent = min(subscribers, 20_000)
    with clinic(database=database, flood_limits=None, kept_calls=0) as here:
        here.subscribe(subscribers, known=sent)
        broadcast = here.schedule()
        began = time.monotonic()
        process = here.start_fast(100_000)
        wait_until(lambda: here.storage.broadcasts.get(broadcast).is_enumerated, 900, every=0.2)
        written = time.monotonic() - began
        began = time.monotonic()

        wait_until(lambda: here.arrived().total() >= sent, 900, every=0.5)
        speed = sent / (time.monotonic() - began)
        began = time.monotonic()
        here.storage.broadcasts.change(broadcast, of=(BroadcastState.RUNNING,), to=BroadcastState.STOPPED)
        here.wait_for_end(broadcast, 900)
        skipped = time.monotonic() - began
        peak = peak_megabytes(process.pid)
        assert here.storage.broadcasts.counts(broadcast).recipients == subscribers
    return {"peak": peak, "written": written, "speed": speed, "sent": sent, "skipped": skipped}


def peak_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def takeover() -> None:
    """Two copies on PostgreSQL; the one that broadcasts is killed after a quarter of 400 recipients."""
    with postgres() as make, clinic(database=make(), latency_seconds=0.06) as here:
        here.subscribe(400)
        copies = [here.start(), here.start()]
        wait_until(lambda: any("this copy sends" in here.log_of(copy) for copy in copies), 30)
        active = next(copy for copy in copies if "this copy sends" in here.log_of(copy))
        broadcast = here.schedule()
        wait_until(lambda: len(here.sends()) >= 100, 60)
        active.send_signal(signal.SIGKILL)
        killed_at = time.time()
        active.wait()
        here.wait_for_end(broadcast, 120)
        calls = here.sends()
        after = min(call.at for call in calls if call.at > killed_at + 0.5)
        arrived, counts = here.arrived(), here.storage.broadcasts.counts(broadcast)
        refused = sum(call.status == 429 for call in calls)
    table = Table("recipients", "went on after s", "sent", "unknown", "twice", "not at all", "429", title="Takeover")
    table.add_row(
        str(counts.recipients), f"{after - killed_at:.1f}", str(counts.of.get("sent", 0)),
        str(counts.of.get("unknown", 0)), str(sum(count > 1 for count in arrived.values())),
        str(sum(arrived[chat] == 0 for chat in range(FIRST_ID, FIRST_ID + 400))), str(refused),
    )  # fmt: skip
    CONSOLE.print(table)


BENCHMARKS = {
    "rate": rate,
    "replies": replies,
    "kills": kills,
    "faults": faulty,
    "memory": memory,
    "takeover": takeover,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - BENCHMARKS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    for name in names:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
