"""One transaction: verdicts, state, quarantine and input positions, visible all at once or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from schemas.codec import AvroCodec
from schemas.names import COVERAGE_PERSONS, HUB_QUARANTINE, HUB_STATE
from schemas.records import Outgoing, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.engine import blocks
from streams.engine.blocks import BatchEntry, PartitionBlock, SweepMark
from streams.engine.coverage_rows import coverage_rows
from streams.engine.decide import Differences, compare, mark_published
from streams.engine.hold_rows import hold_records
from streams.engine.intake import Reject
from streams.engine.owned import Owned
from streams.engine.partition import Rows, distinct
from streams.engine.ports import TransactionalProducer
from streams.engine.removal import removal_records
from streams.engine.rules import Rules
from streams.engine.sweep import SweepLimits, mark_if_done, next_slice
from streams.engine.withhold import Guard, Withheld

SCAN_SLICE_ROWS = 250_000
"""Rows compared at a time after a change of rules: some milliseconds, so that live facts keep flowing."""

QuarantineRecord = Callable[[Reject], tuple[bytes, bytes]]
"""Key and value on hub.quarantine of a reject, sealed."""


@dataclass(slots=True)
class Draft:
    """What one partition puts into the transaction."""

    owned: Owned
    records: list[Outgoing] = field(default_factory=list)
    mark: SweepMark | None = None
    published: int = 0
    holds_begun: int = 0
    holds_ended: int = 0
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    """Topic and reason of each reject."""
    state_bytes: int = 0
    removed: int = 0
    """Persons erased."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a transaction may hold beyond live facts: published differences and rows compared by scans."""

    publish: int
    scan_rows: int
    sweep: SweepLimits


