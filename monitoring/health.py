"""The verdict over a hub: healthy, degraded or down, and why. Pure: a snapshot in, findings out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from schemas.names import AGENCY_OF_TOPIC, Agency

LAG_TOO_OLD_S = 60.0
"""A takeover takes less than 30 s; what waits longer than twice that is not being worked in."""

COMMIT_TOO_OLD_S = 60.0
"""A transaction lasts at most a second; with work waiting, none for a minute means none is coming."""

DISK_FREE_SHARE = 0.1
"""Below it a burst of events may fill the disk within hours."""

HELD_BACK_TOO_LONG_S = 120.0
"""Kafka's clients give a transaction up after 60 s unless told otherwise."""

EXIT_HEALTHY, EXIT_DEGRADED, EXIT_DOWN = 0, 1, 2


PROCESS_DOWN, UNOWNED, LATE = "JangkauProcessDown", "JangkauPartitionsUnowned", "JangkauVerdictsLate"
QUARANTINE = "JangkauQuarantineRising"
HELD_BACK, INCOMPLETE = "JangkauInputHeldBack", "JangkauTotalsIncomplete"
DIRECTIVE_HELD, PERSONS_HELD = "JangkauDirectiveHeld", "JangkauHeldChangesWaiting"
BATCH_INCOMPLETE, DISK = "JangkauBatchIncomplete", "JangkauDiskFilling"
"""Names of alerts (monitoring/rules), and so of their runbooks."""


class Level(IntEnum):
    """How bad it is; also the exit code of the status command."""

    HEALTHY = EXIT_HEALTHY
    DEGRADED = EXIT_DEGRADED
    DOWN = EXIT_DOWN


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One process as seen from outside. ``ready`` is None when it does not answer."""

    name: str
    pid: int | None
    alive: bool
    ready: bool | None
    reasons: tuple[str, ...] = ()
    uptime_s: float | None = None
    restarts: int = 0
    refused: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """One partition of an agency topic against the engines' committed position, which is the next offset.

    ``records`` = high watermark − position; ``readable`` = last stable offset − position; ``seconds``
    how long the oldest waiting record has waited, None when it cannot be read yet. ``open_transaction_s``:
    how long the last stable offset has stood still below the high watermark, 0 when none is open.
    """

    topic: str
    partition: int
    position: int
    high_watermark: int
    stable: int
    seconds: float | None
    open_transaction_s: float = 0.0

    @property
    def agency(self) -> Agency | None:
        """Whose topic it is."""
        return AGENCY_OF_TOPIC.get(self.topic)

    @property
    def records(self) -> int:
        """Everything written and not yet worked in."""
        return max(0, self.high_watermark - self.position)

    @property
    def readable(self) -> int:
        """Of that, what an engine could read now."""
        return max(0, self.stable - self.position)


@dataclass(frozen=True, slots=True)
class NationTotals:
    """The nation's line of one directive."""

    directive: str
    eligible: int
    covered: int
    gap: int
    target: int | None


@dataclass(frozen=True, slots=True)
class HubSnapshot:
    """What could be found out about a hub at one moment. ``local``: its processes belong on this machine.

    ``at``: seconds since 1970, where it matters. ``totals_known``: False while totals and the business date
    have not been read yet, which says nothing of the hub. ``stalled_batches``: by agency those that are
    incomplete and have not changed for a quarter of an hour. ``disk``: free and size, bytes. ``unanswered``:
    what Kafka or the registry did not answer; nothing of the topics is known then.
    """

    local: bool
    processes: tuple[ProcessView, ...]
    lag: tuple[PartitionLag, ...] = ()
    last_commit_age_s: float | None = None
    quarantined: Mapping[str, int] = field(default_factory=dict)
    quarantine_window_s: float = 86_400.0
    business_date: date | None = None
    directives: tuple[str, ...] = ()
    nation: tuple[NationTotals, ...] = ()
    partitions_reported: int | None = None
    partitions: int | None = None
    missing_topics: tuple[str, ...] = ()
    at: float | None = None
    totals_known: bool = True
    held_persons: int = 0
    held_directives: tuple[str, ...] = ()
    stalled_batches: Mapping[Agency, int] = field(default_factory=dict)
    disk: tuple[int, int] | None = None
    unanswered: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying, in both languages. ``runbook``: the alert whose runbook says what to do.

    At the level HEALTHY nothing is wrong with the hub, but something waits for people.
    """

    level: Level
    indonesian: str
    english: str
    runbook: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst level and every finding, worst first."""

    level: Level
    findings: tuple[Finding, ...]


def judge(snapshot: HubSnapshot) -> Verdict:
    """Weigh a snapshot. Of a healthy hub only what waits for people is found."""
    found = sorted(_findings(snapshot), key=lambda finding: -finding.level)
    return Verdict(found[0].level if found else Level.HEALTHY, tuple(found))


