"""A person's history as sentences: Indonesian first, English second."""

from collections.abc import Iterator

from connectors.sql.view import HistoryItem
from deploy.query.history import History
from deploy.view import wording
from deploy.view.numbers import day, moment
from deploy.view.trail import CAUSE, CHANGE
from deploy.view.wording import Words, words


def history_sentences(history: History | None) -> list[Words]:
    """Each published record with what changed and why; nothing where no view is kept."""
    return [] if history is None else list(_sentences(history))


def _sentences(history: History) -> Iterator[Words]:
    if history.problem is not None:
        yield Words(
            f"Riwayat dari tampilan SQL tidak dapat dibaca: {history.problem}.",
            f"The history in the SQL view cannot be read: {history.problem}.",
        )
        return
    until = moment(history.as_of) if history.as_of else "–"
    if not history.items:
        yield Words(
            f"Riwayat: belum ada catatan terbit (tampilan SQL sampai {until}).",
            f"History: no record published yet (SQL view up to {until}).",
        )
        return
    yield Words(f"Riwayat (tampilan SQL sampai {until}):", f"History (SQL view up to {until}):")
    for item in history.items:
        yield _record(item)


def _record(item: HistoryItem) -> Words:
    status, change = words(wording.STATUS, item.status), words(CHANGE, item.change)
    causes = [words(CAUSE, cause) for cause in item.causes]
    when, reasons, moved = day(item.business_date), _reasons(item), item.previous_region
    return Words(
        f"– ke-{item.seq}, tanggal bisnis {when}: {status.indonesian}{reasons.indonesian}, "
        f"{change.indonesian} karena {', '.join(each.indonesian for each in causes) or '–'}; "
        f"wilayah {item.region}{f', sebelumnya {moved}' if moved else ''}.",
        f"– {item.seq}, business date {when}: {status.english}{reasons.english}, {change.english} "
        f"because of {', '.join(each.english for each in causes) or '–'}; "
        f"region {item.region}{f', before {moved}' if moved else ''}.",
    )


def _reasons(item: HistoryItem) -> Words:
    gaps = [
        (each["directive"], words(wording.GAP_REASON, each["reason"]))
        for each in item.verdicts
        if each["reason"]
    ]
    if not gaps:
        return Words("", "")
    return Words(
        f" ({'; '.join(f'{name}: {reason.indonesian}' for name, reason in gaps)})",
        f" ({'; '.join(f'{name}: {reason.english}' for name, reason in gaps)})",
    )
