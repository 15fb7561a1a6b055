"""One thread for everything that is quick but not asynchronous: deciding, and the database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """Runs calls one after the other, in the order given, beside the event loop.

    One thread, not several: a hop between threads costs more than most of these calls, the interpreter
    would let only one of them compute anyway, and SQLite has one writer at a time.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")

    async def run(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    def close(self) -> None:
        """Wait for the calls in hand."""
        self._thread.shutdown()
