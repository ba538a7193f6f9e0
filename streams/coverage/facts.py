"""The facts of many persons as columns: what a partition holds in memory and what a verdict reads."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from streams.coverage.ordering import NO_FACT
from streams.coverage.region_index import NO_REGION
from streams.coverage.situation import PAID_SLOTS

UNRANKED = 0
"""Decile of a person BPS has not ranked."""

UNKNOWN = 255
"""Work status or industry that is not known."""

ENROLLED, DIED, TWO_PUBLIC_PAYERS, HAS_PU, PUBLIC_PAYER = 1, 2, 4, 8, 16
"""Bits of ``bpjs_flags``; the last: a public budget pays some enrolment."""


@dataclass(slots=True)
class Facts:
    """Winning facts, one row a person, every column of length n (``paid`` is (n, PAID_SLOTS),
    row by row because records are folded far more often than all rows are scanned).

    ``*_version`` is -1 where the agency has said nothing; the other columns of that agency then mean nothing.
    ``birth`` and ``paid`` are days since 1970-01-01 (``paid`` 0: no such enrolment). ``region`` is a
    ``RegionIndex`` number; ``sex`` and ``presence`` are schema numbers; ``extreme_poor`` is 0 or 1.
    """

    dtsen_version: NDArray[np.int64]
    dtsen_hash: NDArray[np.uint64]
    dtsen_offset: NDArray[np.int64]
    decile: NDArray[np.uint8]
    extreme_poor: NDArray[np.uint8]
    birth: NDArray[np.int32]
    sex: NDArray[np.uint8]
    region: NDArray[np.uint32]
    work_status: NDArray[np.uint8]
    industry: NDArray[np.uint8]
    presence: NDArray[np.uint8]
    bpjs_version: NDArray[np.int64]
    bpjs_hash: NDArray[np.uint64]
    bpjs_offset: NDArray[np.int64]
    bpjs_flags: NDArray[np.uint8]
    paid: NDArray[np.uint16]

    @classmethod
    def empty(cls, n: int) -> "Facts":
        """``n`` rows without any fact."""
        return cls(
            dtsen_version=np.full(n, NO_FACT, np.int64),
            dtsen_hash=np.zeros(n, np.uint64),
            dtsen_offset=np.zeros(n, np.int64),
            decile=np.zeros(n, np.uint8),
            extreme_poor=np.zeros(n, np.uint8),
            birth=np.zeros(n, np.int32),
            sex=np.zeros(n, np.uint8),
            region=np.full(n, NO_REGION, np.uint32),
            work_status=np.full(n, UNKNOWN, np.uint8),
            industry=np.full(n, UNKNOWN, np.uint8),
            presence=np.zeros(n, np.uint8),
            bpjs_version=np.full(n, NO_FACT, np.int64),
            bpjs_hash=np.zeros(n, np.uint64),
            bpjs_offset=np.zeros(n, np.int64),
            bpjs_flags=np.zeros(n, np.uint8),
            paid=np.zeros((n, PAID_SLOTS), np.uint16),
        )

    def __len__(self) -> int:
        return len(self.decile)

    def take(self, rows: NDArray[np.intp] | slice) -> "Facts":
        """These rows: a copy for an index array, a view for a slice."""
        return Facts(*(getattr(self, f.name)[rows] for f in fields(self)))

    def clear(self, rows: NDArray[np.intp]) -> None:
        """Nobody has said anything about these rows."""
        nothing = Facts.empty(1)
        for f in fields(self):
            getattr(self, f.name)[rows] = getattr(nothing, f.name)

    def grown(self, n: int) -> "Facts":
        """A copy with room for ``n`` rows, the new ones without facts."""
        larger = Facts.empty(n)
        for f in fields(self):
            getattr(larger, f.name)[: len(self)] = getattr(self, f.name)
        return larger


@dataclass(frozen=True, slots=True)
class Incoming:
    """Usable records of one agency in offset order: the columns of ``Facts`` they set, under the same names.

    ``columns`` holds arrays of length n (``paid`` of shape (n, PAID_SLOTS)); the version, hash and offset
    columns are there as well.
    """

    columns: dict[str, NDArray[np.generic]]
    versions: NDArray[np.int64]
    hashes: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.versions)

    @classmethod
    def usable(
        cls,
        columns: dict[str, NDArray[np.generic]],
        versions: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        reasons: NDArray[np.int8],
    ) -> tuple["Incoming", NDArray[np.intp], NDArray[np.int8]]:
        """The records without a reject reason (-1), their positions, and the reasons as they came."""
        keep = np.flatnonzero(reasons < 0)
        if len(keep) == len(reasons):
            return cls(columns, versions, hashes), keep, reasons
        kept = {name: values[keep] for name, values in columns.items()}
        return cls(kept, versions[keep], hashes[keep]), keep, reasons

    def only(self, keep: NDArray[np.bool_]) -> "Incoming":
        """Those records that a mask of length n keeps."""
        columns = {name: values[keep] for name, values in self.columns.items()}
        return Incoming(columns, self.versions[keep], self.hashes[keep])

    def write(self, facts: Facts, rows: NDArray[np.intp], winners: NDArray[np.intp]) -> None:
        """Put the winning records (indices into this) into their rows of ``facts``; ``rows`` is per
        record.
        """
        target = rows[winners]
        for name, values in self.columns.items():
            getattr(facts, name)[target] = values[winners]
