"""How the Bot API says no."""

from collections.abc import Mapping

_PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class RefusalError(Exception):
    """An answer with `ok: false`; `parameters` is what a program may act on, such as retry_after."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters or {}


def bad_request(reason: str) -> RefusalError:
    """400 with Telegram's prefix and its rule for capitals: the first letter goes down, a CODE stays."""
    return _prefixed(400, reason)


def forbidden(reason: str) -> RefusalError:
    return _prefixed(403, reason)


def conflict(reason: str) -> RefusalError:
    return _prefixed(409, reason)


def too_many_requests(retry_after_seconds: int) -> RefusalError:
    description = f"Too Many Requests: retry after {retry_after_seconds}"
    return RefusalError(429, description, {"retry_after": retry_after_seconds})


def _prefixed(status: int, reason: str) -> RefusalError:
    is_code = len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z")
    text = reason if is_code else reason[:1].lower() + reason[1:]
    return RefusalError(status, f"{_PREFIXES[status]}: {text}")
