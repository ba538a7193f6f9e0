"""The public face of Jangkau: what guides and callers import. Each name is loaded when it is asked for."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.client import PublishedBatch, Publisher, Sent, SequenceBroken, StateBatch, Subscriber
    from schemas.errors import ContractBroken, InvalidInput, JangkauError, Refused, Retryable
    from schemas.events import (
        CoverageState,
        DirectiveEvent,
        Enrolment,
        MembershipSnapshot,
        PersonRanked,
        Verdict,
    )
    from schemas.ids import DirectiveId, Nik, PersonToken
    from schemas.records import TopicPartition
    from schemas.tokens import Tokenizer, TokenKey

_HOME = {
    "connectors.client": (
        "PublishedBatch",
        "Publisher",
        "Sent",
        "SequenceBroken",
        "StateBatch",
        "Subscriber",
    ),
    "schemas.errors": ("ContractBroken", "InvalidInput", "JangkauError", "Refused", "Retryable"),
    "schemas.events": (
        "CoverageState",
        "DirectiveEvent",
        "Enrolment",
        "MembershipSnapshot",
        "PersonRanked",
        "Verdict",
    ),
    "schemas.ids": ("DirectiveId", "Nik", "PersonToken"),
    "schemas.records": ("TopicPartition",),
    "schemas.tokens": ("TokenKey", "Tokenizer"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ContractBroken",
    "CoverageState",
    "DirectiveEvent",
    "DirectiveId",
    "Enrolment",
    "InvalidInput",
    "JangkauError",
    "MembershipSnapshot",
    "Nik",
    "PersonRanked",
    "PersonToken",
    "PublishedBatch",
    "Publisher",
    "Refused",
    "Retryable",
    "Sent",
    "SequenceBroken",
    "StateBatch",
    "Subscriber",
    "TokenKey",
    "Tokenizer",
    "TopicPartition",
    "Verdict",
]


def __getattr__(name: str) -> Any:
    # The command line imports this package too, and must not wait for Kafka's and Arrow's libraries.
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'jangkau' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)
