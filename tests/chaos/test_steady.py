"""What the steady run calls growth, on figures made up."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.chaos.flat import Effort, Latency, Memory, busy, grown, harder, slope, slower, thirds
from tests.chaos.hub import Sample

MINUTE_MS = 60_000


def sampled(megabytes: NDArray[np.float64]) -> list[Sample]:
    """One every two seconds, late in the life of the machine."""
    return [Sample(1e6 + 2 * at, float(each), 30) for at, each in enumerate(megabytes)]


def took(milliseconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """As many verdicts, evenly over nine minutes."""
    when = np.linspace(0, 9 * MINUTE_MS, len(milliseconds), endpoint=False)
    return np.stack([when.astype(np.int64), milliseconds])


def memory(mb_a_minute: float, judged: bool = True) -> Memory:
    return Memory("engine-0", judged, 100.0, 100.0 + 8 * mb_a_minute, mb_a_minute)


def test_memory_that_grows_evenly_has_that_slope() -> None:
    assert slope(sampled(150 + np.arange(240) / 30 * 1.5)) == pytest.approx(1.5)


def test_memory_that_goes_up_and_down_has_none() -> None:
    assert abs(slope(sampled(150 + 8 * (np.arange(240) % 12 / 12)))) < 0.1


def test_one_sample_has_no_slope() -> None:
    assert slope(sampled(np.array([150.0]))) == 0.0


def test_only_what_we_wrote_is_judged_and_shrinking_is_no_growth() -> None:
    assert not list(grown([memory(0.9), memory(-3.0), memory(20.0, judged=False)]))
    assert list(grown([memory(1.1)])) == ["steady: memory of engine-0 grows by 1.1 MiB a minute"]


def test_thirds_are_of_time() -> None:
    found = thirds(took(np.repeat([10, 20, 90], 3_000)), 0, 9 * MINUTE_MS)
    assert [each.median_ms for each in found] == [10, 20, 90]
    assert [each.verdicts for each in found] == [3_000, 3_000, 3_000]


def test_verdicts_before_the_warm_up_and_after_the_end_are_in_no_third() -> None:
    found = thirds(took(np.full(9_000, 10)), 3 * MINUTE_MS, 6 * MINUTE_MS)
    assert sum(each.verdicts for each in found) == 3_000


def test_a_median_that_rises_is_found() -> None:
    finding, _ = slower(thirds(took(np.repeat([60, 80, 130], 3_000)), 0, 9 * MINUTE_MS))
    assert finding == "steady: the median of fact to verdict went from 60 to 130 ms"


def test_a_tail_that_rises_is_found() -> None:
    """Two in a hundred, all through the last third."""
    rising = np.full(9_000, 60)
    rising[6_000::50] = 900
    (finding,) = slower(thirds(took(rising), 0, 9 * MINUTE_MS))
    assert finding.startswith("steady: the 99th percentile")


def test_a_bad_moment_is_no_tail() -> None:
    once = np.full(9_000, 60)
    once[7_000:7_200] = 3_000
    assert not list(slower(thirds(took(once), 0, 9 * MINUTE_MS)))


def test_half_as_much_again_of_a_little_is_flat() -> None:
    assert not list(slower(thirds(took(np.repeat([10, 20, 50], 3_000)), 0, 9 * MINUTE_MS)))


def test_a_hub_that_falls_silent_is_not_flat() -> None:
    early = took(np.full(9_000, 10))[:, :4_000]
    assert list(slower(thirds(early, 0, 9 * MINUTE_MS))) == ["steady: there are times without any verdict"]
    assert list(slower([Latency(0, 0, 0, 0)] * 3))


def test_the_same_facts_should_not_cost_more() -> None:
    assert not list(harder([Effort(0.5, 0.0), Effort(0.9, 0.0), Effort(0.7, 0.0)]))
    (finding,) = harder([Effort(0.5, 0.0), Effort(0.6, 0.0), Effort(0.8, 0.0)])
    assert finding == "steady: engines and control used 0.50 cores at first and 0.80 at last"


def test_a_machine_that_does_other_things_is_busy() -> None:
    assert not busy([Effort(0.5, 0.1)] * 3)
    assert busy([Effort(0.5, 0.1), Effort(0.5, 0.1), Effort(0.5, 0.4)])
