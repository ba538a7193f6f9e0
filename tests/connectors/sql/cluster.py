"""A PostgreSQL of the tests' own: made in a temporary folder, on a free loopback port, gone at the end."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.deploy.waiting import wait_until

PASSWORD = "only-for-tests"
OWNER = "owner"
_FOLDERS = "/usr/lib/postgresql"
_MISSING = "no PostgreSQL on this machine: install it (Debian: apt-get install postgresql) to run this test"


def find_programs() -> Path | None:
    """The folder with initdb: that of the path, else Debian's newest."""
    in_path = shutil.which("initdb")
    if in_path:
        return Path(in_path).resolve().parent
    found = sorted(Path(_FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def programs_or_skip() -> Path:
    """The same; without them the test is skipped, but fails where all must run."""
    found = find_programs()
    if found is None:
        assert not os.environ.get("CI"), _MISSING
        pytest.skip(_MISSING)
    return found


class PostgresCluster:
    """A server and its databases. ``stop`` and ``start`` as often as wanted; the data stays."""

    def __init__(self, programs: Path, folder: Path, settings: Sequence[str] = ("fsync=off",)) -> None:
        self._programs, self._folder, self._settings = programs, folder, settings
        self._data = folder / "data"
        self._user = _another_user()
        self._server: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def make(self) -> None:
        """initdb; PostgreSQL refuses to run as root, so as root everything is done as another user."""
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        if self._user:
            shutil.chown(self._folder, self._user)
            shutil.chown(secret, self._user)
        argv = [str(self._programs / "initdb"), "-D", str(self._data), "-U", OWNER, "-A", "scram-sha-256"]
        options = ["--pwfile", str(secret), "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run([*argv, *options], check=True, capture_output=True, user=self._user, cwd="/")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
        ]
        argv: list[str | Path] = [self._programs / "postgres", "-D", self._data]
        for option in (*options, *self._settings):
            argv += ["-c", option]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(argv, stdout=log, stderr=log, user=self._user, cwd="/")
        wait_until(self._answers, "PostgreSQL answers")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all sessions, SIGQUIT is like a crash."""
        if self._server is not None:
            self._server.send_signal(number)
            self._server.wait(60)
            self._server = None

    def url(self, database: str, user: str = OWNER, password: str = PASSWORD) -> str:
        """Where a database is reached."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """A new, empty database; returns its URL."""
        name = f"view_{uuid.uuid4().hex[:12]}"
        self.run("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, database: str, text: str) -> None:
        """Statements, one after the other, as the owner."""
        execute(self.url(database), text)

    def _answers(self) -> bool:
        try:
            execute(self.url("postgres"), "SELECT 1")
        except (OSError, asyncpg.CannotConnectNowError):
            assert self._server is not None
            assert self._server.poll() is None, (self._folder / "log").read_text()
            return False
        return True


def execute(url: str, text: str) -> None:
    """Run statements on a connection of their own."""

    async def go() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(text)
        await connection.close()

    asyncio.run(go())


def fetch(url: str, text: str, settings: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a query, on a connection of its own."""

    async def go() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url, server_settings=settings)
        rows = await connection.fetch(text)
        await connection.close()
        return [tuple(row) for row in rows]

    return asyncio.run(go())


@contextmanager
def running_cluster(settings: Sequence[str] = ("fsync=off",)) -> Iterator[PostgresCluster]:
    """A cluster that runs, in a folder of its own that the server's user can reach."""
    programs = programs_or_skip()
    folder = Path(tempfile.mkdtemp(prefix="jangkau-postgres-"))
    cluster = PostgresCluster(programs, folder, settings)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _another_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
