"""Rows of memberships into ``MembershipSnapshot``: one row an enrolment, or a JSON column ``enrolments``.

Consecutive rows with the same person and version are one snapshot. If one of them cannot be used, none is
sent: half a snapshot would say that the other half has ended.
"""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.files.chunks import Chunk
from connectors.files.columns import Columns, numbers
from connectors.files.edge import Edge, Parsed, check_keys, tokens_of
from connectors.files.enrolments import from_json, from_rows
from schemas.names import MAX_ENROLMENTS, MEMBERSHIP_CAUSES

_AHEAD_MICROSECONDS = 86_400 * 1_000_000
INCONSISTENT = "INCONSISTENT"
OTHER_ROW_REJECTED = "OTHER_ROW_REJECTED"


def parse_memberships(chunk: Chunk, batch: str, edge: Edge) -> Parsed:
    """Each good snapshot becomes a record of publication ``batch``; the rows of others say what is wrong."""
    columns = Columns(chunk, edge.reading)
    check_keys(columns)
    key = "nik" if "nik" in chunk.columns else "token"
    columns.require((key, "version", "cause"))
    versions = columns.versions("version")
    _check_versions(columns, versions, edge.now)
    causes = columns.symbols("cause", MEMBERSHIP_CAUSES)
    times = columns.times("observed_at", edge.now)
    enrolments = from_json(columns) if "enrolments" in chunk.columns else from_rows(columns)
    snapshot = _snapshots(columns, key, chunk)
    counts = np.bincount(snapshot, weights=enrolments.counts).astype(np.int64)
    too_many = counts[snapshot] > MAX_ENROLMENTS
    columns.blame(too_many, "TOO_MANY_ENROLMENTS", f"more than {MAX_ENROLMENTS} enrolments")
    _check_agreement(columns, snapshot, causes)
    _reject_whole(columns, snapshot)
    fine = columns.fine()
    first = np.flatnonzero(fine & (np.diff(snapshot, prepend=-1) > 0))
    good = pa.array(first)
    taken = {
        "version": versions.take(good),
        "batch": pa.array([batch], pa.string()).take(pa.array(np.zeros(len(first), np.int32))),
        "cause": causes.take(good),
        "enrolments": enrolments.lists(fine, counts[snapshot[first]]),
        "observed_at": times.take(good),
    }
    rejects = sorted([*columns.rejects(), *chunk.broken], key=lambda reject: reject.line)
    return Parsed(tokens_of(columns, good, edge), pa.RecordBatch.from_pydict(taken), rejects)


def _check_versions(columns: Columns, versions: pa.Int64Array, now: datetime) -> None:
    version = numbers(versions, 0)
    columns.blame(version < 0, "INVALID_VERSION", "version is below 0")
    latest = round(now.timestamp() * 1_000_000) + _AHEAD_MICROSECONDS
    columns.blame(version > latest, "VERSION_AHEAD", "version (µs since 1970) is more than a day ahead")


def _snapshots(columns: Columns, key: str, chunk: Chunk) -> NDArray[np.int64]:
    """Number of the snapshot each row belongs to, rising from 0, shape (n,)."""
    starts = np.zeros(len(chunk), np.bool_)
    starts[:1] = True
    for name in (key, "version"):
        texts = pc.fill_null(columns.text(name), "")
        if len(texts) > 1:
            starts[1:] |= pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
    numbered: NDArray[np.int64] = np.cumsum(starts) - 1
    return numbered


def _check_agreement(columns: Columns, snapshot: NDArray[np.int64], causes: pa.StringArray) -> None:
    same = np.diff(snapshot, prepend=-1) == 0
    if len(causes) > 1:
        differs = np.zeros(len(causes), np.bool_)
        unequal = pc.fill_null(pc.not_equal(causes[1:], causes[:-1]), False)
        differs[1:] = unequal.to_numpy(zero_copy_only=False)
        columns.blame(same & differs, INCONSISTENT, "cause differs within one snapshot")
    if "enrolments" in columns.chunk.columns:
        columns.blame(same, INCONSISTENT, "the same person and version in the row before")


def _reject_whole(columns: Columns, snapshot: NDArray[np.int64]) -> None:
    spoiled = np.zeros(int(snapshot[-1]) + 1 if len(snapshot) else 0, np.bool_)
    spoiled[snapshot[~columns.fine()]] = True
    columns.blame(spoiled[snapshot], OTHER_ROW_REJECTED, "another row of this snapshot is rejected")
