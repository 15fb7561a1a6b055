"""``python -m bot broadcast``: what it refuses, what it shows before, and what it stores."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.broadcasting import BroadcastState, Content
from bot.core.orders import LASTS, Order, OrderError, when
from bot.core.replies import Button, Notice
from bot.core.tips import QuietHours
from bot.storage import Storage
from bot.storage.tables import subscribers
from bot.telegram.rendering import LONGEST_TEXT
from bot.telegram.shell import text_content, text_in
from bot.telegram.tip_content import content_of

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # at the clinic, a monday
TIPS = """
quiet_hours: {start: "00:00", end: "00:00"}
tips:
  - {id: water-well, title: Water well, text: "Feel the soil first.\\n\\n- Dry: water.", point: POINT}
"""


@pytest.fixture
def folder(tmp_path, plants_folder, plants_knowledge):
    folder = tmp_path / "knowledge"
    shutil.copytree(plants_folder, folder)
    point = plants_knowledge.documents[0].points[0].id
    (folder / "tips.yaml").write_text(TIPS.replace("POINT", point))
    return folder


@pytest.fixture
def call(monkeypatch, tmp_path, folder):
    """The command, its output and its exit code, in a folder without a database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KNOWLEDGE_DIR", str(folder))
    monkeypatch.setenv("DATABASE_URL", "sqlite:///clinic.sqlite3")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)

    def call(*arguments):
        said = CliRunner().invoke(app, ["broadcast", *arguments])
        return said.exit_code, " ".join(said.output.split())

    return call


def write(tmp_path, content):
    path = tmp_path / "message.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give either --tip ID or --text-file FILE."),
        (("--tip", "a", "--text-file", "b"), "Give either --tip ID or --text-file FILE."),
        (("--tip", "water"), "There is no tip 'water' in tips.yaml. Did you mean water-well?"),
        (("--tip", "zzz"), "There is no tip 'zzz' in tips.yaml. There are: water-well."),
        (("--text-file", "none.txt"), "none.txt cannot be read: No such file"),
        (("--tip", "water-well", "--at", "soon"), "--at 'soon' is no time; write 9:30,"),
        (("--tip", "water-well", "--at", "2020-01-01 9:30"), "--at '2020-01-01 9:30' has passed; it is 20"),
        (("--tip", "water-well"), "TELEGRAM_BOT_TOKEN is not set"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_in_plain_words(call, tmp_path, arguments, said):
    code, output = call(*arguments)
    assert code == 1
    assert said in output
    assert not (tmp_path / "clinic.sqlite3").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        ("x" * 4097, "has 4,097 characters; Telegram takes 4,096"),
        ("🌱" * 2049, "has 4,098 characters"),
        (b"\xff\xfe", "is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_message_is_refused(tmp_path, content, said):
    with pytest.raises(OrderError, match=said):
        text_in(write(tmp_path, content))


def test_a_text_is_sent_as_it_stands_and_is_no_markup(tmp_path):
    text = text_in(write(tmp_path, "1 < 2 & <b>3</b>\n\nend\n"))
    content = text_content(text, Button("Stop", "stop"))
    assert content.html == "1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;\n\nend"
    assert content.keyboard == '[[["Stop", "stop"]]]'
    assert len(text_in(write(tmp_path, "🌱" * 2048))) == 2048


def test_a_tip_is_shown_before_with_its_source_and_nothing_is_stored(call, tmp_path):
    code, output = call("--tip", "water-well", "--dry-run")
    assert code == 0
    assert "Feel the soil first." in output
    assert "Source:" in output
    assert "Recipients as of now: 0." in output
    assert "Nothing was sent or stored." in output
    assert not (tmp_path / "clinic.sqlite3").exists()


def test_a_dry_run_counts_the_subscribers_and_says_until_when_it_takes(call, tmp_path):
    storage = Storage(f"sqlite:///{tmp_path}/clinic.sqlite3")
    storage.migrate()
    fields = {"state": "active", "wording": "v1", "consented_at": NOON, "changed_at": NOON}
    with storage.database.begin() as connection:
        connection.execute(subscribers.insert(), [{"chat_id": chat, **fields} for chat in range(1, 3001)])
    storage.close()
    code, output = call("--text-file", str(write(tmp_path, "Hello")), "--dry-run")
    assert code == 0
    assert "Recipients as of now: 3,000." in output
    assert "At 25 a second it takes about 2 minutes, until 20" in output


def test_a_database_that_cannot_be_counted_in_is_not_taken_for_an_empty_one(call, tmp_path):
    sqlite3.connect(tmp_path / "clinic.sqlite3").close()
    code, output = call("--tip", "water-well", "--dry-run")
    assert code == 1
    assert "The subscribers cannot be counted" in output


def test_a_later_one_is_stored_for_the_running_bot_and_noted(call, tmp_path, monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:abc")
    code, output = call("--tip", "water-well", "--at", "2126-03-01 9:30")
    assert code == 0
    assert "It goes out at 2126-03-01 09:30" in output
    assert "Scheduled as broadcast 1." in output
    storage = Storage(f"sqlite:///{tmp_path}/clinic.sqlite3")
    (made,) = storage.broadcasts.in_state(BroadcastState.SCHEDULED)
    (act,) = storage.audit.latest(5)
    storage.close()
    assert (made.title, made.tip_id, made.created_by) == ("Water well", "water-well", None)
    assert made.expires_at - made.due_at == LASTS
    assert (act.action, act.broadcast_id, act.staff_id) == ("shell", 1, None)


def test_where_telegram_cannot_be_reached_nothing_is_stored(call, tmp_path, monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:abc")
    code, output = call("--tip", "water-well")
    assert code == 1
    assert "http://127.0.0.1:9 cannot be reached (NetworkError); nothing was stored or sent." in output
    storage = Storage(f"sqlite:///{tmp_path}/clinic.sqlite3")
    assert storage.broadcasts.latest(5) == ()
    storage.close()


class TestWhen:
    def test_without_a_time_it_is_now(self):
        assert when(None, QuietHours(), CHICAGO, NOON) == (NOON, NOON)

    def test_quiet_hours_put_it_off_to_their_end(self):
        wanted, due = when("22:00", QuietHours(), CHICAGO, NOON)
        assert wanted == NOON + timedelta(hours=10)
        assert due == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 8:00
        order = Order(title="x", text="x", content=Content(html="x"), tip_id=None, wanted_at=wanted, due_at=due)
        assert order.is_put_off
        assert order.ends_at(100, 25) == due + timedelta(seconds=4)

    def test_they_hold_for_an_order_at_once_too(self):
        night = NOON + timedelta(hours=12)
        assert when(None, QuietHours(), CHICAGO, night)[1] > night


def test_a_reply_is_a_broadcast_if_it_fits_one_message():
    short = Notice(title="T & T", paragraphs=("a", "b"), buttons=(Button("Stop", "stop"),))
    assert content_of(short) == Content(html="<b>T &amp; T</b>\n\na\n\nb", keyboard='[[["Stop", "stop"]]]')
    with pytest.raises(ValueError, match="one message"):
        content_of(Notice(paragraphs=("a" * LONGEST_TEXT, "b")))
