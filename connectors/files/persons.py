"""Rows of DTSEN persons into ``PersonRanked``, checked as far as an edge can (docs/rules.md section 1)."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.files.chunks import Chunk
from connectors.files.columns import WIB, Columns, is_null, numbers
from connectors.files.edge import Edge, Parsed, check_keys, person_reference, tokens_of
from schemas.names import INDUSTRIES, PRESENCES, SEXES, WORK_STATUSES

_NEVER_NULL = ("extreme_poor", "birth_date", "sex", "region")

_OLDEST_BIRTH = date(1900, 1, 1)
_QUARTERS_AHEAD = 4
_CORRECTION_BITS = 32
_EPOCH = date(1970, 1, 1)


def parse_persons(chunk: Chunk, batch: str, edge: Edge) -> Parsed:
    """Each good row becomes a record of publication ``batch``; the others say what is wrong."""
    columns = Columns(chunk, edge.reading)
    check_keys(columns)
    key = "nik" if "nik" in chunk.columns else "token"
    columns.require((key, *_NEVER_NULL))
    read = {
        "version": _versions(columns, edge.now),
        "batch": pa.array([batch], pa.string()).take(pa.array(np.zeros(len(chunk), np.int32))),
        "decile": columns.integers("decile"),
        "extreme_poor": columns.booleans("extreme_poor"),
        "birth_date": columns.dates("birth_date"),
        "sex": columns.symbols("sex", SEXES),
        "region": columns.mapped("region", edge.resolve_region),
        "work_status": columns.integers("work_status"),
        "industry": columns.integers("industry"),
        "presence": pc.fill_null(columns.symbols("presence", PRESENCES), "PRESENT"),
        "replaced_by": columns.mapped("replaced_by", person_reference(edge)),
        "observed_at": columns.times("observed_at", edge.now),
    }
    _check_values(columns, read, edge.now)
    good = pa.array(np.flatnonzero(columns.fine()))
    tokens = tokens_of(columns, good, edge)
    good, tokens = _without_self(columns, read["replaced_by"], good, tokens)
    taken = {name: column.take(good) for name, column in read.items()}
    for name in ("decile", "work_status", "industry"):
        taken[name] = taken[name].cast(pa.int32())
    rows = pa.RecordBatch.from_pydict(taken)
    rejects = sorted([*columns.rejects(), *chunk.broken], key=lambda reject: reject.line)
    return Parsed(tokens, rows, rejects)


def _versions(columns: Columns, now: datetime) -> pa.Int64Array:
    """``version``, or release × 2³² + correction."""
    if "release" in columns.chunk.columns:
        columns.require(("release",))
        release = numbers(columns.integers("release"), 0)
        correction = numbers(columns.integers("correction"), 0)
        outside = (correction < 0) | (correction >= 1 << _CORRECTION_BITS)
        columns.blame(outside, "INVALID_VERSION", "correction is outside 0 … 2³² − 1")
        version = (release << _CORRECTION_BITS) + correction
    else:
        columns.require(("version",))
        version = numbers(columns.integers("version"), 0)
    release = version >> _CORRECTION_BITS
    year, quarter = np.divmod(release, 10)
    real = (version >= 0) & (year >= 2000) & (year <= 2999) & (quarter >= 1) & (quarter <= 4)
    columns.blame(~real, "INVALID_VERSION", "the release is not year × 10 + quarter")
    columns.blame(
        year * 4 + quarter > _quarters(now) + _QUARTERS_AHEAD,
        "VERSION_AHEAD",
        f"the release lies more than {_QUARTERS_AHEAD} quarters ahead",
    )
    return pa.array(version)


def _quarters(now: datetime) -> int:
    """Quarters since year 0, counting as year × 4 + quarter does."""
    today = now.astimezone(WIB)
    return today.year * 4 + (today.month - 1) // 3 + 1


def _check_values(columns: Columns, read: dict[str, pa.Array], now: datetime) -> None:
    born = numbers(read["birth_date"].cast(pa.int32()), 0)
    today = (now.astimezone(WIB).date() - _EPOCH).days
    columns.blame(born > today, "INVALID_DATE", "birth_date lies in the future")
    columns.blame(born < (_OLDEST_BIRTH - _EPOCH).days, "INVALID_DATE", "birth_date lies before 1900")
    for name, lowest, highest, reason in (
        ("decile", 1, 10, "INVALID_DECILE"),
        ("work_status", WORK_STATUSES[0], WORK_STATUSES[-1], "INVALID_WORK_STATUS"),
        ("industry", INDUSTRIES[0], INDUSTRIES[-1], "INVALID_INDUSTRY"),
    ):
        value = numbers(read[name], lowest)
        columns.blame((value < lowest) | (value > highest), reason, f"{name} is outside {lowest} … {highest}")
    merged = pc.equal(read["presence"], "MERGED").to_numpy(zero_copy_only=False).astype(np.bool_)
    columns.blame(merged & is_null(read["replaced_by"]), "INVALID_REPLACED_BY", "MERGED needs replaced_by")


def _without_self(
    columns: Columns, replaced_by: pa.StringArray, good: pa.Array, tokens: NDArray[np.uint8]
) -> tuple[pa.Array, NDArray[np.uint8]]:
    """Leave out whoever was replaced by themselves, which shows only once the tokens are known."""
    own = (
        [
            other is not None and other == token.tobytes().hex()
            for other, token in zip(replaced_by.take(good).to_pylist(), tokens, strict=True)
        ]
        if replaced_by.null_count < len(replaced_by)
        else []
    )
    wrong = np.zeros(len(columns.chunk), np.bool_)
    wrong[good.to_numpy()[np.flatnonzero(own)]] = True
    columns.blame(wrong, "INVALID_REPLACED_BY", "replaced_by is the person themselves")
    stays = ~wrong[good.to_numpy()]
    return good.filter(pa.array(stays)), tokens[stays]
