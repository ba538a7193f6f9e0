"""The status of a hub as text: a few short blocks, verdict first."""

from collections.abc import Iterator

from deploy.view import wording
from deploy.view.numbers import NONE, count, day, duration, share
from deploy.view.wording import words
from monitoring.health import HubSnapshot, Level, PartitionLag, ProcessView, Verdict

_LEVELS = {
    Level.HEALTHY: "SEHAT / healthy",
    Level.DEGRADED: "TERGANGGU / degraded",
    Level.DOWN: "BERHENTI / down",
}


def status_lines(snapshot: HubSnapshot, verdict: Verdict) -> list[str]:
    """All blocks; Indonesian headings first, English after the stroke."""
    blocks = (
        _verdict(verdict),
        _processes(snapshot),
        _lag(snapshot),
        _coverage(snapshot),
        _quarantine(snapshot),
    )
    return [line for block in blocks for line in (*block, "")][:-1]


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"Hub: {_LEVELS[verdict.level]}"
    for finding in verdict.findings:
        yield f"  ! {finding.indonesian}"
        yield f"    {finding.english}"


def _processes(snapshot: HubSnapshot) -> Iterator[str]:
    yield "Proses / processes"
    if not snapshot.processes:
        yield f"  {NONE} tidak ada di mesin ini / none on this machine"
    for process in snapshot.processes:
        pid = process.pid if process.alive else NONE
        yield f"  {process.name:<12} pid {pid!s:<8} {_state(process):<28} {_times(process)}".rstrip()


def _state(process: ProcessView) -> str:
    if process.refused:
        return "menolak / refuses"
    if not process.alive:
        return "berhenti / ended"
    if process.ready is None:
        return "tidak menjawab / no answer"
    return "siap / ready" if process.ready else "belum siap / not ready"


def _times(process: ProcessView) -> str:
    parts = [] if process.uptime_s is None else [f"sejak {duration(process.uptime_s)}"]
    parts += [f"dimulai ulang {process.restarts}×"] if process.restarts else []
    return ", ".join(parts)


def _lag(snapshot: HubSnapshot) -> Iterator[str]:
    age = duration(snapshot.last_commit_age_s)
    yield f"Antrean / lag (transaksi terakhir / last commit: {age})"
    for topic in dict.fromkeys(part.topic for part in snapshot.lag):
        parts = [part for part in snapshot.lag if part.topic == topic]
        waiting = sum(part.records for part in parts)
        known = [part.seconds for part in parts if part.seconds is not None]
        oldest = duration(max(known, default=None))
        yield f"  {topic:<18} {count(waiting):>12} peristiwa / events  {oldest:>8}"
        yield from (_partition(part) for part in parts if part.records)


def _partition(part: PartitionLag) -> str:
    hidden = part.records - part.readable
    open_part = f"  ({count(hidden)} belum di-commit / uncommitted)" if hidden else ""
    return f"    {part.partition:>4} {count(part.records):>23} {duration(part.seconds):>26}{open_part}"


def _coverage(snapshot: HubSnapshot) -> Iterator[str]:
    directives = ", ".join(snapshot.directives) or NONE
    yield "Cakupan / coverage"
    yield f"  tanggal bisnis / business date: {day(snapshot.business_date)}"
    yield f"  direktif / directives: {directives}"
    for line in snapshot.nation:
        reached = share(line.covered, line.target or line.eligible)
        yield (
            f"  {line.directive}: berhak/eligible {count(line.eligible)}, "
            f"terlindungi/covered {count(line.covered)}, belum/gap {count(line.gap)}, "
            f"target {count(line.target)}, capaian/reached {reached}"
        )


def _quarantine(snapshot: HubSnapshot) -> Iterator[str]:
    total = sum(snapshot.quarantined.values())
    yield f"Karantina / quarantine ({duration(snapshot.quarantine_window_s)} terakhir): {count(total)}"
    for reason, records in snapshot.quarantined.items():
        meaning = words(wording.REJECT_REASON, reason)
        yield f"  {reason:<20} {count(records):>10}  {meaning.indonesian} / {meaning.english}"
