"""What a batch has sent so far: count, digest and regencies, as its manifest will say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.digest import NOTHING, digest_of, digest_text, plus
from schemas.ids import REGENCY_CHARS


@dataclass(frozen=True, slots=True)
class Sent:
    """Records and their order-free digest (``schemas.digest``); ``regencies`` counts those whose record
    names a region, by its regency.
    """

    count: int = 0
    total: int = NOTHING
    regencies: Mapping[str, int] = field(default_factory=dict)

    def plus(
        self, tokens: NDArray[Any], versions: NDArray[Any], regions: pa.StringArray | None = None
    ) -> Self:
        """With these records: ``tokens`` (n, 16), ``versions`` (n,), ``regions`` (n) where they have one."""
        regencies = dict(self.regencies)
        if regions is not None and len(regions):
            for each in pc.value_counts(pc.utf8_slice_codeunits(regions, 0, REGENCY_CHARS)).to_pylist():
                name = each["values"]
                regencies[name] = regencies.get(name, 0) + each["counts"]
        return type(self)(self.count + len(tokens), plus(self.total, digest_of(tokens, versions)), regencies)

    @property
    def digest(self) -> str:
        """The digest as the manifest writes it: 16 hex characters."""
        return digest_text(self.total)
