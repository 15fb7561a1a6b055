"""Logs that hold ids, outcomes and times, and neither a token nor a patient's words.

Three things keep it so. Every handler's formatter blanks out the token, tracebacks included. An exception
is shown as its classes and frames, never its text, which may quote what was typed. And what other packages
log is shown without its arguments, which may be whole updates.
"""

import logging
import re
import sys
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

logger = logging.getLogger(__name__)

_OURS = __name__.split(".")[0]
# The form of Telegram's tokens, so that one which was never told to us is blanked out as well.
_TOKEN = re.compile(r"[0-9]{6,}:[A-Za-z0-9_-]{30,}")
_BLANK = "[token]"


class SafeFormatter(logging.Formatter):
    """One line a record, then an exception's frames if it carries one."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"
        if record.exc_info and record.exc_info[1]:
            line = f"{line}\n{describe(record.exc_info[1])}"
        return self._without_secrets(line)

    def _without_secrets(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _BLANK)
        return _TOKEN.sub(_BLANK, line)


class Pulse(logging.Handler):
    """Since when the program runs, how many errors it logged, and when the last."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.started_at = datetime.now(UTC)
        self.errors = 0
        self.last_error_at: datetime | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.errors += 1
        self.last_error_at = datetime.fromtimestamp(record.created, UTC)


def set_up(level: str, secrets: tuple[str, ...] = (), stream: TextIO | None = None) -> Pulse:
    """Send all logs, warnings and uncaught exceptions to one stream (standard error), made safe; errors are counted.

    ``level`` holds for this program; other packages are heard from WARNING on, since they log what they
    handle.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(SafeFormatter(secrets))
    pulse = Pulse()
    logging.basicConfig(handlers=[handler, pulse], level=logging.WARNING, force=True)
    logging.getLogger(_OURS).setLevel(level)
    # A record that cannot be formatted would otherwise be printed as it is, arguments and all.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught
    warnings.showwarning = _log_warning
    return pulse


def describe(error: BaseException) -> str:
    """An exception as frames and class names, causes first. Its text is left out: it may quote a patient."""
    return "\n".join(line for link in reversed(tuple(_chain(error))) for line in _lines(link))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}: {frame.line}'
    yield f"  raised {type(error).__module__}.{type(error).__qualname__}"


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] == _OURS:
        return record.getMessage()
    # The lines after the first, of asyncio's reports for one, show values.
    return str(record.msg).split("\n", 1)[0]


def _log_uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("the program ends on an error that nothing handled", exc_info=error)


def _log_warning(
    message: Warning | str,  # noqa: ARG001 -- it may quote a value
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    logger.warning("%s at %s:%d", category.__name__, filename, lineno)
