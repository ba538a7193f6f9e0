"""What is said on the topics, as typed values. Field for field the Avro schemas of ``schemas/avro``.

``observed_at``, ``decided_at`` and the like are information only: nothing is decided by them.
"""

from schemas.events.agency import (
    BatchManifest,
    BatchReceipt,
    DirectiveEvent,
    Enrolment,
    MembershipSnapshot,
    PersonRanked,
)
from schemas.events.control import (
    BusinessDateSet,
    Command,
    ControlBody,
    ControlEvent,
    DirectiveInForce,
    DirectiveWithdrawn,
    FullReconciled,
    Outcome,
    PartitionStart,
    PolicyInForce,
    StateGeneration,
    control_event_id,
)
from schemas.events.counts import (
    BatchCounts,
    DirectiveCounts,
    Discrepancies,
    InputPosition,
    Partial,
    RegionCounts,
)
from schemas.events.coverage import (
    CoverageState,
    DirectiveStatus,
    DirectiveTotals,
    Evidence,
    FactEvidence,
    RegionTotals,
    Verdict,
)
from schemas.events.inquiry import Answer, Lookup, Quarantined
from schemas.events.record import WireRecord

__all__ = [
    "Answer",
    "BatchCounts",
    "BatchManifest",
    "BatchReceipt",
    "BusinessDateSet",
    "Command",
    "ControlBody",
    "ControlEvent",
    "CoverageState",
    "DirectiveCounts",
    "DirectiveEvent",
    "DirectiveInForce",
    "DirectiveStatus",
    "DirectiveTotals",
    "DirectiveWithdrawn",
    "Discrepancies",
    "Enrolment",
    "Evidence",
    "FactEvidence",
    "FullReconciled",
    "InputPosition",
    "Lookup",
    "MembershipSnapshot",
    "Outcome",
    "Partial",
    "PartitionStart",
    "PersonRanked",
    "PolicyInForce",
    "Quarantined",
    "RegionCounts",
    "RegionTotals",
    "StateGeneration",
    "Verdict",
    "WireRecord",
    "control_event_id",
]
