"""Distinct NIKs for people who do not exist: every one ends in serial 0000, which is never issued."""

import math

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FIRST_BIRTH = np.datetime64("1926-01-01")
BIRTH_DAYS = 36_500
"""Days of birth to draw from: fewer than 100 years, so that two digits of the year tell them apart."""
_WOMEN_ADD = 40
_SERIALS = 10_000


def possible_niks(districts: int) -> int:
    """How many distinct NIKs with serial 0000 there are in so many districts."""
    return districts * BIRTH_DAYS * 2


def draw_niks(count: int, districts: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw distinct NIKs as numbers below 10**16 (leading digits are never 0), shape (count,).

    ``districts`` holds six-digit codes of registration. The NIK says nothing about home, birth or sex
    of its holder, as with real ones that were moved or mistyped. Drawn without replacement and without
    a table: n -> start + n * step modulo the number of possible ones never repeats when the step shares
    no factor with it. Raises ``ValueError`` if there are not enough.
    """
    possible = possible_niks(len(districts))
    if count > possible:
        raise ValueError(f"{count} people, but only {possible} distinct NIKs with serial 0000")
    step = int(rng.integers(possible // 3, possible // 2))
    while math.gcd(step, possible) != 1:
        step += 1
    start = int(rng.integers(possible))
    # At most 7,285 districts: n * step stays below 2**63 for up to 10**10 people.
    drawn = (start + np.arange(count, dtype=np.int64) * step) % possible
    rest, female = np.divmod(drawn, 2)
    district, day = np.divmod(rest, BIRTH_DAYS)
    return (districts[district] * 10**6 + _birth_digits(day, female)) * _SERIALS


def nik_texts(niks: NDArray[np.int64]) -> pa.StringArray:
    """The 16 digits of each. Keep them inside the process."""
    return pa.array(niks).cast(pa.string())


def _birth_digits(day: NDArray[np.int64], female: NDArray[np.int64]) -> NDArray[np.int64]:
    """DDMMYY as a number, women's day raised by 40."""
    dates = FIRST_BIRTH + day.astype("timedelta64[D]")
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    year = (1970 + months.astype(np.int64) // 12) % 100
    digits: NDArray[np.int64] = (day_of_month + _WOMEN_ADD * female) * 10_000 + month * 100 + year
    return digits
