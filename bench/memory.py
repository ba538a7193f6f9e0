"""What is measured of a million persons in memory, without a broker: nothing is published."""

import json
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from bench.hub import DIRECTIVE
from schemas.codec import AvroCodec
from schemas.directive import DirectiveDocument
from schemas.events import PreviewWanted
from schemas.policy import load_policy
from schemas.records import Outgoing
from schemas.regions import Regions
from streams.coverage.directive import compile_directive
from streams.coverage.facts import ENROLLED, PUBLIC_PAYER
from streams.coverage.region_index import RegionIndex
from streams.coverage.situation import MembershipRule
from streams.engine.decide import compare
from streams.engine.owned import Owned
from streams.engine.partition import Partition
from streams.engine.previews import Previews
from streams.engine.rules import Rules
from streams.engine.token_index import TOKEN

_MILLION = 1_000_000
_REPEATS = 5
_DAY = date(2026, 4, 10)


class Million:
    """A million persons of one partition in all regencies, and one directive in force."""

    def __init__(self) -> None:
        self.regions, rng = RegionIndex(), np.random.default_rng(3)
        self.partition = Partition(0)
        rows = self.partition.rows_for(np.frombuffer(rng.bytes(16 * _MILLION), TOKEN))
        homes = np.array([code.digits for code in Regions.load().regencies])
        facts = self.partition.facts
        facts.dtsen_version[rows] = 1
        facts.decile[rows] = rng.integers(0, 11, _MILLION)
        facts.birth[rows] = rng.integers(-7000, 20_000, _MILLION)
        facts.sex[rows] = rng.integers(0, 2, _MILLION)
        facts.work_status[rows] = rng.integers(0, 9, _MILLION)
        facts.industry[rows] = rng.integers(1, 27, _MILLION)
        facts.region[rows] = self.regions.intern_all(rng.choice(homes, _MILLION))
        facts.bpjs_version[rows] = 1
        facts.bpjs_flags[rows] = np.where(rng.random(_MILLION) < 0.5, ENROLLED, ENROLLED | PUBLIC_PAYER)
        facts.paid[rows] = rng.integers(20_000, 20_700, (_MILLION, facts.paid.shape[1]))
        policy = load_policy()
        directive = compile_directive(DirectiveDocument.model_validate(DIRECTIVE), _DAY, self.regions)
        self._rules = Rules(_DAY, policy, MembershipRule.at(policy, _DAY), (directive,))
        first = compare(self.partition, slice(0, _MILLION), self._rules, refresh=True)
        codes = self.partition.published.column((directive.id, directive.version))
        codes[first.rows] = first.desired[directive.id, directive.version]

    def re_evaluation_ms(self) -> float:
        """CPU milliseconds to compare them all with a new directive."""
        return _median_ms(
            lambda: compare(self.partition, slice(0, _MILLION), self._rules, refresh=False),
        )

    def preview_ms(self, codec: AvroCodec) -> float:
        """CPU milliseconds to answer a preview that doubles whom the directive means, up to the bytes."""
        welfare = {"deciles": list(range(1, 10)), "extreme_poor": True}
        draft = {**DIRECTIVE, "version": 2, "means": {**DIRECTIVE["means"], "welfare": welfare}}
        asked = PreviewWanted("bench", 1, "WHAT_IF", "bench", 2, json.dumps(draft))
        owned = Owned(self.partition, {}, {})
        previews = Previews(_Nowhere(), codec, self.regions)
        return _median_ms(lambda: previews.answer(owned, asked, self._rules, 1, 0))


class _Nowhere:
    """A producer that drops what it is given."""

    def produce(self, records: Outgoing) -> None:
        pass

    def flush(self, timeout_s: float) -> int:
        return 0

    def close(self) -> None:
        pass


def _median_ms(task: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        task()
        times.append((time.process_time() - began) * 1000)
    return float(np.median(times))
