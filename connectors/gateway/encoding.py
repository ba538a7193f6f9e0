"""Values of the events of a request: facts as columns, which takes a quarter of the time of one by one."""

from collections.abc import Sequence

import pyarrow as pa

from connectors.gateway.ports import Codec
from connectors.gateway.reading import Ready

_WORTH_COLUMNS = 8


def encode_all(codec: Codec, ready: Sequence[Ready]) -> list[bytes]:
    """One value an event, in their order."""
    values: dict[int, bytes] = {}
    by_topic: dict[str, list[int]] = {}
    for number, each in enumerate(ready):
        by_topic.setdefault(each.topic, []).append(number)
    for topic, places in by_topic.items():
        records = [ready[place].event.to_record() for place in places]
        if ready[places[0]].fact is not None and len(places) >= _WORTH_COLUMNS:
            rows = pa.RecordBatch.from_pylist(records, schema=codec.columns(topic))
            values.update(zip(places, codec.encode_batch(topic, rows), strict=True))
        else:
            values.update(
                (place, codec.encode(topic, record)) for place, record in zip(places, records, strict=True)
            )
    return [values[number] for number in range(len(ready))]
