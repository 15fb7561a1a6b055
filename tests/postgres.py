"""A PostgreSQL server of one's own on loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def postgres_programs() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Starts it and in the end deletes it; the value is ``postgresql://user@host:port``."""
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
