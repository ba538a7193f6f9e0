"""What a verdict rests on, and a held change, as sentences."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from deploy.query.evidence import FactRecord
from deploy.view.answer import HeldPart
from deploy.view.numbers import day, moment
from deploy.view.quarantine import masked_id
from deploy.view.wording import Words
from schemas.names import DTSEN_PERSONS

_MICROSECONDS = 1_000_000


def version_words(topic: str, version: int) -> Words:
    """A publisher's version: a DTSEN release and correction, or when BPJS committed the membership."""
    if topic == DTSEN_PERSONS:
        release, correction = divmod(version, 1 << 32)
        year, quarter = divmod(release, 10)
        return Words(
            f"DTSEN rilis {year} triwulan {quarter} koreksi {correction}",
            f"DTSEN release {year} quarter {quarter} correction {correction}",
        )
    # Never as the number it is: a commit time in microseconds has sixteen digits, like a NIK.
    when = _moment_of(version)
    return Words(f"BPJS Ketenagakerjaan versi {when}", f"BPJS Ketenagakerjaan version {when}")


def evidence_sentences(records: Sequence[FactRecord]) -> Iterator[Words]:
    """One sentence for each agency's fact."""
    for record in records:
        version = version_words(record.topic, record.version)
        where = f"{record.topic} partisi/partition {record.partition} offset {record.offset}"
        if not record.kept or record.observed_at is None:
            yield Words(
                f"Bukti: {version.indonesian}, {where}; peristiwa aslinya tidak lagi disimpan.",
                f"Evidence: {version.english}, {where}; the event itself is no longer kept.",
            )
            continue
        seen, batch = moment(record.observed_at), masked_id(record.batch or "–")
        yield Words(
            f"Bukti: {version.indonesian}, {where}, kiriman {batch}, dicatat instansi {seen}.",
            f"Evidence: {version.english}, {where}, batch {batch}, observed by the agency {seen}.",
        )


def held_sentences(held: HeldPart) -> Iterator[Words]:
    """That the change is held, why, and what ends it."""
    named = ", ".join(f"{each.directive} v{each.version}" for each in held.directives)
    version = version_words(DTSEN_PERSONS, held.dtsen_version)
    when = day(held.business_date)
    yield Words(
        f"Perubahan ditahan sejak {when}: menurut {version.indonesian} orang ini tidak lagi termasuk "
        f"{named}, tetapi jatah perubahan di wilayahnya pada tanggal itu sudah habis.",
        f"The change is held since {when}: by {version.english} this person is no longer meant by "
        f"{named}, but what may change in the region on that date was used up.",
    )
    if held.state == "REFUSED":
        yield Words(
            "Petugas menolak perubahan ini; catatan terbit tetap berlaku sampai ada data DTSEN yang baru.",
            "An operator refused the change; the published record stays until new DTSEN data comes.",
        )
    else:
        yield Words(
            "Catatan terbit tetap berlaku sampai petugas memutuskan.",
            "The published record stays until an operator decides.",
        )


def _moment_of(version: int) -> str:
    try:
        return moment(datetime.fromtimestamp(version / _MICROSECONDS, UTC))
    except (ValueError, OverflowError, OSError):
        return "?"
