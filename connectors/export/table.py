"""A gap list as people read it: one row a person, regions by name, sorted by region."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from connectors.export.gaps import Gaps, Wanted
from connectors.export.verdicts import GapVerdicts
from schemas.ids import REGENCY_CHARS

_SEPARATOR = "+"
_FORMULA = r"^[=+\-@\t\r]"
"""What a spreadsheet takes for the beginning of a formula."""


def gap_table(
    gaps: Gaps, wanted: Wanted, name: Callable[[str], str], niks: pa.StringArray | None = None
) -> pa.Table:
    """The list. ``name`` gives a region's name; ``niks`` (n), if given, stand behind the token."""
    rows = gaps.rows
    verdicts = GapVerdicts.of(rows["verdicts"], wanted.directive, wanted.reason)
    text = gaps.tokens.tobytes().hex()
    width = 2 * gaps.tokens.shape[1]
    tokens = pa.array([text[at : at + width] for at in range(0, len(text), width)], pa.string())
    columns = {
        "token": tokens,
        **({} if niks is None else {"nik": niks}),
        "region": rows["region"],
        "region_name": _named(rows["region"], name),
        "directives": verdicts.directives(),
        "missing": verdicts.missing(),
        "reasons": verdicts.reasons(),
        "covered_through": rows["covered_through"],
        "business_date": rows["business_date"],
        "decided_at": rows["decided_at"].cast(pa.timestamp("ms", "UTC")),
    }
    table = pa.table(columns)
    return table.take(pc.sort_indices(table, [("region", "ascending"), ("token", "ascending")]))


def as_cells(table: pa.Table) -> pa.Table:
    """The same as text for CSV: lists joined by +, days and moments in ISO 8601, no cell a formula."""
    return pa.table({name: _cells(table[name].combine_chunks()) for name in table.column_names})


def _cells(column: pa.Array) -> pa.StringArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, _SEPARATOR)
    if pa.types.is_timestamp(column.type):
        return pc.strftime(pc.cast(column, pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
    texts = column.cast(pa.string())
    harmful = pc.fill_null(pc.match_substring_regex(texts, _FORMULA), False)
    return pc.if_else(harmful, pc.binary_join_element_wise("'", texts, ""), texts)


def _named(codes: pa.StringArray, name: Callable[[str], str]) -> pa.StringArray:
    """Names, below a regency with the regency's: villages of one name are many."""
    coded = codes.dictionary_encode()
    names = [
        name(code) if len(code) <= REGENCY_CHARS else f"{name(code)}, {name(code[:REGENCY_CHARS])}"
        for code in coded.dictionary.to_pylist()
    ]
    return pa.array(names, pa.string()).take(coded.indices)
