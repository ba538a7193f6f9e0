"""Numbers and dates as operations staff in Indonesia read them: 1.234.567 and 45,2 %."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

NONE = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_EPOCH = date(1970, 1, 1)


def count(number: int | None) -> str:
    """A whole number with points between thousands; a dash for none."""
    return NONE if number is None else f"{number:,}".replace(",", ".")


def signed(number: int | None) -> str:
    """A difference: always with its sign, ``0`` without, a dash for none."""
    if number is None:
        return NONE
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return sign + count(abs(number))


def share(part: int, whole: int | None) -> str:
    """``part`` of ``whole`` in per cent, one decimal; a dash where there is no whole."""
    return f"{100 * part / whole:.1f} %".replace(".", ",") if whole else NONE


def rupiah(amount: int) -> str:
    """An amount of money: Rp 1.234.567."""
    return f"Rp {count(amount)}"


def rounded_up(number: int) -> int:
    """Up to two leading digits, as a bound leaves room: 1.234 is 1.300; below a hundred as it is."""
    step = int("1".ljust(len(str(number)) - 1, "0"))
    return -(-number // step) * step


def spans(numbers: Sequence[int]) -> str:
    """Whole numbers in few characters: 1–4, 7; a dash for none."""
    parts: list[str] = []
    left = sorted(numbers)
    while left:
        run = 1
        while run < len(left) and left[run] == left[0] + run:
            run += 1
        parts.append(str(left[0]) if run == 1 else f"{left[0]}–{left[run - 1]}")
        left = left[run:]
    return ", ".join(parts) or NONE


def moment(value: datetime) -> str:
    """A moment as 5 Mei 2026 03:04 UTC."""
    utc = value.astimezone(UTC)
    return f"{day(utc.date())} {utc:%H:%M} UTC"


def day(value: date | None) -> str:
    """A date as 5 Mei 2026; a dash for none."""
    return NONE if value is None else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def duration(seconds: float | None) -> str:
    """A length of time in its largest fitting unit: 0,3 s, 45 s, 12 mnt, 5 jam, 3 hr; a dash for none."""
    if seconds is None:
        return NONE
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".", ",")
    for size, unit, below in ((1, "s", 120), (60, "mnt", 7200), (3600, "jam", 172_800)):
        if seconds < below:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} hr"


def from_days(days: int) -> date:
    """The date so many days after 1970-01-01."""
    return _EPOCH + timedelta(days=days)
