"""What the log may hold, and what never."""

import asyncio
import io
import logging
import subprocess
import sys
import warnings

import pytest
from pydantic import BaseModel

from bot import logs
from bot.telegram.patience import Seldom

TOKEN = "123456789:AAsecret-token_of-35-characters-0001"
OTHER = "987654321:AAanother-token-of-35-characters-001"


@pytest.fixture
def log():
    """The stream that logs go to; logging is as it was afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level, logging.raiseExceptions, sys.excepthook
    stream = io.StringIO()
    root.handlers[:] = []  # set_up would close those of pytest
    with warnings.catch_warnings():
        logs.set_up("INFO", secrets=(TOKEN,), stream=stream)
        yield stream
    root.handlers[:], root.level, ours.level, logging.raiseExceptions, sys.excepthook = before


def test_a_record_is_one_line_with_its_level_and_source(log):
    logging.getLogger("bot.somewhere").info("update=%d chat=%d", 1, 2)
    assert log.getvalue().endswith("INFO bot.somewhere: update=1 chat=2\n")
    assert log.getvalue().count("\n") == 1


def test_the_token_is_blanked_out_wherever_it_stands(log):
    logger = logging.getLogger("bot.somewhere")
    logger.info("calling https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.info("calling https://api.telegram.org/bot%s/getMe, a token never told to us", OTHER)
    assert TOKEN not in log.getvalue()
    assert OTHER not in log.getvalue()
    assert log.getvalue().count("[token]") == 2


def test_an_exception_is_shown_by_class_and_place_without_its_text(log):
    class Model(BaseModel):
        number: int

    def fail(word):
        try:
            Model.model_validate({"number": word})
        except ValueError as error:
            raise RuntimeError(f"{word} {TOKEN}") from error

    with pytest.raises(RuntimeError) as caught:
        fail("xylophone")
    logging.getLogger("bot.somewhere").error("error=%s", "abcd", exc_info=caught.value)
    shown = log.getvalue()
    assert "raised pydantic_core._pydantic_core.ValidationError" in shown
    assert "raised builtins.RuntimeError" in shown
    assert "in fail: raise RuntimeError(" in shown
    assert [text for text in (TOKEN, "input_value='xylophone'", "xylophone 1234") if text in shown] == []


def test_what_other_packages_log_is_shown_without_its_arguments_and_only_when_it_is_a_warning(log):
    logger = logging.getLogger("telegram.ext.Application")
    logger.info("quiet")
    logger.warning("Can not load %s", "xylophone")
    assert "Can not load %s" in log.getvalue()
    assert "xylophone" not in log.getvalue()
    assert "quiet" not in log.getvalue()


def test_httpx_which_logs_addresses_with_the_token_is_not_heard_even_at_debug(log):
    logs.set_up("DEBUG", secrets=(TOKEN,), stream=log)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert log.getvalue() == ""


def test_a_task_that_failed_unseen_is_reported_without_the_text_of_its_error(log):
    async def fail():
        raise RuntimeError("xylophone")

    async def main():
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(main())
    assert "Task exception was never retrieved" in log.getvalue()
    assert "raised builtins.RuntimeError" in log.getvalue()
    assert "RuntimeError('xylophone')" not in log.getvalue()


def test_a_record_that_does_not_fit_its_arguments_is_not_printed_with_them(log, capsys):
    logging.getLogger("bot.somewhere").info("%d", "xylophone")
    assert "xylophone" not in log.getvalue() + capsys.readouterr().err


def test_a_warning_is_shown_by_class_and_place_without_its_text(log):
    warnings.simplefilter("always")
    warnings.warn("xylophone", UserWarning, stacklevel=1)
    assert "UserWarning at " in log.getvalue()
    assert "xylophone" not in log.getvalue()


def test_an_error_that_nothing_handles_is_logged_without_its_text():
    script = f"from bot import logs; logs.set_up('INFO', secrets=('{TOKEN}',)); word = 'xylo' + 'phone'; int(word)"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "raised builtins.ValueError" in ended.stderr
    assert "xylophone" not in ended.stderr


def test_a_repeated_message_is_let_through_once_a_minute_for_each_kind():
    now = [0.0]
    seldom = Seldom(60, clock=lambda: now[0])
    let_through = []
    for second in range(0, 180, 5):
        now[0] = float(second)
        let_through += [(kind, second) for kind in ("conflict", "network") if seldom.lets(kind)]
    assert let_through == [(kind, second) for second in (0, 60, 120) for kind in ("conflict", "network")]
