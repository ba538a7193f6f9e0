"""Questions about one person, answered from committed rows by a plain producer."""

import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc

from schemas.codec import AvroCodec
from schemas.errors import Retryable
from schemas.names import HOLD_STATES, HUB_ANSWERS, HUB_LOOKUPS
from schemas.records import Outgoing, RecordBatch, TopicPartition
from streams.coverage.explain import explain_directive, explain_facts, explain_verdict
from streams.coverage.ordering import NO_FACT
from streams.coverage.region_index import NO_REGION, RegionIndex
from streams.coverage.situation import date_of
from streams.coverage.verdict import situations_of
from streams.engine.decide import desire
from streams.engine.holds import NOT_HELD
from streams.engine.owned import Owned
from streams.engine.partition import Partition, Rows
from streams.engine.ports import LogAdmin, PlainProducer, Reader
from streams.engine.rules import Rules
from streams.engine.token_index import TOKEN
from streams.engine.withhold import kept_back

log = logging.getLogger(__name__)

_AT_MOST = 100
"""Questions answered between two transactions; the rest wait for the next pause."""

_READ_AT_ONCE = 5_000
"""Look-ups read at a time. Most may be no questions: a list with NIKs notes one for each person on it."""

_LOOK_BACK_MS = 60_000
"""Longer than a takeover lasts; shorter would leave questions unanswered, longer would answer more twice."""


class _Asked(NamedTuple):
    """A question that waits: whose partition, about whom, and its id."""

    partition: int
    key: bytes
    lookup: str


class _Stuck(NamedTuple):
    """Look-ups that could not be read: of which partition, and the offset after them."""

    source: TopicPartition
    next_offset: int


