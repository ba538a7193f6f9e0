"""Reading the view: the persons of a region in pages, and the history of one person."""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self

import asyncpg

from connectors.sql.errors import postgres_errors, sqlite_errors
from connectors.sql.items import CoverageItem, CoveragePage, HistoryItem, history_item, item
from connectors.sql.migrate import VERSION_KNOWN, check_readable
from connectors.sql.page_query import (
    AS_OF,
    HISTORY,
    REGENCIES,
    Query,
    check_question,
    is_province,
    page_query,
    province_range,
)
from connectors.sql.url import Database, Dialect
from schemas.errors import InvalidInput
from schemas.ids import PersonToken
from schemas.names import COVERAGE_PERSONS

__all__ = ["MOST_PER_PAGE", "CoverageItem", "CoveragePage", "CoverageView", "HistoryItem"]

MOST_PER_PAGE = 1000

VIEW_SESSION = {
    "application_name": "jangkau view",
    "timezone": "UTC",
    "jit": "off",
    # A page is the first rows of an index in its order. A planner that hopes to save by reading a whole
    # region, or table, and sorting it is wrong on every page but the last.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "random_page_cost": "1.1",
}

_CONNECT_S = 10.0
_ANSWER_S = 30.0
_CONNECTIONS = 4


class CoverageView:
    """The view, for reading. All methods may raise ``Retryable`` while the database is away or has no
    view yet, ``InvalidInput`` for a wrong password or a wrong question, ``Refused`` for tables of a newer
    release. With row-level security it shows the regions of the role it connects as.
    """

    def __init__(self, rows: "_Rows") -> None:
        self._rows = rows

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to ``postgresql://…`` or ``sqlite:///path`` and check that the view is there."""
        database = Database.parse(url)
        rows: _Rows = _Postgres(database) if database.dialect == "postgresql" else _Sqlite(database)
        try:
            ((version,),) = await rows.fetch(VERSION_KNOWN, ())
            check_readable(rows.dialect, version)
        except BaseException:
            await rows.close()
            raise
        return cls(rows)

    async def page(
        self,
        region: str,
        status: str | None,
        reason: str | None,
        directive: str | None,
        after: str | None,
        limit: int,
    ) -> CoveragePage:
        """Up to ``limit`` (at most 1000) persons of a region and all below it, by rising token.

        ``status`` and ``reason`` are those under ``directive`` where one is given, else the person's status
        and any of their gaps. ``after`` is the ``next`` of the page before. Pages are not one snapshot: who
        changes meanwhile may be missed or come with the newer state, nobody comes twice.
        """
        if not 1 <= limit <= MOST_PER_PAGE:
            raise InvalidInput(f"a page has 1 to {MOST_PER_PAGE} persons")
        check_question(region, status, reason, after)
        dialect = self._rows.dialect
        regencies: list[str] = []
        if is_province(region):
            regencies = [
                code for (code,) in await self._rows.fetch(REGENCIES[dialect], province_range(region))
            ]
        query = page_query(dialect, region, status, reason, directive, after, limit, regencies)
        found = await self._fetch(query) if query else []
        items = [item(row) for row in found[:limit]]
        following = items[-1].token if len(found) > limit else None
        return CoveragePage(items, following, await self.as_of())

    async def history(self, token: PersonToken) -> list[HistoryItem]:
        """What was published about a person, oldest first; empty for someone unknown or erased."""
        return [
            history_item(row) for row in await self._rows.fetch(HISTORY[self._rows.dialect], (token.hex,))
        ]

    async def as_of(self) -> datetime | None:
        """Everything published before then is in the view; ``None`` before its first fill."""
        ((moment,),) = await self._rows.fetch(AS_OF[self._rows.dialect], (COVERAGE_PERSONS,))
        return datetime.fromisoformat(moment) if isinstance(moment, str) else moment

    async def close(self) -> None:
        """Release the connections."""
        await self._rows.close()

    async def _fetch(self, query: Query) -> Sequence[Sequence[Any]]:
        return await self._rows.fetch(query.text, query.values)


class _Rows(Protocol):
    dialect: Dialect

    async def fetch(self, text: str, values: Sequence[object]) -> Sequence[Sequence[Any]]:
        """The rows of a query."""

    async def close(self) -> None:
        """Release what is held."""


class _Postgres:
    dialect: Dialect = "postgresql"

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool: Any = None
        self._making = asyncio.Lock()

    async def fetch(self, text: str, values: Sequence[object]) -> Sequence[Sequence[Any]]:
        with postgres_errors(self._database.shown):
            pool = self._pool or await self._make()
            rows: Sequence[Sequence[Any]] = await pool.fetch(text, *values)
            return rows

    async def _make(self) -> Any:
        async with self._making:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._database.dsn,
                    min_size=1,
                    max_size=_CONNECTIONS,
                    timeout=_CONNECT_S,
                    command_timeout=_ANSWER_S,
                    server_settings=VIEW_SESSION,
                )
            return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()


class _Sqlite:
    dialect: Dialect = "sqlite"

    def __init__(self, database: Database) -> None:
        self._database = database
        self._path = Path(database.dsn)
        self._connection: sqlite3.Connection | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, text: str, values: Sequence[object]) -> Sequence[Sequence[Any]]:
        async with self._turn:
            return await asyncio.to_thread(self._read, text, values)

    def _read(self, text: str, values: Sequence[object]) -> Sequence[Sequence[Any]]:
        with sqlite_errors(self._database.shown):
            if self._connection is None:
                if not self._path.exists():
                    check_readable(self.dialect, None)
                self._connection = sqlite3.connect(
                    f"{self._path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
                )
            return self._connection.execute(text, values).fetchall()

    async def close(self) -> None:
        async with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
