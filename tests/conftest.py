"""What is built or started once for all tests: the shipped knowledge, a small one, and a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase
from bot.knowledge_files import load
from tests.postgres import postgres_programs, postgres_server

TESTS = Path(__file__).parent

# The same examples in each run; `--hypothesis-profile=default` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def shipped_knowledge() -> KnowledgeBase:
    """The clinic's own files, as they are delivered."""
    return load(TESTS.parent / "knowledge")


@pytest.fixture(scope="session")
def shipped(shipped_knowledge: KnowledgeBase) -> Dialogue:
    return Dialogue(shipped_knowledge)


@pytest.fixture(scope="session")
def plants_folder() -> Path:
    """Knowledge files with some of everything, small enough to be built in a moment."""
    return TESTS / "core" / "house_plants"


@pytest.fixture(scope="session")
def plants_knowledge(plants_folder: Path) -> KnowledgeBase:
    return load(plants_folder)


@pytest.fixture(scope="session")
def plants(plants_knowledge: KnowledgeBase) -> Dialogue:
    return Dialogue(plants_knowledge)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this run's own on loopback, as ``postgresql://user@host:port``."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql (on macOS: brew install postgresql)")
    with postgres_server(programs) as url:
        yield url