class Lookups:
    """Reads hub.lookups of the owned partitions, and answers on hub.answers."""

    def __init__(
        self, reader: Reader, producer: PlainProducer, admin: LogAdmin, codec: AvroCodec, regions: RegionIndex
    ) -> None:
        self._reader, self._producer, self._admin = reader, producer, admin
        self._codec, self._regions = codec, regions
        self._positions: dict[TopicPartition, int] = {}
        self._stuck: _Stuck | None = None
        self.waiting: list[_Asked] = []

    def follow(self, numbers: set[int], now_ms: int) -> None:
        """Read the look-ups of exactly these partitions; one newly gained from a minute before now on.

        So what was asked during a takeover is answered. What the former owner has answered already is
        answered twice: whoever asked takes the first.
        """
        wanted = {TopicPartition(HUB_LOOKUPS, number) for number in numbers}
        if wanted == self._positions.keys():
            return
        for gone in self._positions.keys() - wanted:
            del self._positions[gone]
        for gained in wanted - self._positions.keys():
            self._positions[gained] = self._admin.offset_at(gained, now_ms - _LOOK_BACK_MS)
        self._reader.assign(self._positions)

    @property
    def stuck(self) -> bool:
        """Whether look-ups could not be read for want of the registry, and have not been read since."""
        at = self._stuck
        return at is not None and self._positions.get(at.source, at.next_offset) < at.next_offset

    def poll(self) -> bool:
        """Fetch questions; returns whether any waits for an answer.

        Raises ``Retryable`` while the registry is asked and not there; what was not understood is read again.
        """
        if self._positions and len(self.waiting) < _AT_MOST:
            for batch in self._reader.consume(_READ_AT_ONCE, 0.0):
                try:
                    asked = self._questions(batch)
                except Retryable:
                    self._stuck = _Stuck(batch.source, batch.next_offset)
                    self._reader.assign(self._positions)
                    raise
                self._positions[batch.source] = batch.next_offset
                self.waiting += asked
        return bool(self.waiting)

    def answer(
        self, owned: Mapping[int, Owned], rules: Rules | None, control_offset: int, now_ms: int
    ) -> int:
        """Answer the first of what waits, from rows that are all on the log; returns how many were sent."""
        asked, self.waiting = self.waiting[:_AT_MOST], self.waiting[_AT_MOST:]
        keys, values = [], []
        for partition, key, lookup in asked:
            one = owned.get(partition)
            if one is None:
                continue
            explanation = self._explain(one.partition, key, rules, control_offset)
            answer = {
                "lookup": lookup,
                "found": explanation["facts"]["dtsen"] is not None
                or explanation["facts"]["bpjs"] is not None
                or explanation["published"] is not None,
                "explanation": json.dumps(explanation),
                "answered_at": now_ms,
            }
            keys.append(key)
            values.append(self._codec.encode(HUB_ANSWERS, answer))
        if keys:
            self._producer.produce(Outgoing(TopicPartition(HUB_ANSWERS, -1), keys, values))
            alone = asked[0].lookup if len(asked) == 1 else None
            log.info("look-ups answered", extra={"lookup": alone, "count": len(keys)})
        return len(keys)

    def _questions(self, batch: RecordBatch) -> list["_Asked"]:
        """Those that ask something. Another look at the data is only noted here; what cannot be read or
        states no purpose gets no answer.
        """
        found = self._codec.decode_batch(HUB_LOOKUPS, batch.values)
        rows = found.rows
        questions = np.flatnonzero(pc.equal(rows["kind"], "EXPLAIN").to_numpy(zero_copy_only=False))
        asked = []
        for row in questions.tolist():
            key = batch.keys[int(found.index[row])]
            if key is not None and rows["purpose"][row].as_py().strip():
                asked.append(_Asked(batch.source.partition, key, rows["lookup"][row].as_py()))
        return asked

    def _explain(
        self, partition: Partition, key: bytes, rules: Rules | None, control_offset: int
    ) -> dict[str, Any]:
        row = _row_of(partition, key)
        facts = partition.facts.take(row)
        known = len(row) > 0
        seq = int(partition.published.seq[row][0]) if known else 0
        region = int(facts.region[0]) if known and facts.dtsen_version[0] != NO_FACT else NO_REGION
        directives = [] if rules is None or not known else rules.directives
        return {
            "region": self._regions.texts[region] or None,
            "business_date": None if rules is None else rules.day.isoformat(),
            "facts": explain_facts(facts, rules.membership if rules else None)
            if known
            else {"dtsen": None, "bpjs": None},
            "directives": [explain_directive(d, facts, rules.membership) for d in directives]
            if rules
            else [],
            "published": {"seq": seq, **self._published(partition, row)} if seq else None,
            "held": self._held(partition, row, rules),
            "partition": partition.number,
            "control_offset": control_offset - 1,
        }

    def _held(self, partition: Partition, row: Rows, rules: Rules | None) -> dict[str, Any] | None:
        """What is kept back of the person, ``None`` for nothing."""
        holds, facts = partition.holds, partition.facts.take(row)
        if rules is None or not len(row) or holds.state[row][0] == NOT_HELD:
            return None
        desired = desire(facts, situations_of(facts, rules.membership), rules)
        kept = kept_back(partition, row, desired)
        return {
            "state": HOLD_STATES[holds.state[row][0] - 1],
            "directives": [
                {"directive": name, "version": version}
                for (name, version), mask in sorted(kept.items())
                if mask[0]
            ],
            "business_date": date_of(int(holds.day[row][0])).isoformat(),
            "region": self._regions.texts[int(partition.published.region[row][0])],
            "dtsen_version": int(facts.dtsen_version[0]),
            "dtsen_offset": int(facts.dtsen_offset[0]),
            "control_offset": int(holds.since[row][0]),
        }

    def _published(self, partition: Partition, row: Rows) -> dict[str, Any]:
        verdicts = []
        for (directive, version), codes in sorted(partition.published.verdicts.items()):
            verdict = explain_verdict(int(codes[row][0]))
            if verdict is not None:
                verdicts.append({"directive": directive, "version": version, **verdict})
        statuses = {verdict["status"] for verdict in verdicts}
        status = "GAP" if "GAP" in statuses else "COVERED" if statuses else "NOT_ELIGIBLE"
        region = self._regions.texts[int(partition.published.region[row][0])]
        return {"status": status, "region": region, "verdicts": verdicts}


def _row_of(partition: Partition, key: bytes) -> Rows:
    """The person's row as an array of length 1, or of length 0 if there is none."""
    try:
        token = np.frombuffer(bytes.fromhex(key.decode("ascii")), TOKEN)
    except (ValueError, UnicodeDecodeError):
        return np.zeros(0, np.intp)
    rows = partition.index.find(token)
    return partition.present(rows[rows >= 0])
