"""What the bot asked of the server, and what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. `fault` names the injected fault, if one struck; status 0: no answer was sent."""

    method: str
    parameters: Mapping[str, Any]
    status: int
    description: str
    result: Any
    at: float
    fault: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def chat_id(self) -> int | None:
        try:
            return int(self.parameters.get("chat_id", ""))
        except (TypeError, ValueError):
            return None
