"""What the environment says, read once when asked for, with every mistake reported at once."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# Telegram's tokens have 35 characters after the colon; a local server may hand out shorter ones.
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_USER_ID = re.compile(r"[1-9][0-9]{0,15}")  # groups have negative ones
_IDS_RIGHT = "write ids with commas or spaces between, as in 123456789, 987654321"
_POSTGRES = ("postgres://", "postgresql://")

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(lambda level: level.strip().upper() if isinstance(level, str) else level),
]


class SettingsError(Exception):
    """Settings that cannot be used; ``problems`` holds a sentence for each; none shows a secret."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The bot's settings. Make one with ``read_settings``, which puts mistakes into plain words."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    telegram_bot_token: SecretStr | None = Field(None, description="The token that @BotFather gave.")
    telegram_api_url: str = Field("https://api.telegram.org", description="The Bot API server.")
    database_url: str = Field(
        "sqlite:///clinic.sqlite3", description="Where conversations are kept: a SQLite file or PostgreSQL."
    )
    staff_ids: Annotated[frozenset[int] | None, NoDecode] = Field(
        None, description="The Telegram user ids of staff, with commas or spaces between."
    )
    two_person_broadcasts: bool = Field(
        False, description="Whether a second member of staff has to approve each broadcast."
    )
    knowledge_dir: Path = Field(
        Path(__file__).resolve().parent.parent / "knowledge", description="The folder of knowledge files."
    )
    broadcast_rate: int = Field(
        25, ge=1, le=30, description="Messages of a broadcast a second, 1 to 30; Telegram lets 30 through in all."
    )
    log_level: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_has_its_form(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("is not a token; copy it from @BotFather: digits, a colon, letters and digits")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _api_is_on_the_web(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("is not a web address; write it like https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str) -> str:
        if url.startswith(_POSTGRES):
            return "postgresql+psycopg://" + url.split("://", 1)[1]
        if url.startswith("sqlite:///") and url.removeprefix("sqlite:///") not in ("", ":memory:"):
            return url
        raise ValueError(
            "is not a database's address; write sqlite:///file.sqlite3 or postgresql://user:password@host/name"
        )

    @field_validator("staff_ids", mode="before")
    @classmethod
    def _staff_are_users(cls, written: object) -> object:
        entries = re.split(r"[,\s]+", written.strip(", \t\n")) if isinstance(written, str) else []
        wrong = [str(number) for number, entry in enumerate(entries, 1) if not _USER_ID.fullmatch(entry)]
        if wrong:
            which = f"entry {wrong[0]} is" if len(wrong) == 1 else f"entries {', '.join(wrong)} are"
            raise ValueError(f"holds what is no user id: {which} not a number of 1 to 16 digits; {_IDS_RIGHT}")
        return frozenset(map(int, entries)) if entries else written

    @field_validator("two_person_broadcasts")
    @classmethod
    def _two_are_there(cls, needs_two: bool, info: ValidationInfo) -> bool:
        if needs_two and "staff_ids" in info.data and len(info.data["staff_ids"] or ()) < 2:
            raise ValueError("needs two members of staff; write at least two ids into STAFF_IDS")
        return needs_two

    @field_validator("knowledge_dir")
    @classmethod
    def _folder_is_there(cls, folder: Path) -> Path:
        if not folder.is_dir():
            raise ValueError("is not a folder that exists; give the folder of the clinic's knowledge files")
        return folder

    @property
    def token(self) -> str:
        """The token in clear, for the one call that needs it; raises SettingsError where there is none."""
        if self.telegram_bot_token is None:
            raise SettingsError(
                (
                    "TELEGRAM_BOT_TOKEN is not set; copy the token from @BotFather into it, "
                    "or try the bot without Telegram: python -m bot chat",
                )
            )
        return self.telegram_bot_token.get_secret_value()


def read_settings() -> Settings:
    """Read the environment and a ``.env`` file in the working directory; raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(tuple(_sentence(detail) for detail in error.errors())) from None


def choose_timedeltas() -> None:
    """Have python-telegram-bot give durations as timedelta; without it each reading of one warns."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")


def _sentence(detail: ErrorDetails) -> str:
    variable = str(detail["loc"][0]).upper()
    if detail["type"] == "literal_error":
        return f"{variable} is not a level; write DEBUG, INFO, WARNING or ERROR"
    if variable == "BROADCAST_RATE":
        return f"{variable} is not a whole number from 1 to 30; Telegram lets 30 messages a second through in all"
    if detail["type"] == "bool_parsing":
        return f"{variable} is neither true nor false; write true or false"
    return f"{variable} {detail['msg'].removeprefix('Value error, ')}"
