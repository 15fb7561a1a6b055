"""The environment, right and wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

TOKEN = "123456789:AAsecret-token_of-35-characters-0001"
VARIABLES = tuple(name.upper() for name in Settings.model_fields)


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Sets variables in an environment that had none of ours, in a folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return lambda **values: [monkeypatch.setenv(name, value) for name, value in values.items()]


def problems(environment, **values):
    environment(**values)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return caught.value.problems


@pytest.mark.usefixtures("environment")
def test_nothing_has_to_be_set_until_the_bot_runs():
    settings = read_settings()
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///clinic.sqlite3"
    assert settings.knowledge_dir.is_absolute()
    assert settings.knowledge_dir.name == "knowledge"
    assert settings.log_level == "INFO"


@pytest.mark.usefixtures("environment")
def test_a_missing_token_is_told_with_a_way_to_go_on_without_one():
    with pytest.raises(SettingsError, match=r"TELEGRAM_BOT_TOKEN is not set.*python -m bot chat"):
        _ = read_settings().token


def test_an_empty_variable_counts_as_not_set(environment):
    environment(TELEGRAM_BOT_TOKEN="", LOG_LEVEL="")
    assert read_settings() == Settings()


def test_the_token_is_given_to_who_asks_and_shown_to_nobody(environment):
    environment(TELEGRAM_BOT_TOKEN=TOKEN)
    settings = read_settings()
    assert settings.token == TOKEN
    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_a_dotenv_file_is_read_and_the_environment_wins(environment):
    Path(".env").write_text("LOG_LEVEL=DEBUG\nTELEGRAM_API_URL=http://localhost:8081\nUNKNOWN=1\n")
    environment(LOG_LEVEL="warning")
    assert read_settings().log_level == "WARNING"
    assert read_settings().telegram_api_url == "http://localhost:8081"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///data/clinic.sqlite3", "sqlite:///data/clinic.sqlite3"),
        ("postgres://u:p@host/name", "postgresql+psycopg://u:p@host/name"),
        ("postgresql://u:p@host:5432/name", "postgresql+psycopg://u:p@host:5432/name"),
    ],
)
def test_databases_are_named_as_hosts_name_them(environment, given, used):
    environment(DATABASE_URL=given)
    assert read_settings().database_url == used


def test_the_last_slash_of_the_api_does_not_matter(environment):
    environment(TELEGRAM_API_URL="http://127.0.0.1:8081/")
    assert read_settings().telegram_api_url == "http://127.0.0.1:8081"


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("TELEGRAM_BOT_TOKEN", "my token", "digits, a colon, letters"),
        ("TELEGRAM_API_URL", "api.telegram.org", "https://api.telegram.org"),
        ("DATABASE_URL", "mysql://u:secret@host/name", "sqlite:///file.sqlite3"),
        ("DATABASE_URL", "sqlite://", "sqlite:///file.sqlite3"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///file.sqlite3"),
        ("KNOWLEDGE_DIR", "/nowhere/at/all", "folder"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("BROADCAST_RATE", "31", "a whole number from 1 to 30"),
        ("BROADCAST_RATE", "0", "a whole number from 1 to 30"),
        ("BROADCAST_RATE", "2.5", "a whole number from 1 to 30"),
        ("STAFF_IDS", "nora", "as in 123456789, 987654321"),
        ("STAFF_IDS", "123, -100123", "as in 123456789, 987654321"),
        ("TWO_PERSON_BROADCASTS", "perhaps", "true or false"),
    ],
)
def test_a_mistake_names_the_variable_and_what_would_be_right_but_not_the_value(environment, name, value, right):
    (problem,) = problems(environment, **{name: value})
    assert problem.startswith(f"{name} ")
    assert right in problem
    assert f" {value} " not in problem.replace(right, "")
    assert "secret" not in problem


def test_all_mistakes_are_told_at_once(environment):
    found = problems(
        environment,
        TELEGRAM_BOT_TOKEN="x",
        TELEGRAM_API_URL="x",
        DATABASE_URL="x",
        KNOWLEDGE_DIR="/nowhere",
        STAFF_IDS="x",
        TWO_PERSON_BROADCASTS="x",
        LOG_LEVEL="x",
        BROADCAST_RATE="x",
    )
    assert sorted(problem.split()[0] for problem in found) == sorted(VARIABLES)


@pytest.mark.parametrize("written", ["501,502", "501 502", " 501, 502,\n501 "])
def test_staff_are_told_by_their_numbers(environment, written):
    environment(STAFF_IDS=written)
    assert read_settings().staff_ids == {501, 502}


def test_every_number_of_staff_that_is_none_is_told_by_its_place(environment):
    (problem,) = problems(environment, STAFF_IDS="501, nora, 502, @otto, 0")
    assert "entries 2, 4, 5 are not" in problem


@pytest.mark.parametrize("staff", [{}, {"STAFF_IDS": "501"}, {"STAFF_IDS": "501 501"}])
def test_two_persons_cannot_be_asked_for_where_there_are_fewer(environment, staff):
    (problem,) = problems(environment, TWO_PERSON_BROADCASTS="true", **staff)
    assert problem.startswith("TWO_PERSON_BROADCASTS needs two members of staff")


def test_two_persons_are_asked_for_where_there_are_two(environment):
    environment(TWO_PERSON_BROADCASTS="yes", STAFF_IDS="501 502")
    assert read_settings().two_person_broadcasts


def test_importing_reads_nothing(environment, tmp_path):
    environment(LOG_LEVEL="loud", DATABASE_URL="x")
    script = "import bot.settings, bot.storage, bot.logs, bot.telegram.application"
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={"LOG_LEVEL": "loud", "PYTHONPATH": str(root)},
        cwd=tmp_path,
        check=False,
    )
    assert ended.returncode == 0
