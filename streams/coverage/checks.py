"""What a decoded record must satisfy before it counts, as columns (docs/rules.md, section 1).

The checks of one agency are a list of (reason, mask of failing rows), in the order of the rules; the
first that fails is the record's reason.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.errors import ContractBroken
from schemas.ids import REGENCY_CHARS
from schemas.names import REJECT_REASONS
from schemas.regions import Regions
from streams.coverage.region_index import NO_REGION, RegionIndex
from streams.coverage.situation import day_number

Failures = list[tuple[str, NDArray[np.bool_]]]

RELEASE_BITS = 32
"""A DTSEN version is release × 2^32 + correction."""

QUARTERS_AHEAD_AT_MOST = 4
MICROSECONDS_AHEAD_AT_MOST = 86_400 * 1_000_000

FIRST_BIRTH = day_number(date(1900, 1, 1))
FIRST_PAID = day_number(date(1978, 1, 1))
LAST_PAID = day_number(date(2100, 12, 31))

_JAKARTA_MS = 7 * 3_600_000
_DAY_MS = 86_400_000


def first_reason(failures: Failures, n: int) -> NDArray[np.int8]:
    """Per row the number in REJECT_REASONS of the first check that fails, -1 for none."""
    reason = np.full(n, -1, np.int8)
    for name, failing in reversed(failures):
        if failing.any():
            reason[failing] = REJECT_REASONS.index(name)
    return reason


def jakarta_day(timestamps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Day number in Jakarta (UTC+7, no summer time) of broker timestamps in milliseconds."""
    return (timestamps + _JAKARTA_MS) // _DAY_MS


def dtsen_versions(versions: NDArray[np.int64], timestamps: NDArray[np.int64]) -> Failures:
    """INVALID_VERSION and VERSION_AHEAD for release-numbered versions."""
    release = versions >> RELEASE_BITS
    year, quarter = release // 10, release % 10
    invalid = (versions < 0) | (year < 2000) | (year > 2999) | (quarter < 1) | (quarter > 4)
    months = jakarta_day(timestamps).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    now = 1970 * 4 + months // 3
    ahead = year * 4 + quarter - 1 > now + QUARTERS_AHEAD_AT_MOST
    return [("INVALID_VERSION", invalid), ("VERSION_AHEAD", ahead)]


def bpjs_versions(versions: NDArray[np.int64], timestamps: NDArray[np.int64]) -> Failures:
    """INVALID_VERSION and VERSION_AHEAD for versions that are a commit time in microseconds."""
    return [
        ("INVALID_VERSION", versions < 0),
        ("VERSION_AHEAD", versions - timestamps * 1000 > MICROSECONDS_AHEAD_AT_MOST),
    ]


class RegionColumn:
    """Checks, translates and interns the regions of records, by their distinct values."""

    def __init__(self, reference: Regions, index: RegionIndex) -> None:
        self._reference = reference
        self._index = index
        self._seen: dict[str, tuple[int, bool]] = {}
        self.translated = 0
        """Records so far whose region was a retired code."""

    def resolve(self, column: pa.Array) -> NDArray[np.uint32]:
        """Region index per row of a string column; NO_REGION where the code is not known."""
        numbers, translated = self._look_up(column)
        self.translated += translated
        return numbers

    def known(self, column: pa.Array) -> NDArray[np.uint32]:
        """As ``resolve``, for records that are looked at a second time."""
        return self._look_up(column)[0]

    def _look_up(self, column: pa.Array) -> tuple[NDArray[np.uint32], int]:
        """Region index per row, and how many rows were translated."""
        encoded = column.dictionary_encode()
        found = [self._one(text) for text in encoded.dictionary.to_pylist()]
        indices = encoded.indices.to_numpy()
        numbers: NDArray[np.uint32] = np.array([number for number, _ in found], np.uint32)[indices]
        if not any(translated for _, translated in found):
            return numbers, 0
        return numbers, int(np.array([translated for _, translated in found])[indices].sum())

    def _one(self, text: str) -> tuple[int, bool]:
        known = self._seen.get(text)
        if known is None:
            try:
                resolved = self._reference.resolve(text)
                if len(resolved.code.text) < REGENCY_CHARS:
                    raise ContractBroken("UNKNOWN_REGION", "a province is not a home")
            except ContractBroken:
                # Not remembered: what agencies may send wrong is without bound.
                return NO_REGION, False
            known = self._seen[text] = self._index.intern(resolved.code.digits), resolved.translated
        return known


def outside(column: pa.Array, low: int, high: int) -> NDArray[np.bool_]:
    """Rows whose number is there and outside low … high."""
    values = filled(column, low)
    return (values < low) | (values > high)


def filled(column: pa.Array, null: int) -> NDArray[np.int64]:
    """A numeric or date column as int64 with nulls replaced."""
    if column.type == pa.date32():
        column = column.cast(pa.int32())
    if column.null_count:
        column = pc.fill_null(column, null)
    values: NDArray[np.int64] = column.to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def symbols(column: pa.Array, names: Sequence[str]) -> NDArray[np.uint8]:
    """Position of each enum symbol in the schema's list."""
    positions: NDArray[np.uint8] = (
        pc.index_in(column, pa.array(names)).to_numpy(zero_copy_only=False).astype(np.uint8)
    )
    return positions
