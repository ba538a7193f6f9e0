"""Checks what a hub published against the ledger of what is true, in SQL alone.

The rules are read a third time here, from docs/rules.md, in DuckDB's SQL (``sql/`` builds what should be,
``checks/`` compares): this package shares no code with ``streams``. A folder that can be checked has

- ``ledger/persons.parquet``, ``ledger/memberships.parquet``: the facts, by ``token``;
- ``ledger/batches.parquet``: ``batch``, ``sent``, ``spoiled`` (records that cannot be used);
- ``ledger/rules.json``: business date, policy figures and the directives in force;
- ``recorded/coverage/*.parquet``: every record of coverage.persons with ``partition``, ``offset``, ``token``;
- ``recorded/regions.parquet``, ``recorded/receipts.parquet``: every record of those topics, by ``key``.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas.names import NATION, PROGRAMS

_HERE = Path(__file__).parent
_EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """One check: what it says (Indonesian / English), over how many, how many are wrong, some of them."""

    title: str
    checked: int
    wrong: int
    examples: tuple[str, ...]


def check(folder: Path) -> list[Finding]:
    """Run every check over a folder; raises ``FileNotFoundError`` if part of it is missing."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        _open_ledger(database, folder / "ledger")
        _open_recorded(database, folder / "recorded")
        for script in sorted((_HERE / "sql").glob("*.sql")):
            database.execute(script.read_text("utf-8"))
        return [_run(database, query) for query in sorted((_HERE / "checks").glob("*.sql"))]


def _run(database: duckdb.DuckDBPyConnection, query: Path) -> Finding:
    """The first two lines of a check say its title and the table it goes over."""
    text = query.read_text("utf-8")
    title, over = (line.removeprefix("-- ").strip() for line in text.splitlines()[:2])
    (checked,) = database.execute(f"SELECT count(*) FROM {over.removeprefix('over: ')}").fetchall()[0]
    found = database.execute(text).fetchmany(_EXAMPLES)
    (wrong,) = database.execute(f"SELECT count(*) FROM ({text})").fetchall()[0] if found else (0,)
    return Finding(title, checked, wrong, tuple(f"{who}: {what}" for who, what in found))


def _open_ledger(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name in ("persons", "memberships", "batches"):
        _view(database, name, folder / f"{name}.parquet")
    rules: dict[str, Any] = json.loads((folder / "rules.json").read_text("utf-8"))
    database.execute(
        "CREATE TABLE given AS "
        "SELECT ?::DATE AS business_date, ?::INTEGER AS tolerance, ?::INTEGER AS arrears_months",
        [rules["business_date"], rules["tolerance"], rules["arrears_months"]],
    )
    database.execute(
        "CREATE TABLE segments (segment VARCHAR, kind VARCHAR, due_day INTEGER, due_month_offset INTEGER)"
    )
    for segment in rules["segments"]:
        database.execute(
            "INSERT INTO segments VALUES ($segment, $kind, $due_day, $due_month_offset)", segment
        )
    _add_directives(database, rules["directives"])


def _add_directives(database: duckdb.DuckDBPyConnection, documents: list[dict[str, Any]]) -> None:
    database.execute("""
        CREATE TABLE directives (
            directive VARCHAR, version INTEGER, presence VARCHAR[], regions VARCHAR[], has_welfare BOOLEAN,
            deciles INTEGER[], extreme_poor BOOLEAN, unranked BOOLEAN, age_from INTEGER, age_to INTEGER,
            sex VARCHAR, work_statuses INTEGER[], industries INTEGER[], requires VARCHAR[]
        );
        CREATE TABLE targets (key VARCHAR, directive VARCHAR, persons BIGINT);
    """)
    for document in documents:
        means, age = document["means"], document["means"].get("age") or {}
        welfare = means.get("welfare") or {}
        row = [
            document["id"],
            document["version"],
            means.get("presence", ["PRESENT"]),
            means.get("regions") or [],
            bool(welfare),
            welfare.get("deciles") or [],
            bool(welfare.get("extreme_poor")),
            bool(welfare.get("unranked")),
            age.get("from"),
            age.get("to"),
            means.get("sex"),
            means.get("work_statuses"),
            means.get("industries"),
            [program for program in PROGRAMS if program in document["requires"]],
        ]
        database.execute(f"INSERT INTO directives VALUES ({', '.join('?' * len(row))})", row)
        for target in document.get("targets") or []:
            key = target["region"] or NATION
            database.execute("INSERT INTO targets VALUES (?, ?, ?)", [key, document["id"], target["persons"]])


def _open_recorded(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    _view(database, "coverage", folder / "coverage" / "*.parquet")
    _view(database, "totals", folder / "regions.parquet")
    _view(database, "receipts", folder / "receipts.parquet")
    latest = 'QUALIFY row_number() OVER (PARTITION BY key ORDER BY "partition" DESC, "offset" DESC) = 1'
    database.execute(f"CREATE TABLE last_totals AS SELECT * FROM totals {latest}")
    database.execute(f"CREATE TABLE last_receipts AS SELECT *, key AS batch FROM receipts {latest}")


def _view(database: duckdb.DuckDBPyConnection, name: str, files: Path) -> None:
    if not any(files.parent.glob(files.name)):
        raise FileNotFoundError(files)
    quoted = str(files).replace("'", "''")
    database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{quoted}', union_by_name := true)")
