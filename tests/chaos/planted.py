"""An engine with a fault of its own, to see that the checker finds it: ``planted KIND engine --slot N``.

``stale-positions``: a partition block says where the input stood a transaction ago, as if positions were left
out of a transaction. ``lost-block``: now and then a row block is not written.
"""

import json
import sys
from collections.abc import Callable

from connectors.kafka.producer import KafkaTransactionalProducer
from deploy.cli.group import main
from deploy.compose import engine
from schemas.names import HUB_STATE
from schemas.records import Outgoing
from streams.engine.blocks import PARTITION_KEY, ROWS_KEY

_EVERY = 3
"""Row blocks: one in so many is lost."""


class StalePositions(KafkaTransactionalProducer):
    """Positions one transaction behind."""

    _before: dict[int, object]

    def produce(self, records: Outgoing) -> None:
        if records.target.topic == HUB_STATE:
            self.__dict__.setdefault("_before", {})
            values = [
                self._behind(records.target.partition, value) if key == PARTITION_KEY else value
                for key, value in zip(records.keys or (), records.values, strict=True)
            ]
            records = Outgoing(records.target, records.keys, values, records.headers)
        super().produce(records)

    def _behind(self, partition: int, value: bytes | None) -> bytes | None:
        block = json.loads(value or b"{}")
        before = self._before.get(partition, block["positions"])
        self._before[partition] = block["positions"]
        return json.dumps({**block, "positions": before}).encode()


class LostBlock(KafkaTransactionalProducer):
    """Row blocks that never reach the topic."""

    _seen = 0

    def produce(self, records: Outgoing) -> None:
        if records.target.topic == HUB_STATE and records.keys is not None:
            kept = [i for i, key in enumerate(records.keys) if key != ROWS_KEY or not self._loses()]
            keys, values = [records.keys[i] for i in kept], [records.values[i] for i in kept]
            records = Outgoing(records.target, keys, values)
        super().produce(records)

    def _loses(self) -> bool:
        self._seen += 1
        return self._seen % _EVERY == 0


KINDS: dict[str, Callable[..., KafkaTransactionalProducer]] = {
    "stale-positions": StalePositions,
    "lost-block": LostBlock,
}

if __name__ == "__main__":
    kind = sys.argv.pop(1)
    vars(engine)["KafkaTransactionalProducer"] = KINDS[kind]
    sys.exit(main())
