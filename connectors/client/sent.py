"""What a batch has sent so far: count, digest and regencies, as its manifest will say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.digest import NOTHING, digest_of, digest_text, plus
from schemas.events import BatchManifest, RegencyCount
from schemas.ids import REGENCY_CHARS
from schemas.names import Agency, BatchScope

Window = tuple[datetime, datetime]
"""The time a publication speaks of, the end exclusive."""


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

    def manifest(
        self, agency: Agency, topic: str, scope: BatchScope, window: Window | None, published_at: datetime
    ) -> BatchManifest:
        """What a publication says of itself at its end."""
        start, end = window or (None, None)
        return BatchManifest(
            agency=agency,
            topic=topic,
            scope=scope,
            count=self.count,
            digest=self.digest,
            regencies=tuple(RegencyCount(region, count) for region, count in sorted(self.regencies.items())),
            window_from=start,
            window_to=end,
            published_at=published_at,
        )

    @property
    def digest(self) -> str:
        """The digest as the manifest writes it: 16 hex characters."""
        return digest_text(self.total)
