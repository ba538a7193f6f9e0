"""The watch: looks at the hub from outside every two seconds, for metrics and for pages.

It reads what any subscriber could read, and asks each process how it is; of itself a process is not
believed where the topics tell.
"""

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.console.hub import Behind, Disk, HubView, Level, Said
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from connectors.kafka.positions import KafkaGroupPositions
from connectors.kafka.reader import KafkaReader
from deploy.compose.hub_series import OF_A_LOOK, disk_series, figures_series, look_series
from deploy.errors import HubNotRunning
from deploy.query.looking import Look, Looker
from deploy.query.processes import views
from deploy.settings import Settings
from deploy.supervision.hub import running_hub
from monitoring import health, runfile
from monitoring.figures import HubFigures
from monitoring.handles_hub import HubMetrics
from monitoring.health import HubSnapshot, PartitionLag, ProcessView, judge
from schemas.errors import JangkauError

log = logging.getLogger(__name__)

EVERY_S = 2.0
TOO_OLD_S = 15.0
"""A look that is older says nothing of how the hub is now."""

_STOP_S = 5.0
_LEVELS: dict[health.Level, Level] = {
    health.Level.HEALTHY: "healthy",
    health.Level.DEGRADED: "degraded",
    health.Level.DOWN: "down",
}


@dataclass(frozen=True)
class Sights:
    """What the watch looks at; the topics are opened anew after a look that failed.

    ``processes``: whether they belong on this machine, and one view each. ``disk``: free and size, bytes.
    """

    topics: Callable[[], AbstractContextManager[Callable[[float], Look]]]
    processes: Callable[[float], tuple[bool, tuple[ProcessView, ...]]]
    figures: Callable[[], HubFigures]
    disk: Callable[[], tuple[int, int]]


class HubWatch:
    """A thread that looks; answers ``connectors.console.hub.Watch``."""

    def __init__(
        self,
        sights: Sights,
        metrics: HubMetrics,
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sights, self._metrics = sights, metrics
        self._every_s, self._clock = every_s, clock
        self._last: HubView | None = None
        self._told = ""
        """Why the hub could not be seen, said once."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub-watch", daemon=True)

    def start(self) -> None:
        """Begin looking."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking; a look that is under way is waited for a few seconds."""
        self._stop.set()
        self._thread.join(_STOP_S)

    def last(self) -> HubView | None:
        """What was seen last; ``None`` before the first look, and while nothing can be seen."""
        seen = self._last
        return seen if seen is not None and self._clock() - seen.at <= TOO_OLD_S else None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._sights.topics() as look:
                    while True:
                        self._see(look)
                        if self._stop.wait(self._every_s):
                            return
            except JangkauError as error:
                self._blind(str(error))
            except Exception:  # the watch must outlive whatever it meets, or nobody looks any more
                log.exception("the hub could not be looked at")
                self._blind("a fault of the program")
            self._stop.wait(self._every_s)

    def _see(self, look: Callable[[float], Look]) -> None:
        at = self._clock()
        topics = look(at)
        figures = self._sights.figures()
        local, processes = self._sights.processes(at)
        free, size = self._sights.disk()
        verdict = judge(_snapshot(at, local, processes, topics, figures, (free, size)))
        if self._told:
            self._told = ""
            log.info("the hub is seen again")
        self._last = HubView(
            at=at,
            level=_LEVELS[verdict.level],
            findings=tuple(
                Said(_LEVELS[each.level], each.indonesian, each.english, each.runbook)
                for each in verdict.findings
            ),
            processes=processes,
            lag=tuple(map(_behind, topics.lag)),
            last_commit_age_s=topics.last_commit_age_s,
            disk=Disk(free, size),
            newest_facts=topics.newest_facts,
        )
        self._metrics.show({**look_series(topics, at), **figures_series(figures), **disk_series(free, size)})

    def _blind(self, why: str) -> None:
        if why != self._told:
            self._told = why
            log.warning("the hub cannot be seen: %s", why)
        self._last = None
        self._metrics.forget(OF_A_LOOK)


def _snapshot(
    at: float,
    local: bool,
    processes: tuple[ProcessView, ...],
    topics: Look,
    figures: HubFigures,
    disk: tuple[int, int],
) -> HubSnapshot:
    return HubSnapshot(
        local=local,
        processes=processes,
        lag=topics.lag,
        last_commit_age_s=topics.last_commit_age_s,
        business_date=figures.business_date,
        directives=figures.directives,
        partitions_reported=figures.partitions_reported,
        partitions=figures.partitions,
        at=at,
        totals_known=bool(figures.agencies),  # empty until all has been read
        held_persons=sum(line.held for line in figures.nation),
        held_directives=figures.held_directives,
        stalled_batches={each.agency: each.stalled for each in figures.agencies if each.stalled},
        disk=disk,
    )


def _behind(part: PartitionLag) -> Behind:
    return Behind(
        part.agency,
        part.topic,
        part.partition,
        part.records,
        part.readable,
        part.seconds,
        part.open_transaction_s,
    )


def watch_hub(
    settings: Settings, config: KafkaConfig, figures: Callable[[], HubFigures], metrics: HubMetrics
) -> HubWatch:
    """A watch on the hub of the settings' data folder and the cluster, not started yet."""

    @contextmanager
    def topics() -> Iterator[Callable[[float], Look]]:
        group = KafkaGroupPositions(config, settings.engine.group)
        with closing(KafkaReader(config)) as reader, closing(group):
            yield Looker(reader, KafkaAdmin(config), group).look

    def disk() -> tuple[int, int]:
        usage = shutil.disk_usage(settings.data_dir)
        return usage.free, usage.total

    return HubWatch(Sights(topics, lambda now: processes_of(settings.data_dir, now), figures, disk), metrics)


def processes_of(data_dir: Path, now: float) -> tuple[bool, tuple[ProcessView, ...]]:
    """Whether a supervisor keeps them, and a view of each; ``now`` is seconds since 1970."""
    record = None
    with contextlib.suppress(HubNotRunning):
        record = running_hub(data_dir)
    runs = runfile.read_all(runfile.run_dir(data_dir))
    return record is not None, views(record.processes if record else (), runs, now)
