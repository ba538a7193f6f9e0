"""May a schema follow another? Full compatibility: each reads what the other wrote."""

from typing import Any

from schemas.avsc import full_name, inlined, nullable

_WIDER = {("int", "long")}


def breaks(old: Any, new: Any) -> list[str]:
    """Every reason why the two do not read each other, naming the field; empty when they do."""
    before, after = inlined(old), inlined(new)
    found = [f"old data: {fault}" for fault in _unreadable(before, after, "")]
    return found + [f"old readers: {fault}" for fault in _unreadable(after, before, "")]


def cannot_read(old: Any, new: Any) -> list[str]:
    """Every reason why the new schema does not read what the old one wrote (backward compatibility)."""
    return _unreadable(inlined(old), inlined(new), "")


def _unreadable(writer: Any, reader: Any, path: str) -> list[str]:
    if isinstance(writer, list):
        return [fault for branch in writer for fault in _unreadable(branch, reader, path)]
    if isinstance(reader, list):
        faults = [_unreadable(writer, branch, path) for branch in reader]
        return [] if any(not each for each in faults) else [f"{path}: {_kind(writer)} is no longer allowed"]
    if _kind(writer) != _kind(reader):
        if (_kind(writer), _kind(reader)) in _WIDER:
            return []
        return [f"{path}: {_kind(writer)} cannot be read as {_kind(reader)}"]
    if isinstance(writer, str) or isinstance(reader, str):
        return []
    return _same_kind(writer, reader, path)


def _same_kind(writer: Any, reader: Any, path: str) -> list[str]:
    kind = writer["type"]
    if kind in ("record", "enum", "fixed") and full_name(writer) != full_name(reader):
        return [f"{path}: {full_name(writer)} is not {full_name(reader)}"]
    if kind == "enum":
        # A default would let old readers take a new symbol, but as something it is not.
        lost = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
        return [f"{path}: no symbol {', '.join(lost)}"] if lost else []
    if kind == "array":
        return _unreadable(writer["items"], reader["items"], f"{path}[]")
    if kind == "record":
        return _fields(writer, reader, path)
    return []


def _fields(writer: Any, reader: Any, path: str) -> list[str]:
    written = {field["name"]: field for field in writer["fields"]}
    faults: list[str] = []
    for field in reader["fields"]:
        where = f"{path}.{field['name']}" if path else field["name"]
        if field["name"] in written:
            faults += _unreadable(written[field["name"]]["type"], field["type"], where)
        elif "default" not in field:
            faults.append(f"{where}: missing and without default")
    return faults


def _kind(avro: Any) -> str:
    if isinstance(avro, str):
        return avro
    if isinstance(avro, list):
        inner = nullable(avro)
        return f"nullable {_kind(inner[0])}" if inner else "union"
    return str(avro.get("logicalType", avro["type"]))
