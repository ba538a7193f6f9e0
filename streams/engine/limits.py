"""Bounds of an engine: how much at once, how often, how fast."""

from dataclasses import dataclass, field

from streams.engine.inputs import RejectLimits
from streams.engine.sweep import SweepLimits


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Bounds of one engine. Times in seconds."""

    records_per_read: int = 20_000
    interval_least_s: float = 0.02
    interval_most_s: float = 1.0
    interval_behind_s: float = 0.2
    """While input fills every read, latency is lost anyway: larger transactions cost less a record."""
    interval_while_asked_s: float = 0.05
    """While a look-up waits transactions are at most this far apart."""
    publish_per_s: int = 200_000
    """Differences a scan may publish a second; live facts are always published with their transaction."""
    scan_rows_per_transaction: int = 2_000_000
    sweep: SweepLimits = field(default_factory=SweepLimits)
    rejects: RejectLimits = field(default_factory=RejectLimits)
    """Above these an input is not read on until somebody decides."""
    pending_rows: int = 200_000
    """Records folded before a transaction is due whatever the clock says."""
