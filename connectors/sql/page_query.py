"""The query of one page: index scans in the order of tokens, each of which stops after a page's rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.sql.items import HISTORY_ITEM_COLUMNS, ITEM_COLUMNS
from connectors.sql.url import Dialect
from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import PROVINCE_CHARS, REGENCY_CHARS, PersonToken, RegionCode
from schemas.names import COVERAGE_STATUSES, GAP_REASONS, NATION

HISTORY: dict[Dialect, str] = {
    "postgresql": f"SELECT {', '.join(HISTORY_ITEM_COLUMNS)} FROM coverage_person_history "
    "WHERE token = $1::uuid ORDER BY seq",
    "sqlite": f"SELECT {', '.join(HISTORY_ITEM_COLUMNS)} FROM coverage_person_history "
    "WHERE token = ? ORDER BY seq",
}
AS_OF: dict[Dialect, str] = {
    "postgresql": "SELECT min(seen_at) FROM sink_position WHERE topic = $1",
    "sqlite": "SELECT min(seen_at) FROM sink_position WHERE topic = ?",
}


def _regencies(first: str, last: str) -> str:
    """From one regency to the next by the index, instead of through all persons."""
    return (
        "WITH RECURSIVE found(regency) AS ("
        f"SELECT min(regency) FROM coverage_person WHERE regency >= {first} AND regency < {last} UNION ALL "
        "SELECT (SELECT min(p.regency) FROM coverage_person p "
        f"WHERE p.regency > found.regency AND p.regency < {last}) FROM found WHERE found.regency IS NOT NULL"
        ") SELECT regency FROM found WHERE regency IS NOT NULL"
    )


REGENCIES: dict[Dialect, str] = {
    "postgresql": _regencies("$1", "$2"),
    "sqlite": _regencies("?1", "?2"),
}
"""The regencies of a province in which there is somebody; takes what ``province_range`` gives."""


def is_province(region: str) -> bool:
    """Whether a code is one of a province, so that ``page_query`` must be told its regencies."""
    return region != NATION and len(region) == PROVINCE_CHARS


def province_range(province: str) -> tuple[str, str]:
    """Codes of a province: from the first on, before the second; the sign after '.' is '/'."""
    return province, f"{province}/"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its values."""

    text: str
    values: tuple[object, ...]


class _Values:
    """Collects values and gives their marks."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.all: list[object] = []

    def mark(self, value: object, kind: str = "") -> str:
        """The mark that stands for a value; PostgreSQL is told its type where it cannot know it."""
        self.all.append(value)
        if self.dialect == "sqlite":
            return f"?{len(self.all)}"
        return f"${len(self.all)}{kind and f'::{kind}'}"


def page_query(
    dialect: Dialect,
    region: str,
    status: str | None,
    reason: str | None,
    directive: str | None,
    after: str | None,
    limit: int,
    regencies: Sequence[str] = (),
) -> Query | None:
    """The query for one row more than a page; ``None`` where nobody can match. Raises ``InvalidInput``.

    ``regencies``: those of a province, which is read from them.
    """
    check_question(region, status, reason, after)
    if (reason is not None and status not in (None, "GAP")) or (directive and status == "NOT_ELIGIBLE"):
        return None
    values = _Values(dialect)
    branches: list[str] = []
    for part in regencies if is_province(region) else (region,):
        if reason is not None and directive is not None:
            branches.append(_gap_list(values, part, reason, directive, after))
        else:
            branches += [
                _with_status(values, part, each, status, reason, directive, after)
                for each in _statuses(status, reason, directive)
            ]
    if not branches:
        return None
    most = limit + 1
    limited = [f"SELECT * FROM ({text} LIMIT {most}) AS part{at}" for at, text in enumerate(branches)]
    return Query(f"{' UNION ALL '.join(limited)} ORDER BY token LIMIT {most}", tuple(values.all))


def check_question(region: str, status: str | None, reason: str | None, after: str | None) -> None:
    """Raise ``InvalidInput`` for a question that is none."""
    try:
        if region != NATION:
            RegionCode.parse(region)
        if after is not None:
            PersonToken.parse(after)
    except ContractBroken as broken:
        raise InvalidInput(broken.detail) from None
    if status is not None and status not in COVERAGE_STATUSES:
        raise InvalidInput(f"a status is one of {', '.join(COVERAGE_STATUSES)}")
    if reason is not None and reason not in GAP_REASONS:
        raise InvalidInput(f"a reason is one of {', '.join(GAP_REASONS)}")


def _statuses(status: str | None, reason: str | None, directive: str | None) -> tuple[str, ...]:
    """The statuses of persons among whom the wanted ones are."""
    if reason is not None:
        return ("GAP",)
    if directive is not None:
        # Covered under this one may still be a gap under another; not meant by any has no verdict.
        return ("GAP",) if status == "GAP" else ("GAP", "COVERED")
    return (status,) if status else COVERAGE_STATUSES


def _gap_list(values: _Values, region: str, reason: str, directive: str, after: str | None) -> str:
    where = _within(values, region, "g")
    where += [f"g.directive = {values.mark(directive)}", f"g.reason = {values.mark(reason)}"]
    where += _after(values, after, "g")
    columns = ", ".join(f"p.{name}" for name in ITEM_COLUMNS)
    return (
        f"SELECT {columns} FROM coverage_gap g JOIN coverage_person p ON p.token = g.token "
        f"WHERE {' AND '.join(where)} ORDER BY g.token"
    )


def _with_status(
    values: _Values,
    region: str,
    of_person: str,
    status: str | None,
    reason: str | None,
    directive: str | None,
    after: str | None,
) -> str:
    where = [
        *_within(values, region, "p"),
        f"p.status = {values.mark(of_person)}",
        *_after(values, after, "p"),
    ]
    if reason is not None:
        where.append(
            "EXISTS (SELECT 1 FROM coverage_gap g WHERE g.token = p.token "
            f"AND g.reason = {values.mark(reason)})"
        )
    if directive is not None:
        where.append(_verdict(values, directive, status))
    columns = ", ".join(ITEM_COLUMNS)
    return f"SELECT {columns} FROM coverage_person p WHERE {' AND '.join(where)} ORDER BY p.token"


def _verdict(values: _Values, directive: str, status: str | None) -> str:
    wanted = {"directive": directive} | ({"status": status} if status else {})
    if values.dialect == "postgresql":
        return f"p.verdicts @> {values.mark(json.dumps([wanted]), 'jsonb')}"
    equal = [f"json_extract(v.value, '$.{name}') = {values.mark(each)}" for name, each in wanted.items()]
    return f"EXISTS (SELECT 1 FROM json_each(p.verdicts) v WHERE {' AND '.join(equal)})"


def _within(values: _Values, region: str, table: str) -> list[str]:
    if region == NATION:
        return []
    where = [f"{table}.regency = {values.mark(region[:REGENCY_CHARS])}"]
    if len(region) > REGENCY_CHARS:
        # All codes below it and itself: '.' and '/' are neighbours, digits come after both.
        below = (
            f"{table}.region > {values.mark(region + '.')} AND {table}.region < {values.mark(region + '/')}"
        )
        where.append(f"({table}.region = {values.mark(region)} OR ({below}))")
    return where


def _after(values: _Values, after: str | None, table: str) -> list[str]:
    return [f"{table}.token > {values.mark(after, 'uuid')}"] if after else []
