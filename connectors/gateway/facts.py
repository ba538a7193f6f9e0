"""What the manifest of a batch says of its facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.gateway.ledger import Addition
from schemas.ids import TOKEN_BYTES, PersonToken


@dataclass(frozen=True, slots=True)
class Fact:
    """What a manifest speaks of: ``region`` where the record has one."""

    token: PersonToken
    batch: str
    version: int
    region: str | None


def additions_of(facts: Iterable[Fact | None]) -> list[Addition]:
    """What facts add to their batches; ``None`` for events that are none."""
    by_batch: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact is not None:
            by_batch.setdefault(fact.batch, []).append(fact)
    return [_addition(batch, each) for batch, each in by_batch.items()]


def _addition(batch: str, facts: Sequence[Fact]) -> Addition:
    raw = b"".join(fact.token.raw for fact in facts)
    regions = [fact.region for fact in facts if fact.region is not None]
    return Addition(
        batch,
        np.frombuffer(raw, np.uint8).reshape(-1, TOKEN_BYTES),
        np.array([fact.version for fact in facts], np.int64),
        pa.array(regions, pa.string()) if regions else None,
    )
