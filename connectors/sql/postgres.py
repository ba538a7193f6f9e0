"""The view in PostgreSQL: COPY into temporary tables, then one statement a table, all in one transaction."""

import asyncio
import io
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncpg
import pyarrow as pa
from pyarrow import csv

from connectors.sql import statements
from connectors.sql.errors import postgres_errors
from connectors.sql.migrate import MIGRATION_TABLE, VERSION_KNOWN, missing
from connectors.sql.ports import Position, Row, Work
from connectors.sql.rows import GAP_COLUMNS, PersonRows
from connectors.sql.url import Database
from schemas.errors import Refused
from schemas.records import TopicPartition

log = logging.getLogger(__name__)

T = TypeVar("T")
Connection = Any
"""asyncpg's connection: its methods are typed too loosely to be of use."""

LOCK_KEY = 0x4A414E474B4155
"""Of the advisory lock that makes one sink the only writer of a database: JANGKAU in ASCII."""

_CONNECT_S = 10.0
_STATEMENT_S = 300.0
_LOCK_WAIT_S = 30.0
"""A sink that was killed holds its lock until its server process notices: when its statement ends."""
_LOCK_RETRY_S = 0.25

_SESSION = {
    "application_name": "jangkau sink",
    "timezone": "UTC",
    # A crash of the server may lose the last transactions, whole and in order, with their positions: they
    # are written again from Kafka, and nobody was told that they were there. So no commit waits for a disk.
    "synchronous_commit": "off",
    # A batch meets a large table: the planner, which knows nothing of temporary tables, must look rows
    # up by key and not read the whole table for each batch.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "random_page_cost": "1.1",
    "jit": "off",
}

_STAGING = (
    "CREATE TEMPORARY TABLE staging_person (LIKE coverage_person, last boolean NOT NULL) "
    "ON COMMIT DELETE ROWS",
    "CREATE TEMPORARY TABLE staging_gap (LIKE coverage_gap) ON COMMIT DELETE ROWS",
)


class PostgresStore:
    """A ``Store`` on PostgreSQL. ``lock_wait_s``: how long to wait for another sink to go."""

    def __init__(self, database: Database, lock_wait_s: float = _LOCK_WAIT_S) -> None:
        self._database, self._lock_wait_s = database, lock_wait_s
        self._runner: asyncio.Runner | None = None
        self._connection: Connection = None

    def open(self) -> dict[TopicPartition, Position]:
        """See ``Store``."""
        self.close()
        self._runner = asyncio.Runner()
        return self._run(self._open)

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        """See ``Store``."""
        self._run(lambda: self._write(work, positions))

    def empty(self) -> None:
        """See ``Store``."""
        self._run(lambda: self._connection.execute(f"TRUNCATE {', '.join(statements.FILLED_TABLES)}"))

    def close(self) -> None:
        """See ``Store``."""
        runner, connection = self._runner, self._connection
        self._runner = self._connection = None
        if runner is not None:
            if connection is not None:
                connection.terminate()  # a polite end waits for a server that may be gone
            runner.close()

    def _run(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        assert self._runner is not None, "open() first"
        with postgres_errors(self._database.shown):
            return self._runner.run(call())

    async def _open(self) -> dict[TopicPartition, Position]:
        self._connection = await asyncpg.connect(
            self._database.dsn,
            timeout=_CONNECT_S,
            command_timeout=_STATEMENT_S,
            server_settings=_SESSION,
        )
        await self._lock()
        await self._migrate()
        for statement in _STAGING:
            await self._connection.execute(statement)
        rows = await self._connection.fetch(
            f"SELECT {', '.join(statements.POSITION_COLUMNS)} FROM sink_position"
        )
        return {TopicPartition(row[0], row[1]): Position(*row[2:]) for row in map(tuple, rows)}

    async def _lock(self) -> None:
        end = time.monotonic() + self._lock_wait_s
        said = False
        while not await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
            if time.monotonic() > end:
                raise Refused(
                    f"another sink writes to {self._database.shown}",
                    remedy="one is enough: end the other one, or give this one a database of its own",
                )
            if not said:
                log.info("another sink still holds %s: waiting for it to go", self._database.shown)
                said = True
            await asyncio.sleep(_LOCK_RETRY_S)

    async def _migrate(self) -> None:
        await self._connection.execute(MIGRATION_TABLE)
        for step in missing("postgresql", await self._connection.fetchval(VERSION_KNOWN)):
            log.info("tables: version %d, %s", step.version, step.name)
            async with self._connection.transaction():
                await self._connection.execute(step.text)
                await self._connection.execute(
                    "INSERT INTO schema_migration VALUES ($1, $2, $3)",
                    step.version,
                    step.name,
                    datetime.now(UTC).isoformat(),
                )

    async def _write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        async with self._connection.transaction():
            if work.persons is not None:
                await self._persons(work.persons)
            await self._rows("coverage_region", statements.REGION_COLUMNS, "region", work.regions)
            await self._rows("directive", statements.DIRECTIVE_COLUMNS, "id", work.directives)
            marks = [f"${at + 1}" for at in range(len(statements.POSITION_COLUMNS))]
            await self._connection.executemany(
                statements.upsert_values(
                    "sink_position", statements.POSITION_COLUMNS, "topic, partition", marks
                ),
                [
                    (at.topic, at.partition, its.next_offset, its.topic_id, its.cluster_id, its.seen_at)
                    for at, its in positions.items()
                ],
            )

    async def _persons(self, rows: PersonRows) -> None:
        if rows.erased:
            for table in statements.TABLES_OF_A_PERSON:
                await self._connection.execute(
                    f"DELETE FROM {table} WHERE token = ANY($1::uuid[])", list(rows.erased)
                )
        if not len(rows):
            return
        await self._copy("staging_person", statements.STAGED_PERSON_COLUMNS, rows.states)
        await self._copy("staging_gap", GAP_COLUMNS, rows.gaps)
        await self._connection.execute(statements.HISTORY)
        written = await self._connection.execute(statements.STATES)
        if int(written.split()[-1]) < rows.persons:
            for statement in statements.FORGET_OLD:
                await self._connection.execute(statement)
        for statement in statements.GAPS:
            await self._connection.execute(statement)

    async def _copy(self, table: str, columns: tuple[str, ...], rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        text = io.BytesIO()
        # Null is an empty field without quotes, as PostgreSQL reads it; every string has quotes.
        csv.write_csv(rows.select(list(columns)), text, csv.WriteOptions(include_header=False))
        text.seek(0)
        await self._connection.copy_to_table(table, source=text, columns=columns, format="csv")

    async def _rows(
        self, table: str, columns: tuple[str, ...], key: str, rows: Mapping[str, Row | None]
    ) -> None:
        gone = [name for name, row in rows.items() if row is None]
        if gone:
            await self._connection.execute(f"DELETE FROM {table} WHERE {key} = ANY($1)", gone)
        if there := [row for row in rows.values() if row is not None]:
            marks = [f"${at + 1}" for at in range(len(columns))]
            await self._connection.executemany(statements.upsert_values(table, columns, key, marks), there)
