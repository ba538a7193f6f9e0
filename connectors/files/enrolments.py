"""The enrolments of a chunk, read from one row each or from a JSON column."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.files.columns import INVALID_VALUE, MISSING_VALUE, Columns, Mask, is_null, numbers
from schemas.names import PAYERS, PROGRAMS, SEGMENTS

ENROLMENT = pa.struct(
    [
        ("segment", pa.string()),
        ("programs", pa.list_(pa.string())),
        ("paid_through", pa.date32()),
        ("payer", pa.string()),
        ("funding_id", pa.string()),
    ]
)
_EARLIEST, _LATEST = date(1978, 1, 1), date(2100, 12, 31)
_EPOCH = date(1970, 1, 1)
_OUT_OF_RANGE = "paid_through is outside 1978 … 2100"
_SEPARATORS = r"[+|; ,]+"


@dataclass(frozen=True)
class Enrolments:
    """``counts`` (n,) enrolments of each row, and the enrolments themselves, row after row."""

    counts: NDArray[np.int64]
    items: pa.StructArray

    def lists(self, rows: Mask, counts: NDArray[np.int64]) -> pa.ListArray:
        """Those of the rows where ``rows``, in lists of ``counts`` each."""
        kept = self.items.filter(pa.array(np.repeat(rows, self.counts)))
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(ends), kept)


def from_rows(columns: Columns) -> Enrolments:
    """One enrolment a row; a row without segment says there is none."""
    segments = columns.symbols("segment", SEGMENTS)
    there = ~is_null(columns.text("segment"))
    for name in ("programs", "paid_through", "payer"):
        empty = is_null(columns.text(name))
        columns.blame(there & empty, MISSING_VALUE, f"{name} is empty")
        columns.blame(~there & ~empty, MISSING_VALUE, f"segment is empty, {name} is not")
    paid = columns.dates("paid_through")
    days = numbers(paid.cast(pa.int32()), 20_000)
    outside = (days < (_EARLIEST - _EPOCH).days) | (days > (_LATEST - _EPOCH).days)
    columns.blame(outside, "INVALID_DATE", _OUT_OF_RANGE)
    items = pa.StructArray.from_arrays(
        [segments, _programs(columns), paid, columns.symbols("payer", PAYERS), columns.text("funding_id")],
        fields=list(ENROLMENT),
    )
    return Enrolments(there.astype(np.int64), items.filter(pa.array(there)))


def from_json(columns: Columns) -> Enrolments:
    """All enrolments of a snapshot in one value: a JSON array of objects."""
    columns.require(("enrolments",))
    texts = columns.text("enrolments").to_pylist()
    counts = np.zeros(len(texts), np.int64)
    items: list[dict[str, Any]] = []
    for row, text in enumerate(texts):
        read = [] if text is None else _read_list(text)
        if isinstance(read, tuple):
            columns.faults.setdefault(row, read)
            continue
        counts[row] = len(read)
        items += read
    return Enrolments(counts, pa.array(items, ENROLMENT))


def _programs(columns: Columns) -> pa.ListArray:
    """Programs joined by + (or a blank, |, ; or comma)."""
    texts = pc.utf8_upper(columns.text("programs"))
    coded = texts.dictionary_encode()
    lists: list[list[str] | None] = []
    for number, text in enumerate(coded.dictionary.to_pylist()):
        found = pc.split_pattern_regex(pa.array([text]), _SEPARATORS)[0].as_py()
        known = set(found) <= set(PROGRAMS)
        lists.append([program for program in PROGRAMS if program in found] if known else None)
        if not known:
            wrong = pc.fill_null(pc.equal(coded.indices, number), False).to_numpy(zero_copy_only=False)
            columns.blame(wrong, INVALID_VALUE, f"programs has others than {', '.join(PROGRAMS)}")
    return pa.array(lists, pa.list_(pa.string())).take(coded.indices)


def _read_list(text: str) -> list[dict[str, Any]] | tuple[str, str]:
    """The enrolments, or the reason and detail of what is wrong."""
    try:
        found = json.loads(text)
    except ValueError:
        return INVALID_VALUE, "enrolments is not JSON"
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        return INVALID_VALUE, "enrolments is not an array of objects"
    items = []
    for place, item in enumerate(found):
        read = _read_one(item)
        if isinstance(read, tuple):
            return read[0], f"enrolments[{place}].{read[1]}"
        items.append(read)
    return items


def _read_one(item: dict[str, Any]) -> dict[str, Any] | tuple[str, str]:
    if item.get("segment") not in SEGMENTS:
        return INVALID_VALUE, f"segment is none of {', '.join(SEGMENTS)}"
    if item.get("payer") not in PAYERS:
        return INVALID_VALUE, f"payer is none of {', '.join(PAYERS)}"
    programs = item.get("programs")
    if not isinstance(programs, list) or not set(map(str, programs)) <= set(PROGRAMS):
        return INVALID_VALUE, f"programs is no array of {', '.join(PROGRAMS)}"
    funding = item.get("funding_id")
    if funding is not None and not isinstance(funding, str):
        return INVALID_VALUE, "funding_id is no text"
    try:
        paid = date.fromisoformat(str(item.get("paid_through")))
    except ValueError:
        return "INVALID_DATE", "paid_through is no day written as 2025-04-30"
    if not _EARLIEST <= paid <= _LATEST:
        return "INVALID_DATE", _OUT_OF_RANGE
    named = {"segment": item["segment"], "programs": programs, "paid_through": paid, "payer": item["payer"]}
    return named | {"funding_id": funding}
