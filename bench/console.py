"""What the console costs the gateway: a burst of totals of every region, and two years of days on disk."""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from connectors.console.answers_totals import totals_answer
from connectors.console.state import HubState
from connectors.console.trend import SCHEMA, Trend
from connectors.gateway.group_commit import GroupCommit
from schemas.codec import AvroCodec
from schemas.events import DirectiveTotals, Discrepancies, RegionTotals
from schemas.names import COVERAGE_REGIONS, NATION
from schemas.regions import Regions
from tests.fakes.registry import MemoryRegistry

_FIRST = date(2026, 1, 1)
_DIRECTIVES = ("inpres-8-2025", "perluasan-desil-6")
_MS = 1000.0


def codes() -> list[str]:
    """The nation, provinces, regencies: 553."""
    regions = Regions.load()
    return [NATION, *(each.text for each in (*regions.provinces, *regions.regencies))]


def burst(codec: AvroCodec, day: date, directives: int) -> list[tuple[bytes, bytes]]:
    """What control writes when a business date begins: every region."""
    return [
        (code.encode(), codec.encode(COVERAGE_REGIONS, _total(number, day, directives).to_record()))
        for number, code in enumerate(codes())
    ]


def _total(number: int, day: date, directives: int) -> RegionTotals:
    eligible, at = 40_000 + 97 * number, datetime.combine(day, datetime.min.time(), UTC)
    counts = (eligible, 9_000 + day.toordinal() % 900, eligible - 9_000, 900, 80, 70, 60, 50, 3, 40, 200)
    lines = tuple(DirectiveTotals(name, 1, *counts, 30_000, day) for name in _DIRECTIVES[:directives])
    return RegionTotals("REGENCY", day, eligible, lines, Discrepancies(1, 2, 3, 4, 5), 64, 64, 1_000, at)


def _cpu_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * _MS


def _take(state: HubState, records: Iterable[tuple[bytes, bytes]]) -> None:
    for key, value in records:
        state.totals.take(key, value)


def _flushed(trend: Trend) -> None:
    done: Future[object] | None = trend.flush()
    if done is not None:
        done.result()


def main(days: int, directives: int) -> None:
    """Measure and print."""
    codec = AvroCodec(MemoryRegistry())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trend.sqlite"
        store = GroupCommit(file, SCHEMA, "trend")
        trend = Trend(store)
        state = HubState(codec, trend)
        taken, written = [], []
        for number in range(days):
            records = burst(codec, _FIRST + timedelta(days=number), directives)
            taken.append(_cpu_ms(partial(_take, state, records)))
            written.append(_cpu_ms(lambda: _flushed(trend)))
        read = _cpu_ms(lambda: trend.points(NATION, _DIRECTIVES[0]).result())
        regions, all_of_them = Regions.load(), state.totals.all()
        shown = _cpu_ms(
            lambda: totals_answer(NATION, all_of_them, state.documents, regions).model_dump_json()
        )
        store.close()
        size = sum(each.stat().st_size for each in file.parent.iterdir())
    points = len(codes()) * days * directives
    print(f"{len(codes())} totals of {directives} directives, {days} business dates")
    print(f"  taken in     {sorted(taken)[days // 2]:7.1f} ms CPU a burst")
    print(f"  to the disk  {sorted(written)[days // 2]:7.1f} ms CPU a burst, at the end {written[-1]:.1f}")
    print(f"  on the disk  {size / 1e6:7.1f} MB, {size / points:.0f} bytes a point")
    print(f"  one line of a year read in {read:.1f} ms, the nation's answer made in {shown:.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--directives", type=int, default=2, choices=(1, 2))
    given = parser.parse_args()
    main(given.days, given.directives)
