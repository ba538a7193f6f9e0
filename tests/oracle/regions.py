"""Which Kemendagri codes exist, read from the reference files row by row."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FORM = re.compile(r"[1-9][0-9]\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?")


@dataclass(frozen=True)
class RegionTable:
    """The listed codes, as dotted text, and the one successor of each retired regency that has one."""

    regencies: frozenset[str]
    districts: frozenset[str]
    villages: frozenset[str]
    successors: Mapping[str, str]

    def home(self, code: str) -> str | None:
        """The code as it counts today (a retired regency translated), or None if nobody can live there."""
        if not _FORM.fullmatch(code):
            return None
        regency = ".".join(code.split(".")[:2])
        if regency not in self.regencies and regency in self.successors:
            code = self.successors[regency]
        parts = code.split(".")
        if len(parts) == 2:
            return code if code in self.regencies else None
        if len(parts) == 3:
            return code if code in self.districts else None
        district = ".".join(parts[:3])
        return code if code in self.villages or district in self.districts else None


def read_regions(folder: Path) -> RegionTable:
    """Read the reference files (regions, districts, villages, regency_code_changes) from ``folder``."""
    regencies = {row["code"] for row in _rows(folder / "regions.csv") if row["level"] == "regency"}
    districts = {row["code"] for row in _rows(folder / "districts.csv")}
    villages = {row["code"] for path in sorted(folder.glob("villages*.csv")) for row in _rows(path)}
    successors: dict[str, set[str]] = {}
    for row in _rows(folder / "regency_code_changes.csv"):
        successors.setdefault(row["old_code"], set()).add(row["new_code"])
    single = {old: new.pop() for old, new in successors.items() if len(new) == 1}
    return RegionTable(frozenset(regencies), frozenset(districts), frozenset(villages), single)


def _rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
