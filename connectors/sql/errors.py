"""The one place that turns asyncpg's and sqlite3's errors into ours, named for the reaction they ask.

A database's own words may quote values, so only the kind of error, its code and the names of tables
and constraints are passed on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from schemas.errors import InvalidInput, JangkauError, Refused, Retryable

_DENIED = "28"  # invalid authorization
_NO_DATABASE = "3D"
_PASSING = ("08", "40", "53300", "55P03", "57")
"""Connections, serialization and deadlock, too many clients, lock not available, shutdown and cancelling."""
_FULL = ("53100", "53200", "54")
_CONSTRAINT = "23"
_NOT_ALLOWED = "42501"
_NO_TABLE = "42P01"

_CANNOT_BE_OPENED = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
)
_PRIMARY_CODE = 0xFF

_REFILL = "if the tables were changed by hand, undo it; else fill them anew: `jangkau sink --refill`"


class DatabaseAway(Retryable):
    """The database cannot be reached or cannot work now."""


@contextmanager
def postgres_errors(shown: str) -> Iterator[None]:
    """Within it asyncpg's errors, and those of the network below it, are raised as ours."""
    try:
        yield
    except asyncpg.ClientConfigurationError:
        # Its text repeats what was given, which may be a password in the wrong place.
        raise InvalidInput(
            "the URL of the SQL view is not one of a database",
            remedy="it looks like postgresql://user@host:5432/name; options are those of libpq",
        ) from None
    except asyncpg.PostgresError as error:
        raise _from_postgres(error, shown) from None
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, EOFError) as error:
        raise DatabaseAway(
            f"{shown} is away ({type(error).__name__})",
            remedy="check that it runs and can be reached; the sink goes on by itself",
        ) from None


@contextmanager
def sqlite_errors(shown: str) -> Iterator[None]:
    """Within it sqlite3's errors are raised as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, shown) from None


def _from_postgres(error: asyncpg.PostgresError, shown: str) -> JangkauError:
    state = error.sqlstate or ""
    kind = f"{type(error).__name__}, {state}"
    if state.startswith(_DENIED):
        return InvalidInput(
            f"{shown} does not let us in ({kind})",
            remedy="check user, password and pg_hba.conf; the URL is JANGKAU_SQL__URL or _URL_FILE",
        )
    if state.startswith(_NO_DATABASE):
        return InvalidInput(f"{shown}: there is no such database", remedy="make it with `createdb`")
    if state.startswith(_PASSING) and state not in _FULL:
        return DatabaseAway(f"{shown} cannot work now ({kind})", remedy="the sink goes on by itself")
    if state.startswith(_FULL):
        return Refused(f"{shown} has no room ({kind})", remedy="make room, then start the sink again")
    if state == _NOT_ALLOWED:
        return Refused(
            f"{shown}: this role may not do that ({kind})",
            remedy="the sink owns its tables and needs CREATE; readers need SELECT (docs/sql.md)",
        )
    if state == _NO_TABLE:
        return DatabaseAway(
            f"{shown} has no view yet", remedy="`jangkau sink` makes the tables and fills them"
        )
    if state.startswith(_CONSTRAINT):
        where = f"{error.table_name or '?'}, {error.constraint_name or error.column_name or '?'}"
        return Refused(
            f"{shown} refuses a row: {where} ({kind})",
            remedy=_REFILL,
        )
    return Refused(f"{shown}: {kind}", remedy="look the code up in PostgreSQL's documentation")


def _from_sqlite(error: sqlite3.Error, shown: str) -> JangkauError:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    kind = f"{type(error).__name__}, {getattr(error, 'sqlite_errorname', '?')}"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseAway(f"{shown} is locked by another program", remedy="end what holds it open")
    if code in _CANNOT_BE_OPENED:
        return InvalidInput(
            f"{shown} cannot be opened ({kind})",
            remedy="check the path, its folder and their permissions; the file must be SQLite's or not exist",
        )
    if code == sqlite3.SQLITE_FULL:
        return Refused(f"{shown} has no room ({kind})", remedy="make room, then start the sink again")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return Refused(
            f"{shown} refuses a row ({kind})",
            remedy=_REFILL,
        )
    return Refused(f"{shown}: {kind}", remedy="look the code up in SQLite's documentation")
