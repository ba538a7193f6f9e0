"""From the columns of a writer's schema to ours, as Avro resolves schemas, a column at a time.

What columns cannot do, or rows that do not fit, goes the reference way one by one; so this may be narrow,
but must never disagree with it.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.avsc import full_name, nullable

Project = Callable[[pa.Array], pa.Array]

_SAME = frozenset({"boolean", "string", "int", "long"})


class Unfit(ValueError):
    """Some row cannot be resolved; the reference way says which and why."""


def compile_projection(writer: Any, reader: Any, target: pa.DataType) -> Project | None:
    """From an array of the writer's type to one of type ``target``; ``None`` if columns cannot do it.

    Both schemas inlined.
    """
    if (to := nullable(reader)) is not None:
        source = nullable(writer)
        return compile_projection(source[0] if source else writer, to[0], target)
    if isinstance(writer, list) or isinstance(reader, list):
        return None
    if (
        isinstance(writer, str)
        or isinstance(reader, str)
        or "logicalType" in writer
        or "logicalType" in reader
    ):
        return _scalar(writer, reader, target)
    if writer["type"] != reader["type"]:
        return None
    if writer["type"] == "record":
        return _struct(writer, reader, target)
    if writer["type"] == "array":
        return _list(writer, reader, target)
    if writer["type"] == "enum" and full_name(writer) == full_name(reader):
        return _enum(writer["symbols"], reader["symbols"])
    return None


def _plain(avro: Any) -> tuple[str | None, str | None]:
    if isinstance(avro, str):
        return avro, None
    return avro.get("type"), avro.get("logicalType")


def _scalar(writer: Any, reader: Any, target: pa.DataType) -> Project | None:
    if _plain(writer) == _plain(reader) and _plain(writer)[0] in _SAME:
        return lambda column: column
    if _plain(writer) == ("int", None) and _plain(reader) == ("long", None):
        return lambda column: column.cast(target)
    return None


def _enum(known: list[str], ours: list[str]) -> Project:
    if set(known) <= set(ours):
        return lambda column: column
    symbols = pa.array([*ours, None], pa.string())

    def project(column: pa.Array) -> pa.Array:
        if not pc.all(pc.is_in(column, symbols)).as_py():
            raise Unfit
        return column

    return project


def field_projections(writer: Any, reader: Any, target: Any) -> list[Callable[[Any], pa.Array]] | None:
    """Per field of the reader, a function from the writer's batch (or struct) to that column.

    ``target`` gives the reader's Arrow fields. Fields the writer lacks are filled with their default.
    """
    written = {field["name"]: (index, field) for index, field in enumerate(writer["fields"])}
    columns: list[Callable[[Any], pa.Array]] = []
    for position, field in enumerate(reader["fields"]):
        if field.get("aliases"):
            return None
        if field["name"] in written:
            index, source = written[field["name"]]
            project = compile_projection(source["type"], field["type"], target.field(position).type)
            if project is None:
                return None
            columns.append(_pick(index, project))
        elif "default" in field and not isinstance(field["default"], list | dict):
            columns.append(_constant(field["default"], target.field(position).type))
        else:
            return None
    return columns


def _pick(index: int, project: Project) -> Callable[[Any], pa.Array]:
    return lambda columns: project(
        columns.field(index) if isinstance(columns, pa.Array) else columns.column(index)
    )


def _constant(value: Any, target: pa.DataType) -> Callable[[Any], pa.Array]:
    scalar = pa.scalar(value, target)
    return lambda columns: pa.repeat(scalar, len(columns))


def _struct(writer: Any, reader: Any, target: pa.DataType) -> Project | None:
    columns = field_projections(writer, reader, target)
    if columns is None or full_name(writer) != full_name(reader):
        return None

    def project(column: pa.Array) -> pa.Array:
        mask = column.is_null() if column.null_count else None
        fields = [target.field(position) for position in range(target.num_fields)]
        return pa.StructArray.from_arrays([pick(column) for pick in columns], fields=fields, mask=mask)

    return project


def _list(writer: Any, reader: Any, target: pa.DataType) -> Project | None:
    item = compile_projection(writer["items"], reader["items"], target.value_type)
    if item is None:
        return None

    def project(column: pa.Array) -> pa.Array:
        mask = column.is_null() if column.null_count else None
        return pa.ListArray.from_arrays(column.offsets, item(column.values), type=target, mask=mask)

    return project
