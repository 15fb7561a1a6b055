"""A process that only broadcasts, as fast as ``--rate`` says: for benchmarks whose subject is not the pace.

``python -m tests.benchmarks.fast_copy URL TOKEN DATABASE --rate 200`` runs until a signal to stop.
"""

import argparse
import asyncio
import signal
from datetime import UTC, datetime

from bot import logs
from bot.core.pace import Pace
from bot.core.staffing import Clock
from bot.core.tips import QuietHours
from bot.settings import choose_timedeltas
from bot.storage import Storage
from bot.telegram.broadcaster import Broadcaster, Terms
from bot.telegram.worker import Worker


async def broadcast(api_url: str, token: str, storage: Storage, rate: float) -> None:
    stopping, worker = asyncio.Event(), Worker()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stopping.set)
    pace = Pace(rate, ceiling=1_000_000)
    never_quiet = Terms(Clock(UTC, QuietHours(start="00:00", end="00:00"), None), withdrawn="-")
    arguments = (api_url, token, storage, worker, pace, stopping, never_quiet, lambda _chat_id: None)
    await Broadcaster(*arguments, lambda: datetime.now(UTC)).run()
    worker.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("api_url")
    parser.add_argument("token")
    parser.add_argument("database")
    parser.add_argument("--rate", type=float, required=True)
    given = parser.parse_args()
    logs.set_up("INFO", secrets=(given.token,))
    choose_timedeltas()
    storage = Storage(given.database)
    asyncio.run(broadcast(given.api_url, given.token, storage, given.rate))
    storage.close()


if __name__ == "__main__":
    main()
