"""Avro in Confluent framing: magic byte 0, the registry's schema id in four bytes, the body.

One interface over two libraries. fastavro is the reference and does single records; pyruhvro does batches.
Property tests keep them equal. What the fast way is not sure of goes one by one through the reference.
"""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, Protocol, TypeVar

import fastavro
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.errors import ContractBroken, InvalidInput
from schemas.fitting import misfits
from schemas.names import VALUE_SCHEMAS, subject
from schemas.reading import ColumnPlan, OurSchema, Plan
from schemas.unknown_ids import UnknownIds
from schemas.writing import ColumnWriter

HEADER_BYTES = 5
_MAGIC = b"\x00"
_BODY: Callable[[Any], bytes] = itemgetter(slice(HEADER_BYTES, None))
"""As a slice, at four fifths of its cost: this is called once a record."""

_T = TypeVar("_T")


class Registry(Protocol):
    """What the codec asks of a schema registry."""

    def register(self, subject: str, schema: str) -> int:
        """The id of this schema under this subject, registering it if it is new."""

    def schema(self, schema_id: int) -> str:
        """The schema of an id; raises ``ContractBroken`` UNKNOWN_SCHEMA or ``Retryable``."""


@dataclass(frozen=True, slots=True)
class DecodedBatch:
    """A batch after decoding: every value is in exactly one of ``rows`` and ``rejects``.

    ``rows`` has our fields in order (dates as date32, timestamps as milliseconds, enums as text);
    ``index`` says for each row which value it was, rising. ``rejects`` rises too.
    """

    rows: pa.RecordBatch
    index: NDArray[np.intp]
    rejects: list[tuple[int, ContractBroken]]


