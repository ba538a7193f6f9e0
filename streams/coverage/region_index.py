"""Regions as small process-local numbers, so that a clause on regions is one table look-up."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.ids import RegionCode

NO_REGION = 0
"""Index of a person without a DTSEN fact; its digits are 0."""


class RegionIndex:
    """Interns region codes. Indices are dense, start at 1 and never change; they never leave the process."""

    def __init__(self) -> None:
        self._index: dict[int, int] = {0: NO_REGION}
        self._digits = [0]
        self._columns: _Columns | None = None
        self._sorted: tuple[NDArray[np.int64], NDArray[np.uint32]] | None = None
        self._texts = [""]

    def __len__(self) -> int:
        return len(self._digits)

    def intern(self, digits: int) -> int:
        """Index of the code with these digits, given one if it is new."""
        found = self._index.get(digits)
        if found is None:
            found = self._index[digits] = len(self._digits)
            self._texts.append(RegionCode.from_digits(digits).text)
            self._digits.append(digits)
            self._columns = None
        return found

    def intern_all(self, digits: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Indices of many codes: a binary search each, and Python only for codes never seen before."""
        known, order = self._by_digits()
        at = np.minimum(np.searchsorted(known, digits), len(known) - 1)
        missing = known[at] != digits
        if missing.any():
            self.intern_each(np.unique(digits[missing]).tolist())
            return self.intern_all(digits)
        return order[at]

    def intern_each(self, digits: Iterable[int]) -> NDArray[np.uint32]:
        """Indices of a few distinct codes."""
        return np.array([self.intern(d) for d in digits], np.uint32)

    @property
    def digits(self) -> NDArray[np.int64]:
        """Digits per index."""
        return self._derived().digits

    @property
    def regencies(self) -> NDArray[np.int64]:
        """Digits of the regency (four digits) per index; 0 for no region."""
        return self._derived().regencies

    @property
    def regency_slots(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Per index the place of its regency among the distinct ones, and the digits of those, rising.

        The place changes when a region is interned; the digits at it then change with it.
        """
        derived = self._derived()
        return derived.slots, derived.distinct

    @property
    def texts(self) -> list[str]:
        """Dotted code per index; empty for no region. Do not change it."""
        return self._texts

    def _by_digits(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """All digits sorted, and the index of each."""
        if self._sorted is None or len(self._sorted[0]) < len(self):
            order = np.argsort(self.digits).astype(np.uint32)
            self._sorted = self.digits[order], order
        return self._sorted

    def _derived(self) -> "_Columns":
        if self._columns is None:
            digits = np.array(self._digits, np.int64)
            # Codes have 2, 4, 6 or 10 digits; a fact is a regency at least.
            scale = np.select([digits >= 10**9, digits >= 10**5], [10**6, 100], default=1)
            regencies = digits // scale
            distinct, slots = np.unique(regencies, return_inverse=True)
            self._columns = _Columns(digits, regencies, distinct, slots)
        return self._columns


@dataclass(frozen=True, slots=True)
class _Columns:
    """Per index; ``distinct`` are the regencies in order, ``slots`` the place of each index among them."""

    digits: NDArray[np.int64]
    regencies: NDArray[np.int64]
    distinct: NDArray[np.int64]
    slots: NDArray[np.intp]
