"""What is built or started once for all tests: the shipped knowledge, a small one, and a PostgreSQL server."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this run's own on loopback, as ``postgresql://user@host:port``."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql (on macOS: brew install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="clinic-postgres-"))
    # The server refuses to run as root, so root lends the folder to somebody else.
    as_user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "nobody")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data, log = f"{folder}/data", f"{folder}/log"

    def control(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", data, *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/", timeout=60)

    control("initdb", "--auth=trust", "--username=clinic", "--encoding=UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    control("pg_ctl", "-w", "-l", log, "-o", options, "start")
    yield f"postgresql://clinic@127.0.0.1:{port}"
    control("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def _postgres_programs() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)