class AvroCodec:
    """Encodes and decodes the values of all topics that carry Avro; keeps the ids the registry told it.

    ``clock`` gives seconds that only rise; it says when an unknown id may be asked for again.
    """

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._unknown = UnknownIds(clock)
        self._ours: dict[str, OurSchema] = {}
        self._prefixes: dict[str, bytes] = {}
        self._plans: dict[tuple[str, bytes], Plan] = {}
        self._column_plans: dict[tuple[str, bytes], ColumnPlan] = {}
        self._writers: dict[str, ColumnWriter] = {}

    def encode(self, topic: str, record: dict[str, Any]) -> bytes:
        """One value; raises ``InvalidInput`` naming the fields that do not fit."""
        ours = self._our(topic)
        out = io.BytesIO()
        out.write(self._prefix(topic))
        if wrong := misfits(ours.inlined, record):
            raise InvalidInput(f"{ours.name}: does not fit in {', '.join(wrong)}")
        fastavro.schemaless_writer(out, ours.parsed, record)
        return out.getvalue()

    def decode(self, topic: str, value: bytes) -> dict[str, Any]:
        """One record by our schema, its dates and moments Python's.

        Raises ``ContractBroken`` UNKNOWN_SCHEMA, UNDECODABLE, or INVALID_DATE for a date beyond the calendar
        (a batch holds such a date as it is), or ``Retryable``.
        """
        return self._plan(topic, value[:HEADER_BYTES]).read_one(value[HEADER_BYTES:])

    def columns(self, topic: str) -> pa.Schema:
        """The columns of a topic's values, as ``encode_batch`` takes and ``decode_batch`` gives them."""
        return self._our(topic).arrow()

    def prepare(self, topic: str) -> None:
        """Register the schema of a topic now, so that no later call of ``encode`` asks the registry.

        Raises ``Retryable`` or ``Refused``.
        """
        self._prefix(topic)

    def encode_batch(self, topic: str, rows: pa.RecordBatch) -> list[bytes]:
        """The values of a batch that has our columns, by name; raises ``InvalidInput``."""
        if topic not in self._writers:
            self._writers[topic] = ColumnWriter(self._our(topic))
        return self._writers[topic].write(rows, self._prefix(topic))

    def decode_batch(self, topic: str, values: Sequence[bytes | None]) -> DecodedBatch:
        """Many values by our schema. Raises only ``Retryable``, when the registry is asked and not there."""
        header = values[0][:HEADER_BYTES] if values and values[0] else b""
        if len(header) == HEADER_BYTES:
            try:
                same = all(map(bytes.startswith, values, repeat(header)))  # type: ignore[arg-type]
            except TypeError:  # a null among them
                same = False
            if same:
                return self._decode_group(topic, header, list(map(_BODY, values)), np.arange(len(values)))
        return self._decode_mixed(topic, values)

    def _decode_mixed(self, topic: str, values: Sequence[bytes | None]) -> DecodedBatch:
        groups: dict[bytes, list[int]] = {}
        rejects: list[tuple[int, ContractBroken]] = []
        for position, value in enumerate(values):
            if value is None:
                rejects.append((position, ContractBroken("NULL_VALUE", "the value is null")))
            else:
                groups.setdefault(value[:HEADER_BYTES], []).append(position)
        parts = [
            self._decode_group(topic, header, [_body(values[at]) for at in places], np.array(places))
            for header, places in groups.items()
        ]
        for part in parts:
            rejects += part.rejects
        rejects.sort(key=lambda reject: reject[0])
        schema = self._our(topic).arrow()
        rows = _joined([part.rows for part in parts], schema)
        index = np.concatenate([np.empty(0, np.intp), *(part.index for part in parts)])
        order = np.argsort(index)
        return DecodedBatch(rows.take(pa.array(order)), index[order], rejects)

    def _decode_group(
        self, topic: str, header: bytes, bodies: list[bytes], places: NDArray[np.intp]
    ) -> DecodedBatch:
        try:
            plan = self._column_plan(topic, header)
        except ContractBroken as broken:
            none = self._our(topic).arrow().empty_table().to_batches()
            rows = _joined(none, self._our(topic).arrow())
            return DecodedBatch(rows, np.empty(0, np.intp), [(int(place), broken) for place in places])
        batches, faults = plan.read(bodies)
        rows = batches[0] if len(batches) == 1 else _joined(batches, self._our(topic).arrow())
        if not faults:
            return DecodedBatch(rows, places, [])
        good = np.delete(places, [position for position, _ in faults])
        return DecodedBatch(rows, good, [(int(places[position]), broken) for position, broken in faults])

    def _our(self, topic: str) -> OurSchema:
        if topic not in self._ours:
            self._ours[topic] = OurSchema(VALUE_SCHEMAS[topic])
        return self._ours[topic]

    def _prefix(self, topic: str) -> bytes:
        if topic not in self._prefixes:
            schema_id = self._registry.register(subject(topic), self._our(topic).text)
            self._prefixes[topic] = _MAGIC + schema_id.to_bytes(HEADER_BYTES - 1, "big")
        return self._prefixes[topic]

    def _plan(self, topic: str, header: bytes) -> Plan:
        plan = self._plans.get((topic, header))
        if plan is None:
            if len(header) < HEADER_BYTES or not header.startswith(_MAGIC):
                raise ContractBroken(
                    "UNKNOWN_SCHEMA", "the value is not framed: magic byte 0 and a schema id"
                )
            plan = self._plans[topic, header] = Plan(
                self._written(int.from_bytes(header[1:], "big")), self._our(topic)
            )
        return plan

    def _written(self, schema_id: int) -> str:
        self._unknown.check(schema_id)
        try:
            return self._registry.schema(schema_id)
        except ContractBroken:
            self._unknown.add(schema_id)
            raise

    def _column_plan(self, topic: str, header: bytes) -> ColumnPlan:
        plan = self._column_plans.get((topic, header))
        if plan is None:
            plan = self._column_plans[topic, header] = self._plan(topic, header).columns()
        return plan


def _body(value: bytes | None) -> bytes:
    return (value or b"")[HEADER_BYTES:]


def _joined(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    whole = pa.Table.from_batches(batches, schema).combine_chunks().to_batches()
    if whole:
        return whole[0]
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
