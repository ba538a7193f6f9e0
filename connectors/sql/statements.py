"""The statements both databases understand. ``staging_…`` are temporary tables with the rows of one batch."""

from connectors.sql.rows import GAP_COLUMNS, HISTORY_COLUMNS, PERSON_COLUMNS

STAGED_PERSON_COLUMNS = (*PERSON_COLUMNS, "last")
REGION_COLUMNS = (
    "region",
    "level",
    "business_date",
    "persons",
    "directives",
    "discrepancies",
    "partitions_reported",
    "partitions",
    "control_offset",
    "updated_at",
)
DIRECTIVE_COLUMNS = (
    "id",
    "version",
    "state",
    "in_force_version",
    "document",
    "faults",
    "preview",
    "bounds",
    "notes",
    "approved_by",
    "by_whom",
    "legal_basis",
    "rollout_paused_at",
    "business_date",
    "updated_at",
)
POSITION_COLUMNS = ("topic", "partition", "next_offset", "topic_id", "cluster_id", "seen_at")
FILLED_TABLES = (
    "coverage_person",
    "coverage_person_history",
    "coverage_gap",
    "coverage_region",
    "directive",
    "sink_position",
)
"""The tables the sink fills."""

TABLES_OF_A_PERSON = ("coverage_person", "coverage_person_history", "coverage_gap")


def _upsert(table: str, columns: tuple[str, ...], key: str, source: str, guard: str = "") -> str:
    keys = key.split(", ")
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {source} "
        f"ON CONFLICT ({key}) DO UPDATE SET {changed}{guard}"
    )


_history = ", ".join(HISTORY_COLUMNS)
_gaps = ", ".join(GAP_COLUMNS)

HISTORY = (
    f"INSERT INTO coverage_person_history ({_history}) SELECT {_history} FROM staging_person WHERE true "
    "ON CONFLICT (token, seq) DO NOTHING"
)
STATES = _upsert(
    "coverage_person",
    PERSON_COLUMNS,
    "token",
    f"SELECT {', '.join(PERSON_COLUMNS)} FROM staging_person WHERE last",
    " WHERE excluded.seq > coverage_person.seq",
)
"""Says how many rows it wrote: fewer than were staged as ``last`` means that some were not newer."""

FORGET_OLD: tuple[str, ...] = tuple(
    f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM staging_person s JOIN coverage_person p "
    f"ON p.token = s.token AND p.seq > s.seq WHERE s.last AND s.token = {table}.token)"
    for table in ("staging_gap", "staging_person")
)
"""Then: what is older than the table leaves the gaps as they are. The positions keep a record from being
written twice; this keeps a row from going back even where somebody has tampered with positions."""

GAPS: tuple[str, ...] = (
    "DELETE FROM coverage_gap WHERE token IN (SELECT token FROM staging_person)",
    f"INSERT INTO coverage_gap ({_gaps}) SELECT {_gaps} FROM staging_gap",
)


def upsert_values(table: str, columns: tuple[str, ...], key: str, marks: list[str]) -> str:
    """One row of values, written over the row of that key."""
    return _upsert(table, columns, key, f"VALUES ({', '.join(marks)})")
