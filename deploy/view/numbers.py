"""Numbers and dates as operations staff in Indonesia read them: 1.234.567 and 45,2 %."""

from datetime import date, timedelta

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
