"""Why rows were rejected: counted by reason and detail, with the first lines of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow.compute as pc

from connectors.files.chunks import Chunk, Reject
from connectors.files.typed import as_text

FIRST_LINES = 5
_KINDS = 200
"""More kinds of fault than anybody reads; the rest of a reason is counted together."""
OTHERS = "…"
_ENOUGH_NIKS = 1_000
"""Of so many true ones not all end in 0."""


@dataclass
class Fault:
    """One kind of fault. ``lines`` are the first of its ``count``."""

    reason: str
    detail: str
    count: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Report:
    """All kinds of fault of a file; bounded, whatever the file holds."""

    _faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    _niks: int = 0
    _ending_in_0: int = 0

    def look(self, chunk: Chunk) -> None:
        """Count the NIKs of a chunk, and those that end as a spreadsheet leaves them."""
        if "nik" in chunk.columns:
            ends = pc.ends_with(as_text(chunk.columns["nik"]), "0")
            self._niks += len(ends) - ends.null_count
            self._ending_in_0 += pc.sum(ends).as_py() or 0

    @property
    def rounded(self) -> bool:
        """Whether a spreadsheet, which keeps 15 digits of a number, has most likely been on the way."""
        return self._niks >= _ENOUGH_NIKS and self._ending_in_0 == self._niks

    def add(self, rejects: Sequence[Reject]) -> None:
        """Count these."""
        for reject in rejects:
            key = reject.reason, reject.detail
            if key not in self._faults and len(self._faults) >= _KINDS:
                key = reject.reason, OTHERS
            fault = self._faults.setdefault(key, Fault(*key))
            fault.count += 1
            if len(fault.lines) < FIRST_LINES:
                fault.lines.append(reject.line)

    @property
    def faults(self) -> list[Fault]:
        """The most frequent first."""
        return sorted(self._faults.values(), key=lambda fault: (-fault.count, fault.reason, fault.detail))
