"""Which records concern a region: those of persons who live there, and of those who have just left."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.errors import ContractBroken, InvalidInput
from schemas.events import CoverageState
from schemas.ids import RegionCode


class RegionFilter:
    """Picks regions by Kemendagri code; a code means itself and everything below it."""

    def __init__(self, regions: str | Iterable[str]) -> None:
        """Raises ``InvalidInput`` for what is no code, or for no code at all."""
        given = [regions] if isinstance(regions, str) else list(regions)
        if not given:
            raise InvalidInput("no region is given", remedy="Leave regions out to follow all of them.")
        try:
            self.codes = tuple(sorted({RegionCode.parse(text).text for text in given}))
        except (ContractBroken, TypeError):
            raise InvalidInput("regions are Kemendagri codes as text: 74, 74.71, 74.71.01 …") from None
        self._below = tuple(f"{code}." for code in self.codes)

    def holds(self, region: str | None) -> bool:
        """Whether a region is one of those chosen, or lies in one."""
        return region is not None and (region in self.codes or region.startswith(self._below))

    def concerns(self, state: CoverageState) -> bool:
        """Whether the person is there now, or was before this record."""
        return self.holds(state.region) or self.holds(state.previous_region)

    def concerned(self, rows: pa.RecordBatch) -> NDArray[np.bool_]:
        """``concerns`` of n states as Arrow."""
        return self._held(rows["region"]) | self._held(rows["previous_region"])

    def stay(self, rows: pa.RecordBatch) -> NDArray[np.bool_]:
        """Who is there now, of n states as Arrow."""
        return self._held(rows["region"])

    def _held(self, regions: pa.StringArray) -> NDArray[np.bool_]:
        found = pc.is_in(regions, value_set=pa.array(self.codes, pa.string()))
        for below in self._below:
            found = pc.or_(found, pc.fill_null(pc.starts_with(regions, below), False))
        held: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
        return held
