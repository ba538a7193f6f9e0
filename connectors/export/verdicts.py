"""The gap verdicts of many people at once, from the list column of their states."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.names import GAP_REASONS, PROGRAMS


@dataclass(frozen=True)
class GapVerdicts:
    """``verdicts`` (m) are those that count, ``owners`` (m,) the rows they belong to, of ``count`` rows."""

    verdicts: pa.StructArray
    owners: NDArray[np.int64]
    count: int

    @classmethod
    def of(cls, column: pa.ListArray, directive: str | None, reason: str | None) -> "GapVerdicts":
        """Those of a column (n) that are gaps, under one directive or any, for one reason or any."""
        verdicts = pc.list_flatten(column)
        meant = pc.equal(pc.struct_field(verdicts, "status"), "GAP")
        for name, wanted in (("directive", directive), ("reason", reason)):
            if wanted is not None:
                meant = pc.and_(meant, pc.fill_null(pc.equal(pc.struct_field(verdicts, name), wanted), False))
        owners = pc.list_parent_indices(column).filter(meant)
        return cls(verdicts.filter(meant), owners.to_numpy(zero_copy_only=False), len(column))

    def people(self) -> NDArray[np.bool_]:
        """Which rows have one, shape (n,)."""
        found = np.zeros(self.count, np.bool_)
        found[self.owners] = True
        return found

    def directives(self) -> pa.ListArray:
        """The directives of each row (n), as its state lists them."""
        counts = np.bincount(self.owners, minlength=self.count)
        return _lists(counts, pc.struct_field(self.verdicts, "directive"))

    def missing(self) -> pa.ListArray:
        """The programs missing under any of them, in schema order (n)."""
        programs = pc.struct_field(self.verdicts, "missing")
        owners = self.owners[pc.list_parent_indices(programs).to_numpy(zero_copy_only=False)]
        return self._sets(owners, pc.list_flatten(programs), PROGRAMS)

    def reasons(self) -> pa.ListArray:
        """Why, in schema order (n)."""
        reasons = pc.struct_field(self.verdicts, "reason")
        there = pc.is_valid(reasons)
        owners = self.owners[there.to_numpy(zero_copy_only=False)]
        return self._sets(owners, reasons.filter(there), GAP_REASONS)

    def _sets(self, owners: NDArray[np.int64], symbols: pa.StringArray, known: Sequence[str]) -> pa.ListArray:
        there = np.zeros((self.count, len(known)), np.bool_)
        at = pc.index_in(symbols, pa.array(known, pa.string())).to_numpy(zero_copy_only=False)
        there[owners, at] = True
        return _lists(there.sum(axis=1), pa.array(known, pa.string()).take(pa.array(np.nonzero(there)[1])))


def _lists(counts: NDArray[np.int64], values: pa.Array) -> pa.ListArray:
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), values)
