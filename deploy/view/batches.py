"""Batches and what became of them, as text."""

from collections.abc import Mapping, Sequence

from deploy.view.numbers import count, moment
from deploy.view.quarantine import masked_id
from deploy.view.regions import RegionNames
from schemas.events import BatchReceipt, RegencyReceipt

_CLASSES = (
    ("accepted", "diterima / accepted"),
    ("duplicate", "ganda / duplicate"),
    ("stale", "basi / stale"),
    ("conflict", "bertentangan / conflict"),
    ("quarantined", "karantina / quarantined"),
    ("erased", "dihapus / erased"),
)
_SHOWN_REGENCIES = 10


def list_lines(receipts: Mapping[str, BatchReceipt]) -> list[str]:
    """One line a batch, the newest last."""
    if not receipts:
        return ["Tidak ada batch. / No batches."]
    width = max(len(name) for name in receipts)
    newest_last = sorted(receipts.items(), key=lambda item: item[1].updated_at)
    return [
        f"{masked_id(name):<{width}}  {receipt.agency:<8} {moment(receipt.updated_at)}  "
        f"{count(_counted(receipt))} / {count(receipt.sent)}  {standing(receipt)}"
        for name, receipt in newest_last
    ]


def show_lines(name: str, receipt: BatchReceipt, names: RegionNames, *, every: bool = False) -> list[str]:
    """Everything about one batch; of its regencies those with something missing or quarantined, or all."""
    scope = {"FULL": "seluruh orang / everyone", "PART": "sebagian / some", None: "–"}[receipt.scope]
    return [
        f"Batch {masked_id(name)}: {standing(receipt)}",
        f"  {receipt.agency} → {receipt.topic}, {scope}; {moment(receipt.updated_at)}",
        f"  dikirim / sent: {_sent(receipt)}",
        *class_lines(receipt),
        *_missing(receipt),
        f"  partisi / partitions: {receipt.partitions_reported} dari / of {receipt.partitions}",
        *_quarantine(name, receipt),
        *_regencies(receipt.regencies, names, every=every),
    ]


def class_lines(receipt: BatchReceipt) -> list[str]:
    """How many records are in each class, of those that have any."""
    return [
        f"    {words}: {count(records)}"
        for attribute, words in _CLASSES
        if (records := getattr(receipt, attribute))
    ]


def standing(receipt: BatchReceipt) -> str:
    """In a few words whether the batch is whole."""
    if receipt.sent is None or receipt.missing is None:
        return "menunggu manifes / waiting for its manifest"
    if receipt.missing > 0:
        lacking = count(receipt.missing)
        return f"BELUM LENGKAP, kurang {lacking} / INCOMPLETE, {lacking} missing"
    if receipt.missing < 0:
        more = count(-receipt.missing)
        return f"BERLEBIH {more} dari manifes / {more} MORE than its manifest says"
    if receipt.digest_matches is False:
        return "JUMLAH SAMA, ISI LAIN / AS MANY RECORDS, BUT OTHERS"
    return "lengkap / complete"


def _counted(receipt: BatchReceipt) -> int:
    return sum(getattr(receipt, attribute) for attribute, _ in _CLASSES)


def _sent(receipt: BatchReceipt) -> str:
    if receipt.sent is None:
        return f"{count(_counted(receipt))} sejauh ini / so far"
    return count(receipt.sent)


def _missing(receipt: BatchReceipt) -> list[str]:
    lines = [f"    kurang / missing: {count(receipt.missing)}"] if receipt.missing else []
    if receipt.digest_matches:
        lines.append("  digest cocok / the digest matches: inilah catatannya / these are the records")
    elif receipt.digest_matches is False:
        lines += [
            "  ! digest tidak cocok / the digest differs:",
            "    ada yang hilang dan ada yang dobel, atau batch id dipakai dua kali /",
            "    some were lost and some doubled, or the id was used twice",
        ]
    return lines


def _quarantine(name: str, receipt: BatchReceipt) -> list[str]:
    if not receipt.quarantined:
        return []
    return [f"  mengapa / why: jangkau quarantine list --batch {masked_id(name)}"]


def _regencies(regencies: Sequence[RegencyReceipt], names: RegionNames, *, every: bool) -> list[str]:
    amiss = [each for each in regencies if each.missing or each.quarantined]
    shown = regencies if every else amiss[:_SHOWN_REGENCIES]
    if not shown:
        return []
    lines = ["  per wilayah / by regency:", *(f"    {_regency(each, names)}" for each in shown)]
    hidden = len(regencies) - len(shown)
    if hidden:
        lines.append(f"    … {count(hidden)} lagi / more: --all-regencies")
    return lines


def _regency(each: RegencyReceipt, names: RegionNames) -> str:
    where = (
        f"{names.name(each.region)} ({each.region})"
        if each.region
        else "wilayah tidak diketahui / no known region"
    )
    parts = [f"{words} {count(records)}" for name, words in _CLASSES if (records := getattr(each, name))]
    if each.missing:
        parts.append(f"kurang / missing {count(each.missing)}")
    return f"{where}: {', '.join(parts) or '0'}"
