"""Records of the control plane's topics as typed values, and back; what cannot be read is a reject."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from schemas.codec import AvroCodec
from schemas.errors import ContractBroken
from schemas.events import Partial, Quarantined, WireRecord
from schemas.names import HEADER_BATCH, HUB_OUTCOMES, HUB_QUARANTINE
from schemas.sealing import SealingKey
from streams.control.cells import Cells, of_records

R = TypeVar("R", bound=WireRecord)

_FRAME_BYTES = 5
_DIGIT_RUN = re.compile(r"\d{12,}")


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it lies on the log; ``timestamp_ms`` is the broker's."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Mapping[str, bytes]

    def header(self, name: str) -> str | None:
        """A header as text, None without it or when it is no text."""
        raw = self.headers.get(name)
        try:
            return raw.decode() if raw is not None else None
        except UnicodeDecodeError:
            return None


class Wire:
    """Decodes and encodes by the topic's schema. Raises ``ContractBroken`` for what cannot be read."""

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def read(self, kind: type[R], raw: Raw) -> R:
        """The value of a record."""
        if raw.value is None:
            raise ContractBroken("NULL_VALUE", "a record of this topic has a value")
        return kind.from_record(self._codec.decode(raw.topic, raw.value))

    def read_partial(self, raw: Raw) -> tuple[Partial, Cells | None]:
        """A partial, and of an answer to a preview its cells as columns; the answer itself has none then."""
        decoded = self._codec.decode_batch(raw.topic, [raw.value])
        for _, broken in decoded.rejects:
            raise broken
        try:
            return _partial(decoded.rows)
        except (ValueError, OverflowError):
            raise ContractBroken("INVALID_DATE", "a date beyond the calendar") from None

    def key(self, raw: Raw) -> str:
        """The key of a record as text."""
        try:
            text = raw.key.decode() if raw.key is not None else ""
        except UnicodeDecodeError:
            text = ""
        if not text.strip():
            raise ContractBroken("INVALID_KEY", "the key is a non-empty text")
        return text

    def prepare(self, topic: str) -> None:
        """Ask the registry now for what ``write`` needs later. Raises ``Retryable`` while it is away."""
        self._codec.prepare(topic)

    def write(self, topic: str, value: WireRecord) -> bytes:
        """The bytes of a value."""
        if topic == HUB_OUTCOMES:
            # The result of a preview may be large: columns are written many times faster, and byte for
            # byte alike.
            rows = pa.RecordBatch.from_pylist([value.to_record()], self._codec.columns(topic))
            return self._codec.encode_batch(topic, rows)[0]
        return self._codec.encode(topic, value.to_record())


class Rejects:
    """Makes a hub.quarantine record of what could not be read. The seal is bound to its origin."""

    def __init__(self, wire: Wire, sealing: SealingKey) -> None:
        self._wire, self._sealing = wire, sealing

    def record(self, raw: Raw, broken: ContractBroken) -> tuple[str, bytes]:
        """Key and value for hub.quarantine."""
        origin = f"{raw.topic}/{raw.partition}/{raw.offset}"
        batch = raw.header(HEADER_BATCH)
        rejected = Quarantined(
            topic=raw.topic,
            partition=raw.partition,
            offset=raw.offset,
            reason=broken.reason,
            detail=broken.detail,
            # A batch id from outside must not carry a personal number along.
            batch=_DIGIT_RUN.sub("*", batch) if batch else None,
            schema_id=_schema_id(raw.value),
            sealed_key=self._seal(raw.key, origin),
            sealed_value=self._seal(raw.value, origin),
            key_id=self._sealing.key_id,
            recorded_at=datetime.fromtimestamp(raw.timestamp_ms / 1000, UTC),
        )
        return origin, self._wire.write(HUB_QUARANTINE, rejected)

    def _seal(self, plain: bytes | None, origin: str) -> str | None:
        return None if plain is None else self._sealing.seal(plain, origin.encode())


def _partial(rows: pa.RecordBatch) -> tuple[Partial, Cells | None]:
    previews = rows.column("preview")
    record: dict[str, Any] = rows.drop_columns(["preview"]).to_pylist()[0]
    if previews.null_count:
        return Partial.from_record({**record, "preview": None}), None
    cells = pc.list_flatten(pc.struct_field(previews, "cells"))
    parts = {field.name: pc.struct_field(previews, field.name) for field in previews.type}
    answer = {name: column[0].as_py() for name, column in parts.items() if name != "cells"}
    return Partial.from_record({**record, "preview": {**answer, "cells": []}}), of_records(cells)


def _schema_id(value: bytes | None) -> int | None:
    if value is None or len(value) < _FRAME_BYTES or value[0] != 0:
        return None
    return int.from_bytes(value[1:_FRAME_BYTES], "big", signed=True)
