"""One person's processing trail: who asked about them, which facts came, what was published and held."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from deploy.query.scan import Progress, Row, scan
from deploy.query.status import Sources
from schemas.errors import ContractBroken
from schemas.events import CoverageState, Hold, Lookup, MembershipSnapshot, PersonRanked, WireRecord
from schemas.ids import PersonToken
from schemas.names import (
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
    DTSEN_PERSONS,
    HUB_HOLDS,
    HUB_LOOKUPS,
    Cause,
    Change,
    CoverageStatus,
    MembershipCause,
)

R = TypeVar("R", bound=WireRecord)


@dataclass(frozen=True, slots=True)
class FactSeen:
    """A fact an agency sent. ``cause`` is that of a membership, ``taken_at`` the broker's time."""

    topic: str
    partition: int
    offset: int
    version: int
    batch: str
    cause: MembershipCause | None
    observed_at: datetime
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A record subscribers were sent."""

    offset: int
    seq: int
    status: CoverageStatus
    change: Change
    causes: tuple[Cause, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class HoldStep:
    """A change that was kept back, or, without ``hold``, the end of that."""

    at: datetime
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class Trail:
    """All that the topics still hold about the processing of one person's data, each list oldest first."""

    token: str
    lookups: tuple[Lookup, ...]
    facts: tuple[FactSeen, ...]
    published: tuple[Publication, ...]
    holds: tuple[HoldStep, ...]


def read_trail(sources: Sources, token: PersonToken, progress: Progress | None = None) -> Trail:
    """Read the person's partition of each topic, and nothing else. Records that cannot be read are passed
    over: they became no fact.
    """
    reading = _Reading(sources, token, progress)
    # The same question is written again until it is answered: it is one look-up.
    lookups = {lookup.lookup: lookup for _, lookup in reading.all(HUB_LOOKUPS, Lookup)}
    facts = [_fact(row, person) for row, person in reading.all(DTSEN_PERSONS, PersonRanked)]
    facts += [_fact(row, member) for row, member in reading.all(BPJS_MEMBERSHIPS, MembershipSnapshot)]
    return Trail(
        token.hex,
        tuple(sorted(lookups.values(), key=lambda lookup: lookup.asked_at)),
        tuple(sorted(facts, key=lambda fact: fact.taken_at)),
        tuple(
            Publication(row.offset, state.seq, state.status, state.change, state.causes, state.decided_at)
            for row, state in reading.all(COVERAGE_PERSONS, CoverageState)
        ),
        tuple(
            HoldStep(_moment(row), None if row.value is None else reading.read(row, Hold))
            for row in reading.rows(HUB_HOLDS)
        ),
    )


class _Reading:
    def __init__(self, sources: Sources, token: PersonToken, progress: Progress | None) -> None:
        self._sources, self._progress = sources, progress
        self._key = token.hex.encode("ascii")

    def rows(self, topic: str) -> list[Row]:
        reader, ends = self._sources.reader, self._sources.ends
        return list(scan(reader, ends, topic, only=self._key, progress=self._progress))

    def all(self, topic: str, kind: type[R]) -> list[tuple[Row, R]]:
        found = [(row, self.read(row, kind)) for row in self.rows(topic)]
        return [(row, value) for row, value in found if value is not None]

    def read(self, row: Row, kind: type[R]) -> R | None:
        try:
            return kind.from_record(self._sources.codec.decode(row.source.topic, row.value or b""))
        except ContractBroken:
            return None


def _fact(row: Row, fact: PersonRanked | MembershipSnapshot) -> FactSeen:
    cause = fact.cause if isinstance(fact, MembershipSnapshot) else None
    return FactSeen(*row.source, row.offset, fact.version, fact.batch, cause, fact.observed_at, _moment(row))


def _moment(row: Row) -> datetime:
    return datetime.fromtimestamp(row.timestamp_ms / 1000, UTC)
