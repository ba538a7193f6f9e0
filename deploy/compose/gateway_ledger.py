"""Which files of the gateway belong to the topics of a cluster."""

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from schemas.errors import Refused
from schemas.names import (
    AGENCY_MANIFESTS,
    BPJS_MEMBERSHIPS,
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    KEMNAKER_DIRECTIVES,
)

T = TypeVar("T")

LEDGERED = (DTSEN_PERSONS, BPJS_MEMBERSHIPS, KEMNAKER_DIRECTIVES, AGENCY_MANIFESTS)
"""The topics whose events a ledger knows."""

_PATIENCE_S = 15.0
_POLL_S = 1.0


class TopicIds(Protocol):
    """Which topic it is: one deleted and made again has another id."""

    def topic_id(self, topic: str) -> str:
        """Raises ``Refused`` if there is none."""


def ledger_file(folder: Path, admin: TopicIds) -> Path:
    """The ledger of these very topics. What it says was accepted must be on them."""
    return _file_of(folder, "ledger", admin, LEDGERED)


def trend_file(folder: Path, admin: TopicIds) -> Path:
    """The days of totals that were counted on this very topic."""
    return _file_of(folder, "trend", admin, (COVERAGE_REGIONS,))


def _file_of(folder: Path, name: str, admin: TopicIds, topics: Sequence[str]) -> Path:
    """After topics were made anew, or on another cluster, it is another file, and the former one goes."""
    ids = patiently(lambda: "".join(admin.topic_id(topic) for topic in topics))
    file = folder / f"{name}-{hashlib.sha256(ids.encode()).hexdigest()[:16]}.sqlite"
    for other in folder.glob(f"{name}-*.sqlite*"):
        if not other.name.startswith(file.name):
            other.unlink()
    return file


def patiently(ask: Callable[[], T]) -> T:
    """What is asked, also of topics that were just made and are unknown for a moment."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return ask()
        except Refused:
            if time.monotonic() > end:
                raise
            time.sleep(_POLL_S)
