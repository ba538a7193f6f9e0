"""A small country for the console: known persons in every province, and how each of them stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Literal

from schemas.events import Enrolment, MembershipSnapshot, PersonRanked
from schemas.ids import Nik
from schemas.names import Program
from schemas.regions import Regions

Situation = Literal[
    "COVERED",
    "LAPSING",
    "NEVER_REGISTERED",
    "MEMBERSHIP_ENDED",
    "PROGRAM_PARTIAL",
    "IN_ARREARS",
    "LAPSED",
    "INCOMPLETE_DATA",
    "DECEASED",
    "DECILE_6",
]
"""COVERED and LAPSING are covered, the next five are gaps by reason, the others are not meant."""

REASONS: tuple[Situation, ...] = (
    "NEVER_REGISTERED",
    "IN_ARREARS",
    "LAPSED",
    "MEMBERSHIP_ENDED",
    "PROGRAM_PARTIAL",
)
FIRST_DAY = date(2026, 3, 2)
KENDARI, BAUBAU, SULTRA = "74.71", "74.72", "74"

_OBSERVED = datetime(2026, 3, 1, tzinfo=UTC)
_DTSEN_VERSION, _BPJS_VERSION = (20261 << 32) + 1, 1_772_000_000_000_000
_PAID_THROUGH = {
    "COVERED": date(2026, 6, 30),
    "LAPSING": date(2026, 2, 28),
    "IN_ARREARS": date(2026, 1, 31),
    "LAPSED": date(2025, 6, 30),
    "PROGRAM_PARTIAL": date(2026, 6, 30),
    "INCOMPLETE_DATA": date(2026, 6, 30),
    "DECEASED": date(2026, 6, 30),
}


@dataclass(frozen=True)
class Someone:
    """A test person (serial 0000), the regency of their home and how they stand on the first day."""

    nik: str
    region: str
    situation: Situation

    @property
    def parsed(self) -> Nik:
        return Nik.parse(self.nik)

    def ranked(self, batch: str, correction: int = 0, **changes: object) -> PersonRanked:
        """What BPS says of them."""
        fields = {
            "version": _DTSEN_VERSION + correction,
            "batch": batch,
            "decile": 6 if self.situation == "DECILE_6" else 2,
            "extreme_poor": False,
            "birth_date": date(1985, 6, 15),
            "sex": "FEMALE",
            "region": self.region,
            "work_status": None if self.situation == "INCOMPLETE_DATA" else 1,
            "industry": 12,
            "presence": "DECEASED" if self.situation == "DECEASED" else "PRESENT",
            "replaced_by": None,
            "observed_at": _OBSERVED,
        }
        return PersonRanked(**{**fields, **changes})  # type: ignore[arg-type]

    def membership(self, batch: str) -> MembershipSnapshot | None:
        """What BPJS Ketenagakerjaan says of them; None of whom it never heard."""
        if self.situation in ("NEVER_REGISTERED", "DECILE_6"):
            return None
        paid = _PAID_THROUGH.get(self.situation)
        programs: tuple[Program, ...] = ("JKK",) if self.situation == "PROGRAM_PARTIAL" else ("JKK", "JKM")
        enrolments = () if paid is None else (Enrolment("BPU", programs, paid, "SELF", None),)
        cause = "ENDED" if paid is None else "PAID"
        return MembershipSnapshot(_BPJS_VERSION, batch, cause, enrolments, _OBSERVED)  # type: ignore[arg-type]


def paid_up(batch: str) -> MembershipSnapshot:
    """Registered and paid, of someone whose snapshot is older or who had none."""
    enrolment = Enrolment("BPU", ("JKK", "JKM"), _PAID_THROUGH["COVERED"], "APBD_REGENCY", "pemda-7471")
    return MembershipSnapshot(_BPJS_VERSION + 1_000_000, batch, "REGISTERED", (enrolment,), _OBSERVED)


def newcomer(region: str, number: int, situation: Situation) -> Someone:
    """Somebody who is not in ``population``; until published nobody the hub knows."""
    return Someone(_nik(region, 9_000 + number), region, situation)


def population() -> list[Someone]:
    """Two regencies of every province, all of Sulawesi Tenggara; provinces differ in how many lack cover."""
    regions = Regions.load()
    found: list[Someone] = []
    for order, province in enumerate(regions.provinces):
        everywhere = regions.regencies_of(province.text)
        for regency in everywhere if province.text == SULTRA else everywhere[:2]:
            if regency.text == KENDARI:
                found += _kendari()
            else:
                found += _regency(regency.text, 6 + order % 7, 1 + order * 5 % 9)
    return found


def _regency(code: str, covered: int, gap: int) -> Iterator[Someone]:
    reasons = cycle(REASONS)
    covering: list[Situation] = ["COVERED"] * covered
    situations = [*covering, *(next(reasons) for _ in range(gap))]
    for number, situation in enumerate(situations):
        yield Someone(_nik(code, number), code, situation)


def _kendari() -> Iterator[Someone]:
    """The city the tests look into: every situation there is."""
    counts: dict[Situation, int] = {
        "COVERED": 20,
        "LAPSING": 3,
        "NEVER_REGISTERED": 9,
        "IN_ARREARS": 5,
        "LAPSED": 4,
        "MEMBERSHIP_ENDED": 2,
        "PROGRAM_PARTIAL": 1,
        "INCOMPLETE_DATA": 2,
        "DECEASED": 1,
        "DECILE_6": 6,
    }
    situations = [situation for situation, count in counts.items() for _ in range(count)]
    for number, situation in enumerate(situations):
        yield Someone(_nik(KENDARI, number), KENDARI, situation)


def _nik(regency: str, number: int) -> str:
    """District 01, a day, a month and a year from the number, serial 0000."""
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, 60 + number // 336 % 40
    return f"{regency.replace('.', '')}01{day:02d}{month:02d}{year:02d}0000"
