"""Made-up events in columns, made fast: so many of them change a verdict as in a re-ranking."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.names import PRESENCES, PROGRAMS, SEGMENTS, SEXES

TODAY = date(2026, 4, 10)
_EPOCH = date(1970, 1, 1)
_TODAY = (TODAY - _EPOCH).days
_RELEASE = 20261 << 32
_MONTH_ENDS = np.array([(date(2026, m, 1) - _EPOCH).days - 1 for m in range(1, 10)])
_PROGRAM_LISTS = pa.array([["JKK", "JKM"], ["JKK", "JKM", "JHT"], list(PROGRAMS), ["JHT", "JP"], ["JKK"]])


@dataclass(frozen=True)
class Population:
    """Tokens (n, 16) of made-up persons and the generator everything is drawn from."""

    tokens: NDArray[np.uint8]
    rng: np.random.Generator
    regions: list[str]

    @classmethod
    def of(cls, persons: int, regions: list[str], seed: int = 7) -> "Population":
        """``persons`` random tokens, living in ``regions``."""
        rng = np.random.default_rng(seed)
        tokens = np.frombuffer(rng.bytes(16 * persons), np.uint8).reshape(persons, 16)
        return cls(tokens, rng, regions)

    def ranked(self, n: int, correction: int) -> pa.RecordBatch:
        """``PersonRanked`` of ``n`` persons; half of them are meant by the benchmark's directive."""
        rng = self.rng
        decile = rng.choice([0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 7, 9], n)
        work = rng.choice([1, 2, 6, 7, 8, 1, 2, 4, 0], n)
        presence = np.where(rng.random(n) < 0.96, 0, rng.integers(1, 4, n))
        return pa.RecordBatch.from_pydict(
            {
                "version": pa.array(np.full(n, _RELEASE + correction)),
                "batch": _constant("bench-dtsen", n),
                "decile": pa.array(decile.astype(np.int32), mask=decile == 0),
                "extreme_poor": pa.array(rng.random(n) < 0.05),
                "birth_date": pa.array((_TODAY - rng.integers(10, 75 * 365, n)).astype(np.int32)).cast(
                    pa.date32()
                ),
                "sex": pa.array(SEXES).take(pa.array(rng.integers(0, 2, n))),
                "region": pa.array(self.regions).take(pa.array(rng.integers(0, len(self.regions), n))),
                "work_status": pa.array(work.astype(np.int32)),
                "industry": pa.array(rng.integers(1, 27, n).astype(np.int32)),
                "presence": pa.array(PRESENCES).take(pa.array(presence)),
                "replaced_by": pa.nulls(n, pa.string()),
                "observed_at": _instant(n),
            }
        )

    def snapshots(self, versions: NDArray[np.int64]) -> pa.RecordBatch:
        """``MembershipSnapshot`` with these versions: none, one or two enrolments, paid or lapsed."""
        rng, n = self.rng, len(versions)
        count = rng.choice([0, 1, 1, 1, 1, 1, 2, 2], n)
        total = int(count.sum())
        enrolments = pa.StructArray.from_arrays(
            [
                pa.array(SEGMENTS).take(pa.array(rng.integers(0, len(SEGMENTS), total))),
                _PROGRAM_LISTS.take(pa.array(rng.choice([0, 0, 0, 1, 1, 2, 3, 4], total))),
                pa.array(rng.choice(_MONTH_ENDS, total).astype(np.int32)).cast(pa.date32()),
                pa.array(["SELF", "EMPLOYER", "APBD_REGENCY"]).take(pa.array(rng.integers(0, 3, total))),
                pa.nulls(total, pa.string()),
            ],
            ["segment", "programs", "paid_through", "payer", "funding_id"],
        )
        offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        return pa.RecordBatch.from_pydict(
            {
                "version": pa.array(versions),
                "batch": _constant("bench-bpjs", n),
                "cause": _constant("PAID", n),
                "enrolments": pa.ListArray.from_arrays(pa.array(offsets), enrolments),
                "observed_at": _instant(n),
            }
        )


def _constant(text: str, n: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), [text]).cast(pa.string())


def _instant(n: int) -> pa.Array:
    return pa.array(np.full(n, _TODAY * 86_400_000)).cast(pa.timestamp("ms"))
