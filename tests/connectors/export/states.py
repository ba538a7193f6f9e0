"""States of people for the tests of lists. Tokens are of NIKs that end in serial 0000."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from schemas.events import CoverageState, Evidence, Verdict
from schemas.ids import Nik
from schemas.names import GapReason, Program
from schemas.tokens import Tokenizer, TokenKey

TOKENIZER = Tokenizer(TokenKey(bytes(range(32))))
KENDARI, BAUBAU = "74.71", "74.72"
NOON = datetime(2026, 4, 10, 5, 0, tzinfo=UTC)


def nik(number: int) -> str:
    return f"{747101000000 + number:012d}0000"


def token(number: int) -> str:
    return TOKENIZER.token(Nik.parse(nik(number))).hex


def gap(
    directive: str = "inpres-8-2025",
    missing: tuple[Program, ...] = ("JKK", "JKM"),
    reason: GapReason = "NEVER_REGISTERED",
) -> Verdict:
    return Verdict(directive, 1, "GAP", missing, reason)


def covered(directive: str = "inpres-8-2025") -> Verdict:
    return Verdict(directive, 1, "COVERED")


def state(region: str, *verdicts: Verdict, seq: int = 1, through: date | None = None) -> CoverageState:
    statuses: Sequence[str] = [verdict.status for verdict in verdicts]
    return CoverageState(
        seq=seq,
        status="GAP" if "GAP" in statuses else "COVERED" if statuses else "NOT_ELIGIBLE",
        verdicts=verdicts,
        change="OPENED",
        causes=("DTSEN",),
        region=region,
        previous_region=None,
        covered_through=through,
        business_date=date(2026, 4, 10),
        decided_at=NOON,
        evidence=Evidence(None, None, 7),
    )
