"""Waits until a hub has taken in what was published, and says what is missing when it does not."""

import time
from collections.abc import Callable, Sequence
from datetime import date

from deploy.demo.ledger import SentBatch
from deploy.demo.observer import Observer
from schemas.errors import JangkauError, Refused
from schemas.names import NATION, DirectiveState

_POLL_S = 0.1
PATIENCE_S = 120.0
"""How long nothing at all may move before waiting is given up."""

_QUIET_S = 2.0
"""How long nothing may have changed for the end to be believed."""


class HubStandsStill(JangkauError):
    """The hub does not take in what was published."""


class Settling:
    """Waits on what the observer sees. ``tend`` is called while waiting; it raises if the hub has died."""

    def __init__(
        self,
        observer: Observer,
        tend: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._observer, self._tend = observer, tend
        self._clock, self._sleep = clock, sleep

    def month(self, day: date, batches: Sequence[SentBatch]) -> None:
        """Until every batch has its receipt and the totals are those of ``day``. Raises HubStandsStill."""
        self._wait(lambda: self._missing(day, batches), 0.0)

    def directive(self, name: str, state: DirectiveState) -> None:
        """Until the directive is in that state. Raises HubStandsStill, and Refused with the faults found."""
        self._wait(lambda: self._not_yet(name, state), 0.0)

    def released(self) -> None:
        """Until nothing is held any more. Raises HubStandsStill."""
        self._wait(lambda: [f"{self.held} held"] if self.held else [], 0.0)

    @property
    def held(self) -> int:
        """Persons whose leaving is kept back, by the newest totals of the nation."""
        nation = self._observer.follower.totals.get(NATION)
        return 0 if nation is None else sum(each.held for each in nation.directives)

    def end(self, day: date, batches: Sequence[SentBatch]) -> None:
        """The same, and until nothing moves any more: each verdict is published, recorded and counted."""
        self._wait(lambda: self._missing(day, batches) or self._unrecorded(), _QUIET_S)

    def _wait(self, missing: Callable[[], list[str]], quiet_s: float) -> None:
        """Until nothing is missing and nothing has moved for ``quiet_s``."""
        moved, seen = self._clock(), self._traces()
        while True:
            self._tend()
            self._observer.check()
            lacking = missing()
            if (traces := self._traces()) != seen:
                moved, seen = self._clock(), traces
            still_s = self._clock() - moved
            if not lacking and still_s >= quiet_s:
                return
            if still_s > PATIENCE_S:
                raise HubStandsStill(
                    f"nothing has moved for {PATIENCE_S:.0f} s; still missing: {', '.join(lacking[:5])}",
                    remedy="look into the folder logs of the demo's data folder",
                )
            self._sleep(_POLL_S)

    def _missing(self, day: date, batches: Sequence[SentBatch]) -> list[str]:
        receipts = self._observer.follower.receipts
        lacking = [
            f"the receipt of {batch.batch}"
            for batch in batches
            if batch.batch not in receipts or not receipts[batch.batch].complete
        ]
        nation = self._observer.follower.totals.get(NATION)
        if nation is None or nation.business_date < day or nation.partitions_reported < nation.partitions:
            lacking.append(f"the totals of {day}")
        return lacking

    def _unrecorded(self) -> list[str]:
        """Totals follow the verdicts, and the verdicts the facts: the end is where they meet."""
        lacking = []
        if not self._observer.nothing_open() or not self._observer.recorded_all():
            lacking.append("the last records of coverage.persons")
        nation, standing = self._observer.follower.totals[NATION], self._observer.recorder.standing
        counted = (
            sum(each.gap for each in nation.directives),
            sum(each.covered for each in nation.directives),
        )
        if counted != (standing["GAP"], standing["COVERED"]):
            lacking.append(f"totals that say what was recorded ({counted}, recorded {dict(standing)})")
        return lacking

    def _not_yet(self, name: str, state: DirectiveState) -> list[str]:
        status = self._observer.follower.directives.get(name)
        if status is not None and status.state in ("REJECTED", "HELD"):
            raise Refused(f"{name} is {status.state}: " + "; ".join((*status.faults, *status.notes)))
        return [] if status is not None and status.state == state else [f"directive {name} {state}"]

    def _traces(self) -> tuple[int, ...]:
        """Numbers that change as long as anything goes on."""
        observer = self._observer
        receipts = observer.follower.receipts.values()
        counted = sum(each.accepted + each.duplicate + each.stale + each.quarantined for each in receipts)
        totals = sum(each.persons + each.control_offset for each in observer.follower.totals.values())
        return observer.recorder.records, observer.lag, counted, totals
