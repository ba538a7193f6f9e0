"""Which region a file means: by Kemendagri code, or by BPS code if its owner says so."""

from collections.abc import Callable, Mapping

from schemas.errors import ContractBroken
from schemas.ids import RegionCode
from schemas.regions import Regions

_REGENCY = len("74.71")


def kemendagri(code: str) -> str:
    """The code in force; raises ``ContractBroken`` UNKNOWN_REGION, also for a bare province."""
    found = Regions.load().resolve(code).code
    if len(found.text) < _REGENCY:
        raise ContractBroken("UNKNOWN_REGION", "a province is too coarse: the regency at least")
    return found.text


def bps(code: str) -> str:
    """The Kemendagri code of a BPS regency code of four digits."""
    found: RegionCode = Regions.load().from_bps(code)
    return found.text


CODINGS: Mapping[str, Callable[[str], str]] = {"kemendagri": kemendagri, "bps": bps}
"""Never guessed: most BPS codes are the Kemendagri code of another regency."""
