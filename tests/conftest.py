"""The shipped knowledge and a small one about another subject, each built once for all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

from bot.core.dialogue import Dialogue
from bot.core.knowledge_base import KnowledgeBase
from bot.knowledge_files import load

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
