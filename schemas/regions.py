"""The regions of Indonesia by Kemendagri code: what exists, what it is called, what a retired code became.

Vintage: Kepmendagri 300.2.2-2430/2025; sources in ``schemas/reference/README.md``.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.errors import ContractBroken
from schemas.ids import RegionCode

VINTAGE = "2025"
"""Year of the decree the codes are of."""

_FOLDER = Path(__file__).parent / "reference"
_PROVINCE, _REGENCY, _DISTRICT = len("74"), len("74.71"), len("74.71.01")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A code as it stands today. ``translated``: it came as a retired regency's code."""

    code: RegionCode
    translated: bool


@dataclass(frozen=True)
class Regions:
    """All regions; load it once. ``names`` holds every listed code, villages only of some provinces."""

    names: Mapping[str, str]
    populations: Mapping[str, int]
    successors: Mapping[str, str]
    """Retired regency codes that have exactly one successor."""
    bps: Mapping[str, str]

    @classmethod
    @cache
    def load(cls) -> "Regions":
        """Read the reference files; the same object every time."""
        names: dict[str, str] = {}
        populations: dict[str, int] = {}
        for row in _rows("regions.csv"):
            names[row["code"]] = row["name"]
            populations[row["code"]] = int(row["population"])
        for file in ("districts.csv", *(path.name for path in sorted(_FOLDER.glob("villages_*.csv")))):
            names.update((row["code"], row["name"]) for row in _rows(file))
        became: dict[str, set[str]] = {}
        for row in _rows("regency_code_changes.csv"):
            became.setdefault(row["old_code"], set()).add(row["new_code"])
        successors = {old: new.pop() for old, new in became.items() if len(new) == 1 and old not in names}
        bps = {row["bps_code_2020"]: row["kemendagri_code_2025"] for row in _rows("bps_regencies.csv")}
        frozen = (MappingProxyType(each) for each in (names, populations, successors, bps))
        return cls(*frozen)  # type: ignore[arg-type]

    def resolve(self, text: str) -> Resolved:
        """The region of a Kemendagri code, a retired regency translated to its successor.

        What lay below a retired regency is dropped: its districts were numbered anew. A village that
        is not listed is taken if its district is. Raises ``ContractBroken`` UNKNOWN_REGION.
        """
        code = RegionCode.parse(text)
        successor = self.successors.get(text[:_REGENCY])
        if successor is not None:
            return Resolved(RegionCode(successor), translated=True)
        if text not in self.names and not (len(text) > _DISTRICT and text[:_DISTRICT] in self.names):
            raise ContractBroken("UNKNOWN_REGION", f"no region has this code by the decree of {VINTAGE}")
        return Resolved(code, translated=False)

    def from_bps(self, code: str) -> RegionCode:
        """The regency of a four-digit BPS code (2020); raises ``ContractBroken`` UNKNOWN_REGION."""
        try:
            return RegionCode(self.bps[code])
        except KeyError:
            raise ContractBroken("UNKNOWN_REGION", "no regency has this BPS code of 2020") from None

    def name(self, code: RegionCode) -> str:
        """What the region is called; the code itself where it is not listed."""
        return self.names.get(code.text, code.text)

    def population(self, code: RegionCode) -> int:
        """Persons registered in a province or regency; raises ``KeyError`` for anything smaller."""
        return self.populations[code.text]

    @property
    def provinces(self) -> list[RegionCode]:
        """The 38 provinces, by code."""
        return [RegionCode(code) for code in sorted(self.names) if len(code) == _PROVINCE]

    @property
    def regencies(self) -> list[RegionCode]:
        """The 514 regencies and cities, by code."""
        return [RegionCode(code) for code in sorted(self.names) if len(code) == _REGENCY]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