class TransactionWriter:
    """Drafts and commits. Memory is changed while drafting: after an abort the partitions are restored."""

    def __init__(
        self,
        producer: TransactionalProducer,
        codec: AvroCodec,
        regions: RegionIndex,
        quarantine: QuarantineRecord,
        control_topic_id: str,
        quarantine_partitions: int,
    ) -> None:
        self._producer, self._codec, self._regions = producer, codec, regions
        self._guard = Guard(regions)
        self._quarantine, self._control_topic_id = quarantine, control_topic_id
        self._quarantine_partitions = quarantine_partitions
        self._open = False

    def draft(
        self, owned: Owned, rules: Rules | None, control_offset: int, now_ms: int, budget: Budget
    ) -> Draft:
        """Decide what waits in one partition and lay out its records; nothing is sent."""
        draft, partition = Draft(owned), owned.partition
        draft.records += removal_records(owned.number, owned.removed)
        draft.removed = len(owned.removed)
        changed: list[Rows] = [partition.take_dirty()]
        if rules is not None:
            live = compare(
                partition, changed[0], rules, refresh=True, guard=self._guard, control_offset=control_offset
            )
            self._withhold(draft, live.withheld, now_ms)
            self._publish(draft, live, rules, frozenset(), control_offset, now_ms)
            partition.moved_by[changed[0]] = 0
            changed += [live.withheld.rows, *self._scan(draft, rules, control_offset, now_ms, budget)]
        if owned.sweep is not None:
            changed.append(next_slice(owned.sweep, partition, budget.sweep))
        rows = partition.present(distinct(changed, len(partition)))
        if owned.sweep is not None:
            draft.mark = mark_if_done(owned.sweep, partition)
        self._quarantined(draft)
        if len(rows) or owned.has_input or draft.mark or control_offset != owned.control_offset:
            self._state(draft, rows, control_offset)
        return draft

    def commit(self, drafts: Sequence[Draft], group_metadata: object) -> None:
        """Send the drafts in one transaction and commit it. Raises ``TransactionAborted`` or ``Fenced``."""
        self._producer.begin()
        self._open = True
        for draft in drafts:
            for records in draft.records:
                self._producer.produce(records)
        positions: dict[TopicPartition, int] = {}
        for draft in drafts:
            number = draft.owned.number
            positions |= {TopicPartition(t, number): at for t, at in draft.owned.partition.positions.items()}
        self._producer.send_offsets(positions, group_metadata)
        self._producer.commit()
        self._open = False
        for draft in drafts:
            draft.owned.committed(draft.mark)

    def abort(self) -> None:
        """Abort the transaction if one is open; a draft alone has opened none."""
        if self._open:
            self._producer.abort()
            self._open = False

    def _scan(
        self, draft: Draft, rules: Rules, control_offset: int, now_ms: int, budget: Budget
    ) -> Iterable[Rows]:
        """Go on comparing all rows where a change of rules asked for it; returns the rows published."""
        partition, changed = draft.owned.partition, []
        left, compared = budget.publish, 0
        while (scan := partition.scan) is not None and left > 0 and compared < budget.scan_rows:
            end = min(scan.cursor + SCAN_SLICE_ROWS, len(partition))
            found = compare(
                partition,
                slice(scan.cursor, end),
                rules,
                refresh=scan.refresh,
                guard=self._guard,
                control_offset=control_offset,
            )
            self._withhold(draft, found.withheld, now_ms)
            taken = found.first(left)
            compared += end - scan.cursor
            begin, scan.cursor = scan.cursor, end if len(taken) == len(found) else int(found.rows[len(taken)])
            self._publish(draft, taken, rules, scan.causes, control_offset, now_ms)
            partition.moved_by[begin : scan.cursor] = 0
            changed += [taken.rows, found.withheld.rows]
            left -= len(taken)
            if scan.cursor >= len(partition):
                partition.scan = None
                _drop_empty_slots(draft.owned)
        return changed

    def _publish(
        self,
        draft: Draft,
        differences: Differences,
        rules: Rules,
        causes: frozenset[str],
        control_offset: int,
        now_ms: int,
    ) -> None:
        if not len(differences):
            return
        partition = draft.owned.partition
        rows = coverage_rows(differences, rules, self._regions, causes, control_offset, now_ms)
        keys = partition.index.keys(differences.rows)
        target = TopicPartition(COVERAGE_PERSONS, partition.number)
        draft.records.append(Outgoing(target, keys, self._codec.encode_batch(COVERAGE_PERSONS, rows)))
        draft.published += len(differences)
        mark_published(partition, differences)

    def _withhold(self, draft: Draft, withheld: Withheld, now_ms: int) -> None:
        partition = draft.owned.partition
        draft.records += hold_records(partition, withheld, self._codec, self._regions, now_ms)
        draft.holds_begun += len(withheld.begun)
        draft.holds_ended += len(withheld.ended)

    def _quarantined(self, draft: Draft) -> None:
        for reject in draft.owned.rejects:
            key, value = self._quarantine(reject)
            target = TopicPartition(HUB_QUARANTINE, draft.owned.number % self._quarantine_partitions)
            draft.records.append(Outgoing(target, [key], [value]))
            draft.quarantined.append((reject.batch.source.topic, reject.reason))

    def _state(self, draft: Draft, rows: Rows, control_offset: int) -> None:
        owned, partition = draft.owned, draft.owned.partition
        values = list(blocks.encode_rows(partition, rows, self._regions.digits))
        entries = [
            BatchEntry(
                topic,
                batch,
                count.by_class,
                count.first_offset,
                count.day,
                count.digest,
                {str(digits): by_class for digits, by_class in count.regencies.items()},
            )
            for (topic, batch), count in partition.batches.take_changed()
        ]
        block = PartitionBlock(
            generation=partition.generation,
            positions=dict(partition.positions),
            topic_ids=owned.topic_ids,
            control_offset=control_offset,
            control_topic_id=self._control_topic_id,
            batches=entries,
            sweep=draft.mark,
            rebuilding=owned.rebuilding and draft.mark is None,
            spent=partition.spent.to_json(),
            stopped=dict(partition.inputs.stopped),
            persons=partition.persons,
        )
        parts = [part.encode() for part in block.split()]
        keys = [blocks.ROWS_KEY] * len(values) + [blocks.PARTITION_KEY] * len(parts)
        values += parts
        if owned.removed:
            keys.insert(0, blocks.REMOVED_KEY)
            values.insert(0, blocks.encode_removed(partition.generation, [one.key for one in owned.removed]))
        draft.records.append(Outgoing(TopicPartition(HUB_STATE, owned.number), keys, values))
        draft.state_bytes = sum(map(len, values))
        owned.bytes_since_sweep += draft.state_bytes
        owned.control_offset = control_offset


def _drop_empty_slots(owned: Owned) -> None:
    """After a full comparison a directive that means nobody any more needs no column."""
    verdicts = owned.partition.published.verdicts
    for slot in [slot for slot, codes in verdicts.items() if not codes.any()]:
        del verdicts[slot]
