"""The form of a policy file and its look-ups. The figures are in the YAML files beside this one."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.errors import InvalidInput
from schemas.names import SEGMENTS, Payer, Segment

Sector = Literal["transport", "other"]
Source = Annotated[str, Field(min_length=10)]

_FOLDER = Path(__file__).parent
_MONTHS_AT_MOST = 120


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SegmentPolicy(_Part):
    """When contributions of a segment are due.

    *monthly*: month M is due on ``due_day`` of month M + ``due_month_offset``. *period*: covered to the
    last day paid for.
    """

    kind: Literal["monthly", "period"]
    due_day: Annotated[int, Field(ge=1, le=28)] = 1
    due_month_offset: Annotated[int, Field(ge=0, le=12)] = 0
    source: Source


class Tolerance(_Part):
    """From a business date on, how many months in arrears still count as alive."""

    effective_from: date
    months: Annotated[int, Field(ge=0, le=_MONTHS_AT_MOST)]
    source: Source


class Tariff(_Part):
    """Monthly contribution in rupiah per program, for contribution months from … to."""

    from_: date = Field(alias="from")
    to: date | None = None
    sectors: tuple[Sector, ...] = ("transport", "other")
    payers: tuple[Payer, ...] | None = None
    JKK: Annotated[int, Field(ge=0)]
    JKM: Annotated[int, Field(ge=0)]
    JHT: Annotated[int, Field(ge=0)]
    source: Source

    def fits(self, month: date, sector: Sector, payer: Payer) -> bool:
        """Whether it applies to the contribution month, whatever the day of payment."""
        in_time = self.from_ <= month and (self.to is None or month <= self.to)
        return in_time and sector in self.sectors and (self.payers is None or payer in self.payers)


class Guard(_Part):
    """How many of those a directive means in a regency may leave by DTSEN changes on one business date:
    ``permille`` thousandths of them, and ``at_least`` so many whatever their number.
    """

    permille: Annotated[int, Field(ge=0, le=1000)]
    at_least: Annotated[int, Field(ge=0)]
    source: Source

    def most(self, eligible: int) -> int:
        """The limit of a regency with so many eligible persons."""
        return max(self.at_least, eligible * self.permille // 1000)


class Transport(_Part):
    """Which industries (lapangan usaha) are the tariff's sector *transport*. Every other one, and someone
    whose industry is not known, is *other*.
    """

    industries: Annotated[tuple[Annotated[int, Field(ge=1, le=26)], ...], Field(min_length=1)]
    source: Source


class Policy(_Part):
    """One version of the tables."""

    version: str
    segments: dict[Segment, SegmentPolicy]
    tolerance: Annotated[tuple[Tolerance, ...], Field(min_length=1)]
    arrears_months: Annotated[int, Field(ge=1, le=_MONTHS_AT_MOST)]
    arrears_months_source: Source
    guard: Guard
    transport: Transport
    tariff: tuple[Tariff, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if missing := set(SEGMENTS) - set(self.segments):
            raise ValueError(f"segments are missing: {', '.join(sorted(missing))}")
        days = [each.effective_from for each in self.tolerance]
        if days != sorted(set(days)):
            raise ValueError("tolerance: effective_from must rise")
        return self

    def tolerance_at(self, day: date) -> int:
        """Months of arrears tolerated at a business date; 0 before the first entry."""
        months = [each.months for each in self.tolerance if each.effective_from <= day]
        return months[-1] if months else 0

    def tariff_of(self, month: date, sector: Sector, payer: Payer) -> Tariff:
        """The tariff of a contribution month; raises ``InvalidInput`` for a month before the first."""
        for each in self.tariff:
            if each.fits(month, sector, payer):
                return each
        raise InvalidInput(f"policy {self.version} has no tariff for {month:%B %Y}")


def policy_versions(folder: Path = _FOLDER) -> list[str]:
    """The versions in a folder, by default those that ship with this software, the latest last."""
    return sorted((path.stem.removeprefix("v") for path in folder.glob("v*.yaml")), key=_numbers)


def _numbers(version: str) -> tuple[int, ...]:
    """As text, 2026.10 would come before 2026.2."""
    return tuple(int(part) for part in version.split("."))


@cache
def load_policy(version: str | None = None) -> Policy:
    """A version of the tables, the latest by default; raises ``InvalidInput`` for one that does not ship."""
    versions = policy_versions()
    chosen = version or versions[-1]
    if chosen not in versions:
        raise InvalidInput(
            f"this software ships no policy version {chosen}",
            remedy=f"versions it knows: {', '.join(versions)}; a newer one comes with a newer release",
        )
    return Policy.model_validate(yaml.safe_load((_FOLDER / f"v{chosen}.yaml").read_text(encoding="utf-8")))
