"""The agency records a verdict rests on, read back from where they lie."""

from dataclasses import dataclass
from datetime import datetime

from deploy.query.scan import record_at
from deploy.query.status import Sources
from schemas.errors import ContractBroken
from schemas.ids import PersonToken
from schemas.records import TopicPartition


@dataclass(frozen=True, slots=True)
class FactRecord:
    """Where a fact came from. ``kept``: the record is still on its topic, so its batch and the agency's own
    time are known.
    """

    topic: str
    partition: int
    offset: int
    version: int
    kept: bool
    batch: str | None = None
    observed_at: datetime | None = None


def read_fact(
    sources: Sources, token: PersonToken, at: TopicPartition, offset: int, version: int
) -> FactRecord:
    """The record of a fact; not ``kept`` if what lies there now is not this fact of this person."""
    gone = FactRecord(at.topic, at.partition, offset, version, kept=False)
    row = record_at(sources.reader, sources.ends, at, offset)
    if row is None or row.value is None or row.key != token.hex.encode("ascii"):
        return gone
    try:
        record = sources.codec.decode(at.topic, row.value)
    except ContractBroken:
        return gone
    if record["version"] != version:
        return gone
    return FactRecord(at.topic, at.partition, offset, version, True, record["batch"], record["observed_at"])
