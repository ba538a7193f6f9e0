"""The Avro schemas that ship with the product."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "avro"


@cache
def schema_text(name: str) -> str:
    """The text of one schema as it is registered: whitespace out, docs kept."""
    return json.dumps(schema(name), separators=(",", ":"), ensure_ascii=False)


def schema(name: str) -> dict[str, Any]:
    """One schema as JSON; a fresh copy each time."""
    parsed: dict[str, Any] = json.loads((FOLDER / f"{name}.avsc").read_text("utf-8"))
    return parsed


def schema_names() -> list[str]:
    """All schemas, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.avsc"))


def full_name(record: dict[str, Any]) -> str:
    """The full name of a record schema."""
    name = str(record["name"])
    if "." in name or not record.get("namespace"):
        return name
    return f"{record['namespace']}.{name}"


def without_logical_types(avro: Any) -> Any:
    """The same schema read as plain numbers: a date no calendar has stays a number instead of an error."""
    if isinstance(avro, list):
        return [without_logical_types(branch) for branch in avro]
    if isinstance(avro, dict):
        return {
            key: without_logical_types(value) if key in ("type", "items", "values", "fields") else value
            for key, value in avro.items()
            if key != "logicalType"
        }
    return avro


def inlined(avro: Any, named: dict[str, Any] | None = None) -> Any:
    """The same schema with every reference to a named type replaced by the type.

    Full names are made explicit on the way. Raises ``ValueError`` for a recursive or unknown type.
    """
    return _inlined(avro, named if named is not None else {}, "")


_PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})


def _inlined(avro: Any, named: dict[str, Any], namespace: str) -> Any:
    if isinstance(avro, list):
        return [_inlined(branch, named, namespace) for branch in avro]
    if isinstance(avro, str):
        if avro in _PRIMITIVES:
            return avro
        name = avro if "." in avro or not namespace else f"{namespace}.{avro}"
        if named.get(name) is None:
            raise ValueError(f"the type {name} is recursive or not defined")
        return named[name]
    kind = avro["type"]
    if kind in ("record", "enum", "fixed"):
        name = full_name({"namespace": namespace, **avro})
        inner = name.rpartition(".")[0]
        named[name] = None
        done = {**avro, "name": name}
        if kind == "record":
            done["fields"] = [
                {**field, "type": _inlined(field["type"], named, inner)} for field in avro["fields"]
            ]
        named[name] = done
        return done
    if kind == "array":
        return {**avro, "items": _inlined(avro["items"], named, namespace)}
    if kind == "map":
        return {**avro, "values": _inlined(avro["values"], named, namespace)}
    if isinstance(kind, str) and kind in _PRIMITIVES:
        return avro if "logicalType" in avro else kind
    return _inlined(kind, named, namespace)


def nullable(avro: Any) -> tuple[Any, int] | None:
    """For a union of null and one type: that type and the position of null; else ``None``."""
    if isinstance(avro, list) and len(avro) == 2 and "null" in avro:
        return avro[1 - avro.index("null")], avro.index("null")
    return None
