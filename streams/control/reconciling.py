"""What a publication promised against what has come of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.digest import digest_text, plus
from schemas.errors import ContractBroken
from schemas.events import BatchCounts, BatchManifest, BatchReceipt, RegencyClasses, RegencyReceipt
from schemas.ids import REGENCY_CHARS
from schemas.names import RECORD_CLASSES, Agency
from schemas.regions import Regions


def reconcile(
    agency: Agency,
    topic: str,
    manifest: BatchManifest | None,
    counts: Mapping[int, BatchCounts],
    partitions: int,
    now: datetime,
) -> BatchReceipt:
    """The receipt of a batch from its manifest, if it has come, and its counts by partition.

    It is complete when every promised record is in one class, and where the digests can be compared (all
    there, none in quarantine) they are equal.
    """
    by_class = _sum(counts.values())
    sent = manifest.count if manifest else None
    missing = None if sent is None else sent - sum(by_class.values())
    matches = None
    if manifest is not None and missing == 0 and not by_class["quarantined"] and not by_class["erased"]:
        matches = manifest.digest == _digest(counts.values())
    return BatchReceipt(
        agency=agency,
        topic=topic,
        sent=sent,
        **by_class,
        missing=missing,
        complete=missing == 0 and matches is not False,
        partitions_reported=len(counts),
        partitions=partitions,
        updated_at=now,
        scope=manifest.scope if manifest else None,
        digest_matches=matches,
        regencies=tuple(_regencies(manifest, counts.values())),
    )


def _regencies(manifest: BatchManifest | None, counts: Iterable[BatchCounts]) -> Iterable[RegencyReceipt]:
    """By code; what the hub knows no regency of comes first and is promised by nobody."""
    promised = _promised(manifest)
    found: dict[str, list[RegencyClasses]] = {}
    for each in counts:
        for regency in each.regencies:
            found.setdefault(regency.region, []).append(regency)
    for region in sorted(found.keys() | promised.keys()):
        by_class = _sum(found.get(region, ()))
        sent = promised.get(region, 0) if promised and region else None
        missing = None if sent is None else sent - sum(by_class.values())
        yield RegencyReceipt(region=region, sent=sent, **by_class, missing=missing)


def _promised(manifest: BatchManifest | None) -> Mapping[str, int]:
    """Records by the regency of today; those of a place the hub does not know, or of a whole province, are in
    none.
    """
    regions, promised = Regions.load(), dict[str, int]()
    for each in manifest.regencies if manifest else ():
        try:
            code = regions.resolve(each.region).code.text[:REGENCY_CHARS]
        except ContractBroken:
            continue
        if len(code) == REGENCY_CHARS:
            promised[code] = promised.get(code, 0) + each.count
    return promised


def _sum(counts: Iterable[BatchCounts | RegencyClasses]) -> dict[str, int]:
    listed = list(counts)
    return {name: sum(getattr(each, name) for each in listed) for name in RECORD_CLASSES}


def _digest(counts: Iterable[BatchCounts]) -> str:
    total = 0
    for each in counts:
        total = plus(total, int(each.digest, 16))
    return digest_text(total)
