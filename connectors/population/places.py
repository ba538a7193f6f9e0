"""Where the people of a province live: its regencies with their people, and its villages."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.ids import DISTRICT_CHARS, REGENCY_CHARS

_REFERENCE = Path(__file__).parents[2] / "schemas" / "reference"


@dataclass(frozen=True)
class Places:
    """One province. Regencies are numbered 0 … r - 1 and are the first r of the homes."""

    homes: tuple[str, ...]
    """Every code that can be a home: regencies, then districts, then villages."""
    regency: NDArray[np.int16]
    """The regency's number of each home."""
    people: NDArray[np.int64]
    """People by regency and sex (men, women), shape (r, 2)."""

    @property
    def regencies(self) -> tuple[str, ...]:
        """Codes of the regencies, in the order of their numbers."""
        return self.homes[: len(self.people)]

    def level(self, length: int) -> NDArray[np.int32]:
        """The homes whose code has this many characters."""
        return np.array([n for n, code in enumerate(self.homes) if len(code) == length], np.int32)

    @property
    def districts(self) -> NDArray[np.int64]:
        """Six-digit codes of the districts."""
        return np.array([int(self.homes[n].replace(".", "")) for n in self.level(DISTRICT_CHARS)], np.int64)


def load_places(province: str = "74") -> Places:
    """Read a province from the reference data; only 74 has its villages listed."""
    within = province + "."
    regions = [row for row in _rows("regions.csv") if row["code"].startswith(within)]
    regencies = [row["code"] for row in regions]
    districts = [row["code"] for row in _rows("districts.csv") if row["code"].startswith(within)]
    villages = [row["code"] for row in _rows(f"villages_{province}.csv")]
    homes = (*regencies, *districts, *villages)
    number = {code: n for n, code in enumerate(regencies)}
    return Places(
        homes,
        np.array([number[code[:REGENCY_CHARS]] for code in homes], np.int16),
        np.array([(int(row["male"]), int(row["female"])) for row in regions], np.int64),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_REFERENCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
