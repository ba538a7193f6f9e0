"""Differences as rows of ``CoverageState``, in the columns the codec writes."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.names import CAUSES, CHANGES, GAP_REASONS, PROGRAMS
from streams.coverage.ordering import NO_FACT
from streams.coverage.region_index import NO_REGION, RegionIndex
from streams.coverage.situation import covered_through
from streams.coverage.verdict import COVERED, NOT_MEANT, is_gap, missing_of, reason_of
from streams.engine.decide import Differences
from streams.engine.partition import BY_DTSEN, BY_MEMBERSHIP
from streams.engine.rules import Rules

_GAP, _COVERED, _NOT_ELIGIBLE = 0, 1, 2

_MISSING_LISTS = pa.array(
    [[p for i, p in enumerate(PROGRAMS) if mask >> i & 1] for mask in range(1 << len(PROGRAMS))],
    pa.list_(pa.string()),
)
_STATUSES = pa.array(["GAP", "COVERED", "NOT_ELIGIBLE"])
_REASONS = pa.array([*GAP_REASONS, None], pa.string())
_CHANGES = pa.array(CHANGES)


def coverage_rows(
    differences: Differences,
    rules: Rules,
    regions: RegionIndex,
    scan_causes: frozenset[str],
    control_offset: int,
    decided_at_ms: int,
) -> pa.RecordBatch:
    """One ``CoverageState`` per difference, in order. ``decided_at_ms`` is wall clock, information only."""
    n = len(differences)
    facts = differences.facts
    texts = pa.array(regions.texts)
    verdicts, status, required = _verdicts(differences, rules)
    through = covered_through(facts.paid, required, rules.day_number, rules.membership.last)
    previous, now = differences.previous_region, differences.region
    columns = {
        "seq": pa.array(differences.seq.astype(np.int64)),
        "status": _STATUSES.take(pa.array(status)),
        "verdicts": verdicts,
        "change": _CHANGES.take(pa.array(differences.change)),
        "causes": _causes(differences.moved_by, scan_causes),
        "region": texts.take(pa.array(now)),
        "previous_region": texts.take(pa.array(previous, mask=(previous == NO_REGION) | (previous == now))),
        "covered_through": pa.array(through, mask=through < 0).cast(pa.date32()),
        "business_date": pa.array(np.full(n, rules.day_number, np.int32)).cast(pa.date32()),
        "decided_at": pa.array(np.full(n, decided_at_ms, np.int64)).cast(pa.timestamp("ms")),
        "evidence": pa.StructArray.from_arrays(
            [
                _evidence(facts.dtsen_version, facts.dtsen_offset),
                _evidence(facts.bpjs_version, facts.bpjs_offset),
                pa.array(np.full(n, control_offset - 1, np.int64)),
            ],
            ["dtsen", "bpjs", "control_offset"],
        ),
    }
    return pa.RecordBatch.from_pydict(columns)


def _verdicts(
    differences: Differences, rules: Rules
) -> tuple[pa.ListArray, NDArray[np.uint8], NDArray[np.uint8]]:
    """The verdict lists; the status per row (position in CoverageStatus); the programs required per row."""
    n, directives = len(differences), rules.directives
    codes = np.zeros((n, len(directives)), np.uint16)
    for column, directive in enumerate(directives):
        codes[:, column] = differences.desired[directive.id, directive.version]
    meant = codes != NOT_MEANT
    required = np.zeros(n, np.uint8)
    for column, directive in enumerate(directives):
        required |= np.where(meant[:, column], directive.required, 0).astype(np.uint8)
    gap = is_gap(codes).any(axis=1)
    status = np.select([gap, meant.any(axis=1)], [_GAP, _COVERED], default=_NOT_ELIGIBLE).astype(np.uint8)
    flat = codes[meant]
    which = pa.array(np.nonzero(meant)[1])
    reason = reason_of(flat)
    values = pa.StructArray.from_arrays(
        [
            pa.array([directive.id for directive in directives], pa.string()).take(which),
            pa.array([directive.version for directive in directives], pa.int32()).take(which),
            _STATUSES.take(pa.array((flat == COVERED).astype(np.uint8))),
            _MISSING_LISTS.take(pa.array(missing_of(flat))),
            _REASONS.take(pa.array(np.where(reason < 0, len(GAP_REASONS), reason).astype(np.uint8))),
        ],
        ["directive", "version", "status", "missing", "reason"],
    )
    return pa.ListArray.from_arrays(list_offsets(meant.sum(axis=1)), values), status, required


def _causes(moved_by: NDArray[np.uint8], scan_causes: frozenset[str]) -> pa.ListArray:
    by_fact = {"DTSEN": BY_DTSEN, "MEMBERSHIP": BY_MEMBERSHIP}
    lists = [_cause_list(bits, by_fact, scan_causes) for bits in range((BY_DTSEN | BY_MEMBERSHIP) + 1)]
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(moved_by))


def _cause_list(bits: int, by_fact: dict[str, int], scan_causes: frozenset[str]) -> Sequence[str]:
    return [cause for cause in CAUSES if bits & by_fact.get(cause, 0) or cause in scan_causes]


def _evidence(versions: NDArray[np.int64], offsets: NDArray[np.int64]) -> pa.StructArray:
    return pa.StructArray.from_arrays(
        [pa.array(versions), pa.array(offsets)], ["version", "offset"], mask=pa.array(versions == NO_FACT)
    )


def list_offsets(lengths: NDArray[np.int64]) -> pa.Int32Array:
    """Offsets of an Arrow list column whose lists have these lengths."""
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
