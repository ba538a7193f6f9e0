"""The regions of Indonesia by Kemendagri code, from the reference files that ship with the product."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from schemas.errors import ContractBroken
from schemas.ids import DISTRICT_CHARS, REGENCY_CHARS, VILLAGE_CHARS, RegionCode
from schemas.names import NATION

FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A code as it counts today; ``translated`` if it was a retired one."""

    code: RegionCode
    translated: bool


@dataclass(frozen=True)
class Regions:
    """Which codes exist and what they are called. Load it once; it is never changed."""

    provinces: tuple[RegionCode, ...]
    regencies: tuple[RegionCode, ...]
    _names: Mapping[str, str]
    _population: Mapping[str, int]
    _successors: Mapping[str, str]
    _bps: Mapping[str, str]

    @classmethod
    @cache
    def load(cls) -> Self:
        """Read the reference files, about 10,000 short lines; the same object each time."""
        regions = list(_rows("regions.csv"))
        names = {row["code"]: row["name"] for row in regions}
        for file in ("districts.csv", *sorted(path.name for path in FOLDER.glob("villages_*.csv"))):
            names |= {row["code"]: row["name"] for row in _rows(file)}
        return cls(
            provinces=_codes(regions, "province"),
            regencies=_codes(regions, "regency"),
            _names=names,
            _population={row["code"]: int(row["population"]) for row in regions},
            _successors=_single_successors(),
            _bps={row["bps_code_2020"]: row["kemendagri_code_2025"] for row in _rows("bps_regencies.csv")},
        )

    def resolve(self, text: str) -> Resolved:
        """The region a code means today; raises ``ContractBroken`` UNKNOWN_REGION.

        A village need not be listed if its district is: villages change too often. A retired regency with
        one successor becomes that regency; what stood below it is dropped, as it was numbered anew.
        """
        code = RegionCode.parse(text)
        regency = code.text[:REGENCY_CHARS]
        if regency in self._successors and regency not in self._names:
            return Resolved(RegionCode(self._successors[regency]), translated=True)
        known = code.text in self._names
        if not known and len(code.text) == VILLAGE_CHARS:
            known = code.text[:DISTRICT_CHARS] in self._names
        if not known:
            raise ContractBroken("UNKNOWN_REGION", "no such region in the Kemendagri list of 2025")
        return Resolved(code, translated=False)

    def from_bps(self, code: str) -> RegionCode:
        """Today's Kemendagri code of a BPS regency code (four digits, vintage 2020).

        Only for sources known to speak BPS codes: most are valid Kemendagri codes of other regencies.
        Raises ``ContractBroken`` UNKNOWN_REGION.
        """
        try:
            return RegionCode(self._bps[code])
        except KeyError:
            raise ContractBroken("UNKNOWN_REGION", "no such regency in the BPS list of 2020") from None

    def name(self, code: str) -> str:
        """The name; of a village not listed its district's, of what does not exist the code itself."""
        if code == NATION:
            return "Indonesia"
        return self._names.get(code) or self._names.get(code[:DISTRICT_CHARS], code)

    def population(self, code: str) -> int:
        """People in the nation, a province or a regency; raises ``KeyError`` for anything smaller."""
        if code == NATION:
            return sum(self._population[province.text] for province in self.provinces)
        return self._population[code]

    def regencies_of(self, province: str) -> tuple[RegionCode, ...]:
        """Its regencies and cities, in the order of their codes."""
        return tuple(code for code in self.regencies if code.province.text == province)


def _codes(rows: list[dict[str, str]], level: str) -> tuple[RegionCode, ...]:
    return tuple(
        RegionCode.parse(code) for code in sorted(row["code"] for row in rows if row["level"] == level)
    )


def _single_successors() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for row in _rows("regency_code_changes.csv"):
        found.setdefault(row["old_code"], set()).add(row["new_code"])
    return {old: next(iter(new)) for old, new in found.items() if len(new) == 1}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
