"""Opening the database and bringing its tables up to date, the same for SQLite and PostgreSQL."""

import sqlite3
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

_BUSY_SECONDS = 5
# Any number will do that no other program locks in the same PostgreSQL database.
_MIGRATION_LOCK = 7_201_955
_MIGRATIONS = Path(__file__).parents[1] / "migrations"


class StorageError(Exception):
    """The database cannot be opened; the text says why, without its password."""


class Database:
    """One engine, synchronous: give it one thread to live in."""

    def __init__(self, url: str) -> None:
        """Open ``url``; raises StorageError."""
        self._engine = _engine(url)

    def close(self) -> None:
        self._engine.dispose()

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """A transaction: committed at the end, or rolled back whole."""
        return self._engine.begin()

    def overwrite(self) -> None:
        """Leave nothing on the disk of what was deleted: SQLite keeps older pages in its write-ahead log.

        On PostgreSQL the server does it in its own time, by its autovacuum.
        """
        if self._engine.dialect.name != "sqlite":
            return
        raw = self._engine.raw_connection()  # a checkpoint cannot be part of a transaction
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            raw.close()

    def migrate(self) -> None:
        """Bring the tables up to date, all steps or none; raises StorageError."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        try:
            with self.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise StorageError(f"DATABASE_URL: the database cannot be opened ({_reason(error)})") from None


def _engine(url: str) -> sa.Engine:
    try:
        # hide_parameters: an error's text must not carry what a patient's row holds.
        engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    except ModuleNotFoundError as error:
        raise StorageError(f"DATABASE_URL needs the package {error.name}: pip install {error.name}") from None
    except (ArgumentError, ValueError):
        raise StorageError("DATABASE_URL is not a database's address") from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own begin comes too late, and not before DDL: see below
    # secure_delete: what is deleted is overwritten with zeros, not merely left for a later row.
    for pragma in ("foreign_keys=ON", "secure_delete=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}").close()
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:
    # Of two copies that open a new file together one is refused this at once, whatever its busy_timeout.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and then wants to write is refused at once, busy_timeout or not, when
    # another connection wrote meanwhile. Asking for the write lock at the start makes it wait its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).split("\n", 1)[0]
