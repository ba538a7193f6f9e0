"""How the values of one writer schema become our records: the reference way and the fast way, as one plan."""

import io
import json
from typing import Any, cast

import fastavro
import pyarrow as pa
import pyruhvro
from fastavro.read import SchemaResolutionError

from schemas import avsc
from schemas.calendar import with_dates
from schemas.canonical import Unsure, compile_measure
from schemas.errors import ContractBroken
from schemas.projection import Unfit, field_projections
from schemas.strict import Malformed, check_body, compile_walk

_ONE_BY_ONE = 32
"""Below this many bodies a failing batch is not halved any further."""


class OurSchema:
    """A schema of ours, ready to read with."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = avsc.schema_text(name)
        self.inlined = avsc.inlined(avsc.schema(name))
        self.full_name = avsc.full_name(self.inlined)
        self.parsed = fastavro.parse_schema(avsc.schema(name))
        self.plain = fastavro.parse_schema(avsc.without_logical_types(avsc.schema(name)))

    def arrow(self) -> pa.Schema:
        """The columns of a decoded batch: our fields in order, with the types the fast way yields."""
        columns: pa.Schema = pyruhvro.avro_to_arrow_schema(self.text)
        return columns


class Plan:
    """Reads values written with one schema; ``ContractBroken`` UNKNOWN_SCHEMA if it is of another record."""

    def __init__(self, text: str, ours: OurSchema) -> None:
        self._ours = ours
        self._text = text
        try:
            written = json.loads(text)
            self._inlined = avsc.inlined(written)
            self._parsed = fastavro.parse_schema(written)
            self._plain = fastavro.parse_schema(avsc.without_logical_types(written))
            name = avsc.full_name(self._inlined)
            self._walk = compile_walk(self._inlined)
        except (ValueError, KeyError, TypeError, AttributeError, fastavro.schema.SchemaParseException):
            raise ContractBroken("UNKNOWN_SCHEMA", "the schema in the registry cannot be read") from None
        if name != ours.full_name:
            raise ContractBroken("UNKNOWN_SCHEMA", f"the schema is of {name}, not of {ours.full_name}")
        self._same = self._inlined == ours.inlined

    def read_one(self, body: bytes) -> dict[str, Any]:
        """One record, dates and moments as Python's; ``ContractBroken`` UNDECODABLE or INVALID_DATE."""
        try:
            return self._read(body, self._parsed, self._ours.parsed)
        except ContractBroken:
            # Perhaps only a date or moment that Python's calendar has not; if more is wrong this says it.
            record: dict[str, Any] = with_dates(self._ours.inlined, self.read_plain(body))
            return record

    def read_plain(self, body: bytes) -> dict[str, Any]:
        """One record with dates and timestamps as numbers; raises ``ContractBroken`` UNDECODABLE."""
        return self._read(body, self._plain, self._ours.plain)

    def _read(self, body: bytes, writer: Any, reader: Any) -> dict[str, Any]:
        try:
            check_body(self._walk, body)
            record: Any = fastavro.schemaless_reader(
                io.BytesIO(body),
                writer,
                None if self._same else reader,
                return_record_name=True,
                return_record_name_override=True,
            )
        except Malformed as fault:
            raise ContractBroken("UNDECODABLE", str(fault)) from None
        except RecursionError:
            raise ContractBroken("UNDECODABLE", "nested too deeply") from None
        except (SchemaResolutionError, ValueError, LookupError, EOFError, TypeError, OverflowError) as fault:
            # The library's text may hold values; the kind of error does not.
            detail = f"does not resolve to our schema ({type(fault).__name__})"
            raise ContractBroken("UNDECODABLE", detail) from None
        return cast(dict[str, Any], record)

    def columns(self) -> "ColumnPlan":
        """The way for whole batches; raises ``NotImplementedError`` where our schema has no columns."""
        return ColumnPlan(self, self._text, self._inlined, self._ours, same=self._same)


class ColumnPlan:
    """Reads batches: pyruhvro where it is sure, the reference one by one where it is not."""

    def __init__(self, plan: Plan, text: str, inlined: Any, ours: OurSchema, *, same: bool) -> None:
        self._plan = plan
        self._text = text
        self._target = ours.arrow()
        self._project = None if same else field_projections(inlined, ours.inlined, self._target)
        try:
            self._measures = [compile_measure(field["type"]) for field in inlined["fields"]]
            self._fast = same or self._project is not None
        except NotImplementedError:
            if same:
                raise
            self._fast = False

    def read(self, bodies: list[bytes]) -> tuple[list[pa.RecordBatch], list[tuple[int, ContractBroken]]]:
        """Consecutive batches of the good rows in order, and what is wrong with the others by position."""
        batches: list[pa.RecordBatch] = []
        rejects: list[tuple[int, ContractBroken]] = []
        todo = [(0, len(bodies))]
        while todo:
            start, stop = todo.pop()
            part = bodies if stop - start == len(bodies) else bodies[start:stop]
            rows = self._read_fast(part) if self._fast else None
            if rows is not None:
                batches.append(rows)
            elif self._fast and stop - start > _ONE_BY_ONE:
                middle = (start + stop) // 2
                todo += [(middle, stop), (start, middle)]
            else:
                batches.append(self._read_slowly(part, start, rejects))
        return batches, rejects

    def _read_fast(self, bodies: list[bytes]) -> pa.RecordBatch | None:
        try:
            rows = pyruhvro.deserialize_array(bodies, self._text)
            # It takes any bytes for text, stops at the end of the record and cuts long ints short.
            rows.validate(full=True)
            length = sum(
                measure(column) for measure, column in zip(self._measures, rows.columns, strict=True)
            )
            if length != sum(map(len, bodies)):
                return None
            if self._project is None:
                return rows
            return pa.RecordBatch.from_arrays([pick(rows) for pick in self._project], schema=self._target)
        except (ValueError, Unsure, Unfit):
            return None
        except BaseException as panic:
            if not is_panic(panic):
                raise
            return None

    def _read_slowly(
        self, bodies: list[bytes], start: int, rejects: list[tuple[int, ContractBroken]]
    ) -> pa.RecordBatch:
        good: list[dict[str, Any]] = []
        for position, body in enumerate(bodies, start):
            try:
                good.append(self._plan.read_plain(body))
            except ContractBroken as broken:
                rejects.append((position, broken))
        return pa.RecordBatch.from_pylist(good, schema=self._target)


def is_panic(error: BaseException) -> bool:
    """Whether a Rust extension panicked: that derives from ``BaseException`` and cannot be imported."""
    return type(error).__name__ == "PanicException" and type(error).__module__ == "pyo3_runtime"
