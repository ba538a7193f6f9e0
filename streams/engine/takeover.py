"""From gaining a partition to publishing for it: state restored, proven, positions found; or a rebuild."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from schemas.codec import AvroCodec
from schemas.errors import Retryable
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS, HUB_STATE
from schemas.records import TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine.blocks import PartitionBlock
from streams.engine.control_log import ControlLog
from streams.engine.guard import Spent
from streams.engine.intake import Intake
from streams.engine.needs_rebuild import NeedsRebuild, OtherLayout
from streams.engine.owned import Owned
from streams.engine.partition import Partition
from streams.engine.ports import GroupConsumer, LogAdmin, Reader
from streams.engine.reach import check_inputs, check_reach, topic_ids
from streams.engine.rebuild import Rebuild
from streams.engine.restore import Restore
from streams.engine.sweep import Sweep

log = logging.getLogger(__name__)

_READ_TIMEOUT_S = 0.05


@dataclass(frozen=True, slots=True)
class TakeoverParts:
    """What every takeover of this process shares. ``reader`` makes a reader of its own for each."""

    consumer: GroupConsumer
    reader: Callable[[], Reader]
    admin: LogAdmin
    codec: AvroCodec
    intake: Intake
    regions: RegionIndex
    control: ControlLog
    allow_rebuild: bool


class Takeover:
    """One partition on its way to being owned; ``step`` is called until it returns an ``Owned``."""

    def __init__(self, number: int, parts: TakeoverParts) -> None:
        self.number = number
        self._parts = parts
        self._reader: Reader | None = None
        self._restore: Restore | None = None
        self._rebuild: Rebuild | None = None
        self._committed: Mapping[TopicPartition, int | None] = {}
        self._rebuilt_from = 0
        """Where hub.control was read to when the rebuild began."""
        self.rows_read = 0

    @property
    def progress(self) -> float:
        """How much of the state has been read, 0 to 1; a rebuild only begins at 1."""
        if self._rebuild is not None:
            return 1.0
        return 0.0 if self._restore is None else self._restore.progress

    @property
    def removals_ms(self) -> Sequence[int]:
        """When hub.state, as it is, came to tell of somebody erased: the broker's times, oldest first."""
        return () if self._restore is None else self._restore.removals_ms

    def step(self) -> Owned | None:
        """Do a little. ``None``: not yet. Raises ``Refused`` where going on could publish something wrong."""
        if not self._parts.control.ready:
            return None
        if self._restore is None and not self._begin():
            return None
        restore = self._restore
        assert restore is not None
        if self._rebuild is None:
            try:
                if not restore.step(_READ_TIMEOUT_S):
                    return None
                self.rows_read = restore.rows_read
                if not self._must_rebuild(restore):
                    return self._own_restored(restore)
            except NeedsRebuild as why:
                if not self._may_rebuild(restore, why):
                    raise
                log.warning("rebuild begun: %s", why, extra={"partition": self.number})
            self._start_rebuild(restore)
        assert self._rebuild is not None
        return self._own_rebuilt(self._rebuild, restore) if self._rebuild.step(_READ_TIMEOUT_S) else None

    def close(self) -> None:
        """Release the reader; harmless when there is none."""
        if self._reader is not None:
            self._reader.close()

    def _begin(self) -> bool:
        """A predecessor's transaction must be decided first: the group's offsets say when none is pending."""
        try:
            sources = [TopicPartition(topic, self.number) for topic in AGENCY_FACTS]
            self._committed = self._parts.consumer.committed(sources)
        except Retryable:
            return False
        self._reader = self._parts.reader()
        self._restore = Restore(self.number, self._reader, self._parts.admin, self._parts.regions)
        return True

    def _must_rebuild(self, restore: Restore) -> bool:
        if restore.unfinished_rebuild:
            return True
        if restore.last is not None:
            return False
        known = self._parts.control.state.generations.get(self.number, 0) > 0
        if not known and not self._has_published():
            return self._facts_were_trimmed()
        raise NeedsRebuild(
            f"state partition {self.number} is empty, but verdicts of it were published: the state is lost",
            remedy="start the engine with --rebuild; it reads coverage.persons and the facts again",
        )

    def _may_rebuild(self, restore: Restore, why: NeedsRebuild) -> bool:
        """Whether nobody need be asked: one begun goes on, and what an older release left is made anew."""
        former = isinstance(why, OtherLayout) and why.former
        return self._parts.allow_rebuild or restore.unfinished_rebuild or former

    def _has_published(self) -> bool:
        """Whether any verdict was ever committed here; what an aborted transaction left does not count."""
        assert self._reader is not None
        admin, coverage = self._parts.admin, TopicPartition(COVERAGE_PERSONS, self.number)
        end = admin.high_watermark(coverage)
        self._reader.assign({coverage: admin.start_offset(coverage)})
        while self._reader.position(coverage) < end:
            if self._reader.consume(1, _READ_TIMEOUT_S):
                return True
        return False

    def _facts_were_trimmed(self) -> bool:
        """A first start needs the agency topics from their first record, or from a FULL publication on."""
        check_reach(self.number, self._parts.admin, self._parts.control.state)
        return any(self._parts.admin.start_offset(TopicPartition(t, self.number)) > 0 for t in AGENCY_FACTS)

    def _start_rebuild(self, restore: Restore) -> None:
        assert self._reader is not None
        parts = self._parts
        check_reach(self.number, parts.admin, parts.control.state)
        generation = 1 + max(
            restore.partition.generation, parts.control.state.generations.get(self.number, 0)
        )
        self._rebuilt_from = parts.control.position
        self._rebuild = Rebuild(
            self.number,
            generation,
            self._reader,
            parts.admin,
            parts.codec,
            parts.intake,
            parts.regions,
            parts.control.state.erasures,
            self._committed,
        )

    def _own_restored(self, restore: Restore) -> Owned:
        ids = topic_ids(self._parts.admin)
        if restore.last is not None:
            self._check_inputs(restore.last, ids)
        else:
            starts = {topic: TopicPartition(topic, self.number) for topic in AGENCY_FACTS}
            restore.partition.positions = {t: self._parts.admin.start_offset(at) for t, at in starts.items()}
        owned = self._own(restore.partition, ids, restore)
        owned.remove(self._parts.control.state.erasures.since(owned.control_offset))
        return owned

    def _own_rebuilt(self, rebuild: Rebuild, restore: Restore) -> Owned:
        rebuild.partition.take_dirty()  # the sweep writes every row
        made = {"generation": rebuild.partition.generation, "rows": len(rebuild.partition)}
        log.info("rebuild done", extra={"partition": self.number, **made})
        grant = self._parts.control.state.grant
        # What was spent of it is not known any more.
        rebuild.partition.spent = Spent(-1 if grant is None else grant.day, all_of_it=True)
        owned = self._own(rebuild.partition, topic_ids(self._parts.admin), restore)
        owned.removed += rebuild.removed
        owned.rejects += rebuild.rejects
        # Of whoever was erased meanwhile something may have been read already.
        owned.remove(self._parts.control.state.erasures.since(self._rebuilt_from))
        owned.rebuilding, owned.sweep = True, Sweep(start=owned.state_offset)
        owned.control_offset = -1
        return owned

    def _own(self, partition: Partition, ids: dict[str, str], restore: Restore) -> Owned:
        self.close()
        partition.request_scan(frozenset(), refresh=True)
        since = restore.bytes_read if restore.mark is None else restore.bytes_read // 2
        return Owned(
            partition,
            ids,
            written=dict(partition.positions),
            control_offset=-1 if restore.last is None else restore.last.control_offset,
            state_offset=self._parts.admin.high_watermark(TopicPartition(HUB_STATE, self.number)),
            bytes_since_sweep=since,
        )

    def _check_inputs(self, block: PartitionBlock, ids: Mapping[str, str]) -> None:
        self._parts.control.check_against(block.control_offset, block.control_topic_id)
        check_inputs(self.number, block, ids, self._parts.admin)
