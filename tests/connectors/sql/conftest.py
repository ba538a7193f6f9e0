"""The same tests on both databases."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.sql.ports import Store
from connectors.sql.postgres import PostgresStore
from connectors.sql.sqlite import SqliteStore
from connectors.sql.url import Database
from tests.connectors.sql.cluster import PostgresCluster, execute, fetch


@dataclass(frozen=True)
class Place:
    """A database of a test's own, looked at with a connection of its own."""

    url: str

    def store(self) -> Store:
        database = Database.parse(self.url)
        if database.dialect == "sqlite":
            return SqliteStore(database, lock_wait_s=0.2)
        return PostgresStore(database, lock_wait_s=0.2)

    @property
    def dialect(self) -> str:
        return Database.parse(self.url).dialect

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        if self.dialect == "postgresql":
            return fetch(self.url, text)
        with sqlite3.connect(Database.parse(self.url).dsn) as connection:
            rows = connection.execute(text).fetchall()
        connection.close()
        return rows

    def run(self, text: str) -> None:
        if self.dialect == "postgresql":
            execute(self.url, text)
            return
        with sqlite3.connect(Database.parse(self.url).dsn) as connection:
            connection.execute(text)
        connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(f"sqlite:///{tmp_path / 'view.sqlite'}")
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return Place(cluster.database())
