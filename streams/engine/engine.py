"""The engine's loop: serve the group, take facts in, decide, commit; between transactions answer and
count.
"""

import logging
from collections.abc import Sequence

from schemas.errors import Retryable, TransactionAborted
from schemas.names import AGENCY_FACTS, HUB_STATE
from schemas.records import RecordBatch, TopicPartition
from streams.engine.answering import PreviewDuty
from streams.engine.erasing import ErasureDuty
from streams.engine.owned import Owned
from streams.engine.ownership import Ownership
from streams.engine.parts import EngineParts
from streams.engine.setbacks import Setbacks
from streams.engine.stopping import Stops
from streams.engine.sweeping import Sweeper
from streams.engine.takeover import Takeover
from streams.engine.transaction import Budget, Draft

log = logging.getLogger(__name__)

_COMMIT_S = 0.01
"""About what a commit itself takes; part of the time between two transactions."""


class Engine:
    """One member of the engine group. ``step`` in a loop; ``close`` at the end. Not thread-safe.

    Memory may be ahead of the log only between two commits, and only for partitions in ``owned``. A
    transaction opens and closes within ``_commit``, so none ever spans a change of ownership.
    """

    def __init__(self, parts: EngineParts) -> None:
        self._parts = parts
        self.owned: dict[int, Owned] = {}
        self._takeovers: dict[int, Takeover] = {}
        self._ownership = Ownership(self._flush_before_revocation)
        self._sweeper = Sweeper(parts.admin, parts.observer, parts.limits.sweep, parts.clock)
        self._stops = Stops(parts.consumer, parts.control, parts.observer, parts.limits.rejects)
        self._previews = PreviewDuty(parts.control, parts.previews)
        self._erasures = ErasureDuty(parts.control, parts.partials)
        self._setbacks = Setbacks()
        self._start_over: set[int] = set()
        """Partitions gained, or whose transaction was aborted: to be taken over."""
        self._must_seek = False
        """Whether the consumer may have moved past records that were not folded."""
        self._group_metadata: object = None
        self._metadata_is_current = False
        """Whether it was taken after the last gain of a partition: the broker refuses an older one."""
        self._is_behind = False
        self._next_commit = 0.0
        self._interval = parts.limits.interval_least_s

    def start(self) -> None:
        """Fence a predecessor of this slot, then join the group."""
        self._parts.producer.init()
        self._parts.consumer.subscribe(AGENCY_FACTS, self._ownership)

    def close(self) -> None:
        """Commit what is folded, then leave the group. Whatever fails is done again by whoever takes over."""
        try:
            self._commit()
        except (TransactionAborted, Retryable) as error:
            log.warning("the last transaction was not committed, it will be done again: %s", error)
        for takeover in self._takeovers.values():
            takeover.close()
        self._parts.consumer.close()
        self._parts.producer.close()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way: no takeover, no scan, no sweep, nothing to commit."""
        return not self._takeovers and not any(self._has_work(one) for one in self.owned.values())

    @property
    def waits(self) -> bool:
        """Whether something that a turn raised ``Retryable`` for has not been done since, though a later turn
        may have found nothing to do. Of Kafka itself it knows nothing: reading nothing is no sign of it.
        """
        parts = self._parts
        if parts.control.stuck or parts.lookups.stuck:
            return True
        return self._setbacks.left(self.owned, self._takeovers.keys() | self._start_over)

    @property
    def _pending(self) -> int:
        """Records folded that no transaction covers yet."""
        return sum(owned.pending for owned in self.owned.values())

    def step(self) -> None:
        """One turn: control, takeovers, input, and a transaction when one is due.

        Raises ``Retryable`` when the outside is not there: nothing is lost, call it again after a pause.
        """
        if not self._pending:
            # Facts folded from here on are committed under the membership they were read under.
            self._group_metadata = self._parts.consumer.group_metadata()
            self._metadata_is_current = True
        self._drain_control()
        self._read()
        self._advance_takeovers()
        if self._due():
            self._commit()
        self._between_transactions()

    def _drain_control(self) -> None:
        try:
            self._parts.control.drain(self._rules_changed)
        finally:
            # Also before an event that cannot be read yet: a commit may come next.
            self._erasures.turn(self.owned)
        self._stops.go_on(self.owned.values())

    def _read(self) -> None:
        limits = self._parts.limits
        room = limits.records_per_read if self.owned else 0
        timeout = 0.0 if self._takeovers or self._has_backlog() else self._patience()
        if self._must_seek:
            self._seek_all()
        self._must_seek = True  # until all that is read now is folded
        batches = self._parts.consumer.consume(room, timeout)
        # What was read for a partition that went meanwhile is not ours to fold.
        self._settle_ownership()
        self._is_behind = sum(map(len, batches)) >= room > 0
        for batch in batches:
            self._fold(batch)
        self._must_seek = bool(self._start_over)

    def _fold(self, batch: RecordBatch) -> None:
        owned = self.owned.get(batch.source.partition)
        if owned is None:
            return
        # A partition just gained may begin again: the client library asks for the beginning before it is told
        # to seek, and goes there when the answer comes late. Records of both readings may be in one batch.
        positions, topic = owned.partition.positions, batch.source.topic
        fresh = batch.beyond(positions[topic])
        if len(fresh):
            self._take_in(owned, fresh)
        if len(fresh) < len(batch):
            self._parts.consumer.seek(batch.source, positions[topic])  # or all since then is read once more

    def _take_in(self, owned: Owned, batch: RecordBatch) -> None:
        rules = self._parts.control.rules()
        day = 0 if rules is None else rules.day_number
        try:
            taken = self._parts.intake.fold(owned.partition, batch, day, self._parts.control.state.erasures)
        except Retryable:
            self._setbacks.not_folded(batch)
            raise
        owned.rejects.extend(taken.rejects)
        owned.pending += len(batch)
        self._parts.observer.folded(batch, taken.by_class)
        self._stops.look(owned, batch, len(taken.rejects))

    def _patience(self) -> float:
        """How long to wait for input: to the next transaction, or a short while when nothing waits."""
        least = self._parts.limits.interval_least_s
        if not self._pending:
            return least
        return min(max(self._next_commit - self._parts.clock(), 0.0), least)

    def _has_backlog(self) -> bool:
        return any(self._is_scanning(one) or one.sweep is not None for one in self.owned.values())

    def _is_scanning(self, owned: Owned) -> bool:
        return owned.partition.scan is not None and self._parts.control.rules() is not None

    def _has_work(self, owned: Owned) -> bool:
        behind = owned.control_offset != self._parts.control.position
        scanning = self._is_scanning(owned)
        return owned.has_input or owned.partition.has_dirty or scanning or owned.sweep is not None or behind

    def _due(self) -> bool:
        if self._pending >= self._parts.limits.pending_rows:
            return True
        return self._parts.clock() >= self._next_commit and any(map(self._has_work, self.owned.values()))

    def _commit(self) -> None:
        """Draft, send and commit; on an abort the drafted partitions are restored from the log."""
        limits, control = self._parts.limits, self._parts.control
        work = [
            one for n, one in self.owned.items() if not self._ownership.has_lost(n) and self._has_work(one)
        ]
        if not work:
            return
        started = self._parts.clock()
        publish = max(int(limits.publish_per_s * (self._interval + _COMMIT_S)), 1)
        budget = Budget(
            1 + publish // len(work), 1 + limits.scan_rows_per_transaction // len(work), limits.sweep
        )
        rules, offset, now_ms = control.rules(), control.position, self._parts.wall_ms()
        try:
            drafts = [self._parts.writer.draft(one, rules, offset, now_ms, budget) for one in work]
            written = [draft for draft in drafts if draft.records]
            if written:
                self._parts.writer.commit(written, self._group_metadata)
        except (TransactionAborted, Retryable) as error:
            # Drafting has moved memory ahead, so whatever went wrong, it starts over from the log.
            numbers = {"partitions": [one.number for one in work]}
            log.warning("transaction aborted, its partitions are restored: %s", error, extra=numbers)
            self._abort([one.number for one in work])
            if isinstance(error, Retryable):
                self._setbacks.not_committed([one.number for one in work])
                raise
            return
        self._setbacks.committed([one.number for one in work])
        self._after_commit(written, started)

    def _after_commit(self, drafts: Sequence[Draft], started: float) -> None:
        limits, parts = self._parts.limits, self._parts
        for draft in drafts:
            owned = draft.owned
            state = TopicPartition(HUB_STATE, owned.number)
            owned.state_offset += sum(len(r) for r in draft.records if r.target == state) + 1
            self._sweeper.committed(owned, draft.removed, draft.mark)
        ended = parts.clock()
        # A third of the time for reading at least; while catching up a transaction must be worth its cost.
        least = limits.interval_behind_s if self._is_behind else limits.interval_least_s
        self._interval = min(max((ended - started) / 2, least), limits.interval_most_s)
        self._next_commit = ended + self._interval
        if drafts:
            parts.observer.committed(drafts, ended - started)

    def _abort(self, numbers: Sequence[int]) -> None:
        """Nothing of the transaction happened: these partitions start over from what the log says.

        May run within a revocation, so it only forgets; ``_settle_ownership`` takes them over again.
        """
        self._parts.writer.abort()
        self._parts.observer.aborted()
        for number in numbers:
            self._drop(number)
        self._start_over.update(numbers)
        self._must_seek = True

    def _seek_all(self) -> None:
        """After trouble the reading positions are those of memory, whatever the consumer thinks."""
        for owned in self.owned.values():
            self._seek(owned)

    def _seek(self, owned: Owned) -> None:
        for source in owned.inputs:
            self._parts.consumer.seek(source, owned.partition.positions[source.topic])

    def _rules_changed(self, cause: str) -> None:
        for owned in self.owned.values():
            owned.partition.request_scan(frozenset({cause}), refresh=cause == "CLOCK")

    def _flush_before_revocation(self, numbers: Sequence[int]) -> None:
        """From within the revocation: until it returns, the partitions are still ours."""
        if any(number in self.owned for number in numbers):
            self._commit()

    def _settle_ownership(self) -> None:
        """Act on what the listener noted, now that we are outside its callbacks."""
        gone, gained = self._ownership.take()
        if lost := self._ownership.take_lost():
            self._parts.observer.lost(len(lost))
        for number in gone:
            self._drop(number)
        if gained:
            self._metadata_is_current = False
        self._start_over |= gained
        while self._start_over:
            self._take_over(self._start_over.pop())
        if gone or gained:
            log.info("partitions changed", extra={"gained": sorted(gained), "given_up": sorted(gone)})
            self._parts.observer.owns(len(self.owned))

    def _drop(self, number: int) -> None:
        self.owned.pop(number, None)
        self._previews.dropped(number)
        self._parts.partials.forget(number)
        if (takeover := self._takeovers.pop(number, None)) is not None:
            takeover.close()

    def _take_over(self, number: int) -> None:
        if self._ownership.holds(number):
            self._takeovers[number] = Takeover(number, self._parts.takeover)
            self._parts.consumer.pause([TopicPartition(topic, number) for topic in AGENCY_FACTS])

    def _advance_takeovers(self) -> None:
        """One at a time: restoring is bound by this one core anyway, and the first is soonest live."""
        if not self._takeovers or not self._metadata_is_current:
            return
        number, takeover = next(iter(self._takeovers.items()))
        try:
            owned = takeover.step()
            if owned is None:
                return
            self._seek(owned)
            self._stops.gained(owned)
        except Retryable:
            # What it has read may be half of a batch: it begins again.
            takeover.close()
            self._takeovers[number] = Takeover(number, self._parts.takeover)
            self._setbacks.not_taken_over(number)
            raise
        del self._takeovers[number]
        self._sweeper.gained(owned, takeover.removals_ms, self._parts.wall_ms())
        self.owned[number] = owned
        self._previews.gained(number)
        self._parts.observer.restored(number, takeover.rows_read)
        self._parts.observer.owns(len(self.owned))

    def _between_transactions(self) -> None:
        parts, now_ms = self._parts, self._parts.wall_ms()
        parts.lookups.follow(set(self.owned), now_ms)
        asked = parts.lookups.poll()
        if asked or self._previews.waits:
            self._next_commit = min(self._next_commit, parts.clock() + parts.limits.interval_while_asked_s)
        if self._pending:
            return  # memory is ahead of the log
        self._setbacks.telling = True
        self._sweeper.begin_due(self.owned.values())
        rules, offset = parts.control.rules(), parts.control.position
        self._previews.turn(self.owned, rules, offset, now_ms)
        if asked:
            parts.observer.answered(parts.lookups.answer(self.owned, rules, offset, now_ms))
        if parts.partials.due():
            settled = [one for one in self.owned.values() if not one.rebuilding]
            told = parts.partials.send(settled, rules, offset, now_ms)
            if told is not None and rules is not None:  # not earlier: its last counts must have been told
                told.partition.batches.forget_closed(rules.day_number)
        self._setbacks.telling = False
        parts.observer.turned(self.owned, self._takeovers, rules, offset)
