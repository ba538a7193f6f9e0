"""From decoded ``PersonRanked`` records to usable columns."""

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.names import PRESENCES, SEXES
from streams.coverage import checks
from streams.coverage.content import NULL, PERSON_SEED, U64, fold, text_hash
from streams.coverage.facts import UNKNOWN, UNRANKED, Incoming
from streams.coverage.region_index import NO_REGION, RegionIndex

_TOKEN = re.compile(r"[0-9a-f]{32}")
_MERGED = PRESENCES.index("MERGED")


def read_dtsen(
    rows: pa.RecordBatch,
    tokens: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    timestamps: NDArray[np.int64],
    regions: checks.RegionColumn,
    index: RegionIndex,
) -> tuple[Incoming, NDArray[np.intp], NDArray[np.int8]]:
    """Check and convert decoded records of one partition.

    ``tokens`` is (n, 16); the others (n,). Returns the usable records, their positions among the n, and the
    reject reason per record (number in REJECT_REASONS, -1 for usable).
    """
    versions = rows["version"].to_numpy()
    region = regions.resolve(rows["region"])
    birth = checks.filled(rows["birth_date"], 0)
    decile = checks.filled(rows["decile"], UNRANKED)
    work_status = checks.filled(rows["work_status"], UNKNOWN)
    industry = checks.filled(rows["industry"], UNKNOWN)
    presence = checks.symbols(rows["presence"], PRESENCES)
    broken_merge, replaced = _replaced_by(rows["replaced_by"], presence, tokens)
    failures = [
        *checks.dtsen_versions(versions, timestamps),
        ("UNKNOWN_REGION", region == NO_REGION),
        ("INVALID_DATE", (birth < checks.FIRST_BIRTH) | (birth > checks.jakarta_day(timestamps))),
        ("INVALID_DECILE", checks.outside(rows["decile"], 1, 10)),
        ("INVALID_WORK_STATUS", checks.outside(rows["work_status"], 0, 8)),
        ("INVALID_INDUSTRY", checks.outside(rows["industry"], 1, 26)),
        ("INVALID_REPLACED_BY", broken_merge),
    ]
    reasons = checks.first_reason(failures, len(versions))
    extreme_poor = rows["extreme_poor"].to_numpy(zero_copy_only=False)
    sex = checks.symbols(rows["sex"], SEXES)
    hashed: list[U64] = [
        _or_null(decile, UNRANKED),
        extreme_poor.astype(np.uint64),
        birth.astype(np.uint64),
        sex.astype(np.uint64),
        index.digits[region].astype(np.uint64),
        _or_null(work_status, UNKNOWN),
        _or_null(industry, UNKNOWN),
        presence.astype(np.uint64),
        replaced,
    ]
    hashes = fold(PERSON_SEED, hashed)
    columns: dict[str, NDArray[np.generic]] = {
        "dtsen_version": versions,
        "dtsen_hash": hashes,
        "dtsen_offset": offsets,
        "decile": decile.astype(np.uint8),
        "extreme_poor": extreme_poor.astype(np.uint8),
        "birth": birth.astype(np.int32),
        "sex": sex,
        "region": region,
        "work_status": work_status.astype(np.uint8),
        "industry": industry.astype(np.uint8),
        "presence": presence,
    }
    return Incoming.usable(columns, versions, hashes, reasons)


def _or_null(values: NDArray[np.int64], null: int) -> U64:
    return np.where(values == null, NULL, values.astype(np.uint64))


def _replaced_by(
    column: pa.Array, presence: NDArray[np.uint8], tokens: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], U64]:
    """Rows whose replaced_by is broken, and its hash. Merges are rare, so they are read one by one."""
    merged = presence == _MERGED
    hashes = np.full(len(presence), NULL, np.uint64)
    broken = merged.copy()
    if column.null_count < len(column):
        for i in np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False)).tolist():
            text = column[i].as_py()
            broken[i] = not _TOKEN.fullmatch(text) or bytes.fromhex(text) == tokens[i].tobytes()
            hashes[i] = text_hash(text)
    return broken, hashes
