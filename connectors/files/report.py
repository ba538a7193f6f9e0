"""Why rows were rejected: counted by reason and detail, with the first lines of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.files.chunks import Reject

FIRST_LINES = 5
_KINDS = 200
"""More kinds of fault than anybody reads; the rest of a reason is counted together."""
OTHERS = "…"


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