def _findings(snapshot: HubSnapshot) -> Iterator[Finding]:
    if snapshot.local and not any(process.alive for process in snapshot.processes):
        yield Finding(Level.DOWN, "hub tidak berjalan", "no process of the hub runs", PROCESS_DOWN)
    if snapshot.unanswered is not None:
        why = snapshot.unanswered
        yield Finding(
            Level.DOWN,
            f"Kafka atau registri tidak menjawab, hub menunggu: {why}",
            f"Kafka or the registry does not answer, the hub waits: {why}",
            PROCESS_DOWN,
        )
    for process in snapshot.processes:
        yield from _process(process)
    if snapshot.unanswered is not None:
        return
    yield from _lag(snapshot)
    yield from _totals(snapshot)
    yield from _disk(snapshot)
    yield from _waiting(snapshot)


def _process(process: ProcessView) -> Iterator[Finding]:
    name = process.name
    if process.refused:
        yield Finding(
            Level.DEGRADED,
            f"{name} menunggu keputusan petugas",
            f"{name} refuses to go on without an operator",
            PROCESS_DOWN,
        )
    elif not process.alive:
        yield Finding(Level.DEGRADED, f"{name} berhenti", f"{name} has ended", PROCESS_DOWN)
    elif process.ready is None:
        yield Finding(Level.DEGRADED, f"{name} tidak menjawab", f"{name} does not answer", PROCESS_DOWN)
    elif not process.ready:
        why = "; ".join(process.reasons)
        runbook = UNOWNED if name.startswith("engine") else PROCESS_DOWN
        yield Finding(Level.DEGRADED, f"{name} belum siap: {why}", f"{name} is not ready: {why}", runbook)
    for note in process.notes:
        yield Finding(Level.DEGRADED, f"{name}: {note}", f"{name}: {note}", QUARANTINE)


def _lag(snapshot: HubSnapshot) -> Iterator[Finding]:
    for topic in snapshot.missing_topics:
        yield Finding(Level.DEGRADED, f"topik {topic} tidak ada", f"topic {topic} does not exist")
    late = [part for part in snapshot.lag if part.seconds is not None and part.seconds > LAG_TOO_OLD_S]
    if late:
        worst = max(part.seconds or 0.0 for part in late)
        records = sum(part.records for part in late)
        yield Finding(
            Level.DEGRADED,
            f"{len(late)} partisi tertinggal, {records} peristiwa, terlama {worst:.0f} s",
            f"{len(late)} partitions behind, {records} events, the oldest for {worst:.0f} s",
            LATE,
        )
    held = [part for part in snapshot.lag if part.open_transaction_s > HELD_BACK_TOO_LONG_S]
    if held:
        topics = ", ".join(dict.fromkeys(part.topic for part in held))
        longest = max(part.open_transaction_s for part in held)
        yield Finding(
            Level.DEGRADED,
            f"transaksi terbuka menahan {topics} selama {longest:.0f} s",
            f"an open transaction has held {topics} back for {longest:.0f} s",
            HELD_BACK,
        )
    age = snapshot.last_commit_age_s
    if age is not None and age > COMMIT_TOO_OLD_S and any(part.readable for part in snapshot.lag):
        yield Finding(
            Level.DEGRADED,
            f"ada pekerjaan, tetapi transaksi terakhir {age:.0f} s yang lalu",
            f"work is waiting, but the last commit was {age:.0f} s ago",
            LATE,
        )


def _totals(snapshot: HubSnapshot) -> Iterator[Finding]:
    if not snapshot.totals_known:
        return
    if snapshot.business_date is None:
        yield Finding(
            Level.DEGRADED,
            "tanggal bisnis belum ditetapkan: belum ada yang diterbitkan",
            "no business date yet: nothing is published",
        )
    reported, partitions = snapshot.partitions_reported, snapshot.partitions
    if reported is not None and partitions is not None and reported < partitions:
        yield Finding(
            Level.DEGRADED,
            f"jumlah wilayah belum lengkap: {reported} dari {partitions} partisi",
            f"totals are incomplete: {reported} of {partitions} partitions",
            INCOMPLETE,
        )


def _disk(snapshot: HubSnapshot) -> Iterator[Finding]:
    if snapshot.disk is None:
        return
    free, size = snapshot.disk
    if free < DISK_FREE_SHARE * size:
        share = 100 * free // size
        yield Finding(
            Level.DEGRADED,
            f"ruang disk hampir habis: {share} % bebas",
            f"the disk is nearly full: {share} % is free",
            DISK,
        )


def _waiting(snapshot: HubSnapshot) -> Iterator[Finding]:
    """What a hub that works well cannot decide by itself."""
    for directive in snapshot.held_directives:
        yield Finding(
            Level.HEALTHY,
            f"direktif {directive} ditahan: di luar batas persetujuannya",
            f"directive {directive} is held: outside the bounds of its approval",
            DIRECTIVE_HELD,
        )
    if snapshot.held_persons:
        yield Finding(
            Level.HEALTHY,
            f"perubahan {snapshot.held_persons} orang ditahan",
            f"changes of {snapshot.held_persons} persons are held",
            PERSONS_HELD,
        )
    for agency, batches in snapshot.stalled_batches.items():
        yield Finding(
            Level.HEALTHY,
            f"{batches} batch {agency} belum lengkap dan tidak berubah seperempat jam",
            f"{batches} batches of {agency} are incomplete and have not changed for a quarter of an hour",
            BATCH_INCOMPLETE,
        )
