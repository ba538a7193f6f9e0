"""Why rows of a file were rejected, as sentences: Indonesian first, English second."""

from collections.abc import Iterator, Sequence

from connectors.files.report import FIRST_LINES, Fault
from deploy.view import wording
from deploy.view.numbers import count
from deploy.view.wording import Words, words

ROW_REASON = {
    **wording.REJECT_REASON,
    "BROKEN_ROW": Words("baris tidak dapat diurai", "the row cannot be taken apart"),
    "BAD_ENCODING": Words("huruf di luar penyandian berkas", "bytes the file's encoding does not have"),
    "INVALID_NIK": Words("NIK tidak sah", "no NIK"),
    "MISSING_VALUE": Words("isian wajib kosong", "a field that is needed is empty"),
    "INVALID_VALUE": Words("isian tidak sesuai", "not a value of this field"),
    "INCONSISTENT": Words("baris saling bertentangan", "rows contradict each other"),
    "OTHER_ROW_REJECTED": Words(
        "baris lain dari orang ini ditolak", "another row of this person is rejected"
    ),
}


def fault_lines(faults: Sequence[Fault]) -> Iterator[str]:
    """Two lines a kind of fault: how many and why; the detail and where it first happens."""
    for fault in faults:
        meaning = words(ROW_REASON, fault.reason)
        yield f"  {count(fault.count):>9}  {fault.reason}: {meaning.indonesian} / {meaning.english}"
        more = " …" if fault.count > FIRST_LINES else ""
        lines = ", ".join(map(str, fault.lines))
        yield f"             {fault.detail}; baris / lines {lines}{more}"
