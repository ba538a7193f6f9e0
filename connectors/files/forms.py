"""Forms of days, as agencies write them.

Which one a file has is declared, never guessed: 03/04/2025 is two days.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

ISO_DAY = "YYYY-MM-DD"
_Y, _M, _D = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_M2, _D2 = r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"
_NAMED = r"(?P<month>[A-Za-z]{3,9})\.?"

DAY_FORMS: Mapping[str, str] = MappingProxyType(
    {
        ISO_DAY: f"^{_Y}-{_M2}-{_D2}$",
        "YYYYMMDD": f"^{_Y}{_M2}{_D2}$",
        "DD/MM/YYYY": f"^{_D}/{_M}/{_Y}$",
        "DD-MM-YYYY": f"^{_D}-{_M}-{_Y}$",
        "DD.MM.YYYY": rf"^{_D}\.{_M}\.{_Y}$",
        "MM/DD/YYYY": f"^{_M}/{_D}/{_Y}$",
        "D MONTH YYYY": f"^{_D}[ -]+{_NAMED}[ -]+{_Y}$",
    }
)
"""Each form's name and pattern. MONTH is a month's name, Indonesian or English, in full or cut short."""

MONTH_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "YYYY-MM": f"^{_Y}-{_M2}$",
        "YYYYMM": f"^{_Y}{_M2}$",
        "MM/YYYY": f"^{_M}/{_Y}$",
        "MM-YYYY": f"^{_M}-{_Y}$",
        "MONTH YYYY": f"^{_NAMED}[ -]+{_Y}$",
    }
)
"""Forms that name a month, for which its last day stands."""

AMBIGUOUS = frozenset({"DD/MM/YYYY", "MM/DD/YYYY"})
"""Not in one file: most days could be either."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags agust aug",
            "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}
_PATTERNS = {**DAY_FORMS, **MONTH_FORMS}
_NO_MONTH = 13


def parse_days(texts: pa.StringArray, forms: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Days since 1970 (n,) and whether each text (n) is a day of the calendar in one of the forms.

    A null is none.
    """
    days = np.zeros(len(texts), np.int32)
    good = np.zeros(len(texts), np.bool_)
    for form in forms:
        parts = pc.extract_regex(texts, _PATTERNS[form])
        there = pc.is_valid(parts).to_numpy(zero_copy_only=False) & ~good
        if not there.any():
            continue
        found, real = _calendar(parts, form)
        days = np.where(there, found, days)
        good |= there & real
    return days, good


def _calendar(parts: pa.StructArray, form: str) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    year = _number(parts.field("year"))
    month = _named(parts.field("month")) if "MONTH" in form else _number(parts.field("month"))
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    if form in MONTH_FORMS:
        days = (first + 1).astype("datetime64[D]") - 1
    else:
        days = first.astype("datetime64[D]") + (_number(parts.field("day")) - 1)
    real = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == first)
    return days.astype(np.int32), real


def _number(texts: pa.StringArray) -> NDArray[np.int64]:
    filled = pc.if_else(pc.equal(pc.fill_null(texts, ""), ""), "0", texts)
    numbers: NDArray[np.int64] = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _named(texts: pa.StringArray) -> NDArray[np.int64]:
    at = pc.index_in(pc.utf8_lower(texts), pa.array(list(_MONTHS)))
    months = pa.array(list(_MONTHS.values()), pa.int64()).take(at)
    numbers: NDArray[np.int64] = pc.fill_null(months, _NO_MONTH).to_numpy(zero_copy_only=False)
    return numbers
