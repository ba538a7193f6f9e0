"""Which region a file means: by Kemendagri code, or by BPS code if its owner says so."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal, get_args

from schemas.errors import ContractBroken
from schemas.ids import REGENCY_CHARS, RegionCode
from schemas.regions import Regions

RegionCoding = Literal["kemendagri", "kemendagri-digits", "bps", "bps-to-regency"]

_BPS_DIGITS = {4, 7, 10}
"""Regency, district, village."""
_DIGITS = {4, 6, 10}
_REMEMBERED = 100_000
"""More than there are villages: a file names the same ones again and again."""


@lru_cache(_REMEMBERED)
def kemendagri(code: str) -> str:
    """The code in force; raises ``ContractBroken`` UNKNOWN_REGION, also for a bare province."""
    found = Regions.load().resolve(code).code
    if len(found.text) < REGENCY_CHARS:
        raise ContractBroken("UNKNOWN_REGION", "a province is too coarse: the regency at least")
    return found.text


def kemendagri_digits(code: str) -> str:
    """The same of a code written without its dots."""
    if not (code.isascii() and code.isdigit() and len(code) in _DIGITS):
        raise ContractBroken("UNKNOWN_REGION", "a Kemendagri code without dots has 4, 6 or 10 digits")
    return kemendagri(RegionCode.from_digits(int(code)).text)


def bps(code: str) -> str:
    """The Kemendagri code of a BPS regency code of four digits."""
    found: RegionCode = Regions.load().from_bps(code)
    return found.text


def bps_to_regency(code: str) -> str:
    """The regency of a BPS code of regency, district or village: below it the two lists do not match."""
    if not (code.isascii() and code.isdigit() and len(code) in _BPS_DIGITS):
        raise ContractBroken("UNKNOWN_REGION", "a BPS code has 4, 7 or 10 digits")
    return bps(code[:4])


CODINGS: Mapping[RegionCoding, Callable[[str], str]] = dict(
    zip(get_args(RegionCoding), (kemendagri, kemendagri_digits, bps, bps_to_regency), strict=True)
)
"""Never guessed: most BPS codes are the Kemendagri code of another regency."""
