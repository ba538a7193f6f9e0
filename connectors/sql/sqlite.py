"""The view in SQLite: one file, the embedded default. The same tables and statements as in PostgreSQL."""

import fcntl
import logging
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import pyarrow as pa

from connectors.sql import statements
from connectors.sql.errors import sqlite_errors
from connectors.sql.migrate import MIGRATION_TABLE, VERSION_KNOWN, missing
from connectors.sql.ports import Position, Row, Work
from connectors.sql.rows import GAP_COLUMNS, PersonRows
from connectors.sql.url import Database
from schemas.errors import InvalidInput, Refused
from schemas.records import TopicPartition

log = logging.getLogger(__name__)

_BUSY_S = 10.0
_LOCK_WAIT_S = 5.0
_LOCK_RETRY_S = 0.05

_SESSION = (
    # Readers go on while the sink writes. The last transactions may be gone after a power cut, rows and
    # positions alike, and are written again from Kafka.
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "CREATE TEMPORARY TABLE staging_person AS SELECT *, 0 AS last FROM coverage_person WHERE false",
    "CREATE TEMPORARY TABLE staging_gap AS SELECT * FROM coverage_gap WHERE false",
    "CREATE INDEX temp.staging_token ON staging_person (token)",
)


class SqliteStore:
    """A ``Store`` in an SQLite file. ``lock_wait_s``: how long to wait for another sink to go."""

    def __init__(self, database: Database, lock_wait_s: float = _LOCK_WAIT_S) -> None:
        self._database, self._lock_wait_s = database, lock_wait_s
        self._path = Path(database.dsn)
        self._lock: IO[str] | None = None
        self._connection: sqlite3.Connection | None = None

    def open(self) -> dict[TopicPartition, Position]:
        """See ``Store``."""
        self.close()
        self._take_lock()
        with sqlite_errors(self._database.shown):
            self._connection = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
            self._migrate()
            for statement in _SESSION:
                self._connection.execute(statement)
            rows = self._connection.execute(
                f"SELECT {', '.join(statements.POSITION_COLUMNS)} FROM sink_position"
            ).fetchall()
        return {
            TopicPartition(topic, partition): Position(at, topic_id, cluster_id, datetime.fromisoformat(seen))
            for topic, partition, at, topic_id, cluster_id, seen in rows
        }

    def write(self, work: Work, positions: Mapping[TopicPartition, Position]) -> None:
        """See ``Store``."""
        with self._transaction() as run:
            if work.persons is not None:
                _persons(run, work.persons)
            _rows(run, "coverage_region", statements.REGION_COLUMNS, "region", work.regions)
            _rows(run, "directive", statements.DIRECTIVE_COLUMNS, "id", work.directives)
            marks = ["?"] * len(statements.POSITION_COLUMNS)
            run.executemany(
                statements.upsert_values(
                    "sink_position", statements.POSITION_COLUMNS, "topic, partition", marks
                ),
                [
                    (*at, its.next_offset, its.topic_id, its.cluster_id, _plain(its.seen_at))
                    for at, its in positions.items()
                ],
            )

    def empty(self) -> None:
        """See ``Store``."""
        with self._transaction() as run:
            for table in statements.FILLED_TABLES:
                run.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """See ``Store``."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        """A lock file beside the database; the system gives it back however we end."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._path.with_name(self._path.name + ".sink").open("w")
        except OSError as error:
            raise InvalidInput(
                f"{self._database.shown} cannot be opened: {error.strerror}",
                remedy="check the path, its folder and their permissions",
            ) from None
        end = time.monotonic() + self._lock_wait_s
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    self.close()
                    raise Refused(
                        f"another sink writes to {self._database.shown}",
                        remedy="one is enough: end the other one, or give this one a file of its own",
                    ) from None
                time.sleep(_LOCK_RETRY_S)
            else:
                return

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        assert self._connection is not None, "open() first"
        with sqlite_errors(self._database.shown):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _migrate(self) -> None:
        with self._transaction() as run:
            run.execute(MIGRATION_TABLE)
            for step in missing("sqlite", run.execute(VERSION_KNOWN).fetchone()[0]):
                log.info("tables: version %d, %s", step.version, step.name)
                for statement in step.text.split(";\n"):
                    run.execute(statement)
                run.execute(
                    "INSERT INTO schema_migration VALUES (?, ?, ?)",
                    (step.version, step.name, _plain(datetime.now(UTC))),
                )


def _persons(run: sqlite3.Connection, rows: PersonRows) -> None:
    for table in statements.TABLES_OF_A_PERSON:
        run.executemany(f"DELETE FROM {table} WHERE token = ?", [(token,) for token in rows.erased])
    if not len(rows):
        return
    run.execute("DELETE FROM staging_person")
    run.execute("DELETE FROM staging_gap")
    _stage(run, "staging_person", statements.STAGED_PERSON_COLUMNS, rows.states)
    _stage(run, "staging_gap", GAP_COLUMNS, rows.gaps)
    run.execute(statements.HISTORY)
    if run.execute(statements.STATES).rowcount < rows.persons:
        for statement in statements.FORGET_OLD:
            run.execute(statement)
    for statement in statements.GAPS:
        run.execute(statement)


def _stage(run: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: pa.Table) -> None:
    marks = ", ".join("?" * len(columns))
    values = [_column(rows[name]) for name in columns]
    run.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", zip(*values, strict=True))


def _column(column: pa.ChunkedArray) -> list[object]:
    plain = column.cast(pa.string()) if pa.types.is_date(column.type) else column
    values: list[object] = plain.to_pylist()
    return values


def _rows(
    run: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    key: str,
    rows: Mapping[str, Row | None],
) -> None:
    gone = [(name,) for name, row in rows.items() if row is None]
    run.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)
    there = [tuple(map(_plain, row)) for row in rows.values() if row is not None]
    run.executemany(statements.upsert_values(table, columns, key, ["?"] * len(columns)), there)


def _plain(value: object) -> object:
    """Dates and moments as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
