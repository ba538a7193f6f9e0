"""The tables' versions: numbered files, applied in order, each in a transaction of its own."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from connectors.sql.url import Dialect
from schemas.errors import Refused, Retryable

_FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{3})_(\w+)\.sql")

MIGRATION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_migration "
    "(version integer PRIMARY KEY, name text NOT NULL, applied_at text NOT NULL)"
)
VERSION_KNOWN = "SELECT max(version) FROM schema_migration"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a dialect. ``version`` counts from 1 without gaps."""

    version: int
    name: str
    text: str


@cache
def migrations(dialect: Dialect) -> tuple[Migration, ...]:
    """All steps of a dialect, in order."""
    found = []
    for path in sorted((_FOLDER / dialect).glob("*.sql")):
        named = _NAME.fullmatch(path.name)
        assert named is not None, path.name
        found.append(Migration(int(named[1]), named[2], path.read_text("utf-8")))
    assert [one.version for one in found] == list(range(1, len(found) + 1)), "numbers without gaps"
    return tuple(found)


def missing(dialect: Dialect, version: int | None) -> tuple[Migration, ...]:
    """What a database of this version (``None``: empty) lacks. Raises ``Refused`` for a newer one."""
    known = migrations(dialect)
    refuse_newer(dialect, version)
    return known[version or 0 :]


def refuse_newer(dialect: Dialect, version: int | None) -> None:
    """Refuse tables that a newer release has made."""
    if (version or 0) > len(migrations(dialect)):
        raise Refused(
            f"the tables are of version {version}, this release knows {len(migrations(dialect))}",
            remedy="use the newer release of Jangkau that has been here, or another, empty database",
        )


def check_readable(dialect: Dialect, version: int | None) -> None:
    """Before reading: the tables are there and of a version this release knows."""
    refuse_newer(dialect, version)
    if (version or 0) < len(migrations(dialect)):
        raise Retryable(
            f"the view is not there yet, or of an older release (version {version or 0})",
            remedy="`jangkau sink` makes the tables and fills them",
        )
