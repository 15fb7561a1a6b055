"""A local Bot API server for each test, a clock to turn by hand, and a plain HTTP client."""

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.preview.server import LocalBotApi


@dataclass
class Clock:
    """Seconds since 1970, which pass only when a test says so."""

    seconds: float = 1_750_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.status == 200, self.body
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.body["description"]


Ask = Callable[..., Reply]


def ask_server(api: LocalBotApi, method: str, token: str | None = None, **parameters: Any) -> Reply:
    """One call with a JSON body over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    try:
        path = f"/bot{token or api.token}/{method}"
        connection.request("POST", path, json.dumps(parameters), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Reply(response.status, json.loads(response.read()))
    finally:
        connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> Iterator[LocalBotApi]:
    with LocalBotApi(now=clock) as server:
        yield server


@pytest.fixture
def ask(api: LocalBotApi) -> Ask:
    return lambda method, **parameters: ask_server(api, method, **parameters)


@pytest.fixture
def ask_of() -> Ask:
    """The same of a server that the test started itself."""
    return ask_server
