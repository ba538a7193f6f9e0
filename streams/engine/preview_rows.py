"""One partition's answer to a preview as rows of ``Partial``, in the columns the codec writes.

An answer may have a hundred thousand cells. Written one by one they would hold up the live facts for a
second; as columns it is a few milliseconds.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.events import PreviewWanted
from schemas.ids import RegionCode
from schemas.names import MOVEMENTS, PROGRAMS, SEXES, STANDINGS
from schemas.tokens import hex_keys
from streams.coverage.facts import UNRANKED
from streams.coverage.preview import Cells, Preview, Uncovered
from streams.engine.owned import Owned

CELLS_A_PART = 10_000
"""About 130 kB of a record."""

_LACKS = pa.array(
    [[p for i, p in enumerate(PROGRAMS) if mask >> i & 1] for mask in range(1 << len(PROGRAMS))],
    pa.list_(pa.string()),
)
_NOBODY = np.zeros(0, np.int64)
NOTHING = Preview(
    Cells(*[_NOBODY] * 6), Uncovered(*[_NOBODY] * 4), 0, np.zeros(0, np.intp), np.zeros(0, np.intp), b""
)
"""What a partition that has passed the question says."""


def preview_rows(
    owned: Owned,
    asked: PreviewWanted,
    found: Preview,
    overlaps: Mapping[str, int],
    day: date | None,
    control_offset: int,
    now_ms: int,
    schema: pa.Schema,
) -> pa.RecordBatch:
    """One row a part. What is not divided (overlaps, public payers, sample) is in the first part alone.

    Without a ``day`` it says that the partition has passed the question.
    """
    parts = max(_parts(len(found.cells)), _parts(len(found.uncovered)), 1)
    inputs = [{"topic": topic, "offset": at} for topic, at in sorted(owned.written.items())]
    preview: dict[str, object] = {
        "preview": asked.preview,
        "attempt": asked.attempt,
        "passed": day is None,
        "part": range(parts),
        "parts": parts,
        "digest": found.digest.hex(),
        "cells": _divided(_cells(found.cells), parts),
        "uncovered": _divided(_uncovered(found.uncovered), parts),
        "overlaps": [[{"directive": d, "persons": n} for d, n in sorted(overlaps.items())]],
        "public_payers": [found.public_payers],
        "sample": [_sample(owned, found)],
    }
    answer = schema.field("preview").type
    columns: dict[str, object] = {
        "partition": owned.number,
        "generation": owned.partition.generation,
        "state_offset": owned.state_offset,
        "control_offset": control_offset,
        "business_date": day,
        "inputs": [inputs] * parts,
        "full": False,
        "persons": 0,
        "regions": [[]] * parts,
        "batches": [[]] * parts,
        "sent_at": now_ms,
        "preview": pa.StructArray.from_arrays(
            [_column(preview[field.name], field.type, parts) for field in answer], fields=list(answer)
        ),
    }
    return pa.RecordBatch.from_arrays(
        [_column(columns[field.name], field.type, parts) for field in schema], schema=schema
    )


def _column(value: object, kind: pa.DataType, parts: int) -> pa.Array:
    """One value a part: those given, an empty or zero one for each further part, or one for all."""
    if isinstance(value, pa.Array):
        return value
    if isinstance(value, range):
        return pa.array(value, kind)
    if isinstance(value, list):
        further: object = [] if pa.types.is_list(kind) else 0
        return pa.array(value + [further] * (parts - len(value)), kind)
    return pa.array([value] * parts, kind)


def _parts(n: int) -> int:
    return -(-n // CELLS_A_PART)


def _divided(values: pa.StructArray, parts: int) -> pa.ListArray:
    ends = np.minimum(np.arange(parts + 1) * CELLS_A_PART, len(values))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)


def _cells(cells: Cells) -> pa.StructArray:
    columns = {
        "movement": pa.array(MOVEMENTS).take(pa.array(cells.movement)),
        "regency": _regencies(cells.regency),
        "decile": pa.array(cells.decile.astype(np.int32), mask=cells.decile == UNRANKED),
        "sex": pa.array(SEXES).take(pa.array(cells.sex)),
        "standing": pa.array(STANDINGS).take(pa.array(cells.standing)),
        "persons": pa.array(cells.persons),
    }
    return pa.StructArray.from_arrays(list(columns.values()), list(columns))


def _uncovered(cells: Uncovered) -> pa.StructArray:
    columns = {
        "regency": _regencies(cells.regency),
        "missing": _LACKS.take(pa.array(cells.missing)),
        "transport": pa.array(cells.transport == 1),
        "persons": pa.array(cells.persons),
    }
    return pa.StructArray.from_arrays(list(columns.values()), list(columns))


def _regencies(digits: NDArray[np.int64]) -> pa.Array:
    """Codes of sorted digits; empty for no known region."""
    distinct, numbers = np.unique(digits, return_inverse=True)
    texts = [RegionCode.from_digits(one).text if one else "" for one in distinct.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(numbers))


def _sample(owned: Owned, found: Preview) -> list[dict[str, str]]:
    return [
        {"movement": movement, "token": key.decode()}
        for movement, rows in (("ENTERING", found.entering), ("LEAVING", found.leaving))
        for key in hex_keys(owned.partition.index.tokens[rows].view(np.uint8).reshape(-1, 16))
    ]
