"""The public face of Jangkau: what guides and callers import. Each name is loaded when it is asked for."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.client import (
        PublishedBatch,
        Publisher,
        Receipts,
        Sent,
        SequenceBroken,
        StateBatch,
        Subscriber,
        Totals,
    )
    from schemas.errors import ContractBroken, Fenced, InvalidInput, JangkauError, Refused, Retryable
    from schemas.events import (
        BatchManifest,
        BatchReceipt,
        CoverageState,
        DirectiveEvent,
        DirectiveStatus,
        DirectiveTotals,
        Discrepancies,
        Enrolment,
        Evidence,
        FactEvidence,
        MembershipSnapshot,
        PersonRanked,
        RegionTotals,
        Verdict,
    )
    from schemas.ids import BatchId, DirectiveId, Nik, PersonToken, RegionCode
    from schemas.names import Agency, BatchScope, CoverageStatus, GapReason, Payer, Program, Segment
    from schemas.records import TopicPartition
    from schemas.tokens import Tokenizer, TokenKey

_HOME = {
    "connectors.client": (
        "PublishedBatch",
        "Publisher",
        "Receipts",
        "Sent",
        "SequenceBroken",
        "StateBatch",
        "Subscriber",
        "Totals",
    ),
    "schemas.errors": ("ContractBroken", "Fenced", "InvalidInput", "JangkauError", "Refused", "Retryable"),
    "schemas.events": (
        "BatchManifest",
        "BatchReceipt",
        "CoverageState",
        "DirectiveEvent",
        "DirectiveStatus",
        "DirectiveTotals",
        "Discrepancies",
        "Enrolment",
        "Evidence",
        "FactEvidence",
        "MembershipSnapshot",
        "PersonRanked",
        "RegionTotals",
        "Verdict",
    ),
    "schemas.ids": ("BatchId", "DirectiveId", "Nik", "PersonToken", "RegionCode"),
    "schemas.names": ("Agency", "BatchScope", "CoverageStatus", "GapReason", "Payer", "Program", "Segment"),
    "schemas.records": ("TopicPartition",),
    "schemas.tokens": ("TokenKey", "Tokenizer"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Agency",
    "BatchId",
    "BatchManifest",
    "BatchReceipt",
    "BatchScope",
    "ContractBroken",
    "CoverageState",
    "CoverageStatus",
    "DirectiveEvent",
    "DirectiveId",
    "DirectiveStatus",
    "DirectiveTotals",
    "Discrepancies",
    "Enrolment",
    "Evidence",
    "FactEvidence",
    "Fenced",
    "GapReason",
    "InvalidInput",
    "JangkauError",
    "MembershipSnapshot",
    "Nik",
    "Payer",
    "PersonRanked",
    "PersonToken",
    "Program",
    "PublishedBatch",
    "Publisher",
    "Receipts",
    "Refused",
    "RegionCode",
    "RegionTotals",
    "Retryable",
    "Segment",
    "Sent",
    "SequenceBroken",
    "StateBatch",
    "Subscriber",
    "TokenKey",
    "Tokenizer",
    "TopicPartition",
    "Totals",
    "Verdict",
]

if not TYPE_CHECKING:  # a type checker that saw it would take any misspelt name for granted

    def __getattr__(name: str) -> Any:
        # The command line imports this package too, and must not wait for Kafka's and Arrow's libraries.
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'jangkau' has no attribute {name!r}")
        return getattr(importlib.import_module(_MODULE_OF[name]), name)
