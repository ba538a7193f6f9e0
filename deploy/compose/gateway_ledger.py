"""Which ledger belongs to the topics of a cluster."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from schemas.errors import Refused
from schemas.names import AGENCY_MANIFESTS, BPJS_MEMBERSHIPS, DTSEN_PERSONS, KEMNAKER_DIRECTIVES

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
    """The ledger of these very topics. What it says was accepted must be on them: after topics were made
    anew, or on another cluster, it is another ledger, and the former one goes.
    """
    ids = patiently(lambda: "".join(admin.topic_id(topic) for topic in LEDGERED))
    file = folder / f"ledger-{hashlib.sha256(ids.encode()).hexdigest()[:16]}.sqlite"
    for other in folder.glob("ledger-*.sqlite*"):
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
