"""What a draft would do to the persons of one partition, told to the control plane by a plain producer."""

import logging
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from schemas.codec import AvroCodec
from schemas.directive import DirectiveDocument, DirectiveInvalid
from schemas.events import PreviewWanted
from schemas.names import HUB_PARTIALS
from schemas.records import Outgoing, TopicPartition
from streams.coverage.directive import compile_directive
from streams.coverage.preview import Preview, preview
from streams.coverage.region_index import RegionIndex
from streams.coverage.verdict import NOT_MEANT, evaluate, situations_of
from streams.engine.decide import desire
from streams.engine.owned import Owned
from streams.engine.partition import Partition, Slot
from streams.engine.ports import PlainProducer
from streams.engine.preview_rows import NOTHING, preview_rows
from streams.engine.rules import Rules
from streams.engine.withhold import keep_held

log = logging.getLogger(__name__)

Codes = NDArray[np.uint16]


class Previews:
    """Answers a preview for one partition at a time. Call only while all of its memory is on the log.

    Answering changes nothing: neither the partition nor what is published.
    """

    def __init__(self, producer: PlainProducer, codec: AvroCodec, regions: RegionIndex) -> None:
        self._producer, self._codec, self._regions = producer, codec, regions

    def answer(
        self, owned: Owned, asked: PreviewWanted, rules: Rules | None, control_offset: int, now_ms: int
    ) -> None:
        """Count and send. ``control_offset`` is the position right after the question.

        Without rules the partition cannot tell and says that it has passed. To a document that this
        release does not understand it gives no answer: the control plane then names the partition.
        """
        if rules is None:
            self.passed(owned, asked, control_offset, now_ms)
            return
        try:
            document = DirectiveDocument.from_json(asked.document)
        except DirectiveInvalid:
            # A newer control plane asked; facts go on becoming verdicts all the same.
            unread = {"preview": asked.preview, "directive": asked.directive, "version": asked.version}
            log.exception("preview of a directive this release cannot read: no answer", extra=unread)
            return
        found, overlaps = self._count(owned.partition, document, rules)
        rows = preview_rows(
            owned,
            asked,
            found,
            overlaps,
            rules.day,
            control_offset,
            now_ms,
            self._codec.columns(HUB_PARTIALS),
        )
        self._send(owned, self._codec.encode_batch(HUB_PARTIALS, rows))

    def passed(self, owned: Owned, asked: PreviewWanted, control_offset: int, now_ms: int) -> None:
        """Say that this partition is past the question, so that it is asked again."""
        schema = self._codec.columns(HUB_PARTIALS)
        rows = preview_rows(owned, asked, NOTHING, {}, None, control_offset, now_ms, schema)
        self._send(owned, self._codec.encode_batch(HUB_PARTIALS, rows))

    def _send(self, owned: Owned, values: list[bytes]) -> None:
        keys = [str(owned.number).encode()] * len(values)
        self._producer.produce(Outgoing(TopicPartition(HUB_PARTIALS, -1), keys, values))

    def _count(
        self, partition: Partition, document: DirectiveDocument, rules: Rules
    ) -> tuple[Preview, Mapping[str, int]]:
        """What the whole directive would do, its rollout complete, and per other directive in force how
        many both mean.
        """
        rows = slice(0, len(partition))
        facts = partition.facts.take(rows)
        situation = _situation(partition, rules)
        draft = compile_directive(document, rules.day, self._regions)
        after = evaluate(draft, facts, situation)
        now = desire(facts, situation, rules)
        keep_held(partition, rows, situation, now, rules)
        united = _by_directive(now)
        before = united.pop(document.id, np.full(len(facts), NOT_MEANT, np.uint16))
        found = preview(
            facts,
            partition.index.tokens[rows],
            before,
            after,
            draft.required,
            self._regions.regencies,
            rules.policy.transport.industries,
        )
        meant = after != NOT_MEANT
        both = {name: int(np.count_nonzero(meant & (codes != NOT_MEANT))) for name, codes in united.items()}
        return found, {name: persons for name, persons in both.items() if persons}


def _situation(partition: Partition, rules: Rules) -> Codes:
    """The situation of each row. Those in memory are of today, but where a scan has still to renew them."""
    n, scan = len(partition), partition.scan
    stale_from = scan.cursor if scan is not None and scan.refresh else n
    fresh = partition.situation[:stale_from]
    if stale_from >= n:
        return fresh
    stale = partition.facts.take(slice(stale_from, n))
    return np.concatenate([fresh, situations_of(stale, rules.membership)])


def _by_directive(now: Mapping[Slot, Codes]) -> dict[str, Codes]:
    """The verdicts of all versions of a directive in one; of two on the same person the higher version's."""
    united: dict[str, Codes] = {}
    for (name, _), codes in sorted(now.items(), key=lambda slot: slot[0]):
        below = united.get(name)
        united[name] = codes if below is None else np.where(codes != NOT_MEANT, codes, below)
    return united
