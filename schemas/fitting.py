"""Where a record does not fit its schema: every field by its path, and never a value."""

from datetime import date, datetime
from typing import Any

from schemas.avsc import full_name

_INT, _LONG = 2**31, 2**63


def misfits(avro: Any, value: Any, path: str = "") -> list[str]:
    """Paths of the parts of ``value`` that do not fit the inlined schema, in schema order."""
    if isinstance(avro, list):
        branch, inner = _branch(avro, value)
        return [path] if branch is None else misfits(branch, inner, path)
    kind = avro if isinstance(avro, str) else avro["type"]
    if kind == "record":
        return _record(avro, value, path)
    if kind == "array":
        if not isinstance(value, list | tuple):
            return [path]
        return [
            fault for at, item in enumerate(value) for fault in misfits(avro["items"], item, f"{path}[{at}]")
        ]
    if kind == "enum":
        return [] if value in avro["symbols"] else [path]
    logical = avro.get("logicalType") if isinstance(avro, dict) else None
    return [] if _scalar(kind, logical, value) else [path]


def _record(avro: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [path]
    at = f"{path}." if path else ""
    known = [field["name"] for field in avro["fields"]]
    faults: list[str] = []
    for field in avro["fields"]:
        where = at + field["name"]
        faults += misfits(field["type"], value[field["name"]], where) if field["name"] in value else [where]
    return faults + [f"{at}{name}" for name in sorted(set(value) - set(known))]


def _branch(avro: list[Any], value: Any) -> tuple[Any, Any]:
    if isinstance(value, tuple):
        named = [
            each for each in avro if isinstance(each, dict) and "name" in each and full_name(each) == value[0]
        ]
        return (named[0], value[1]) if named else (None, None)
    if value is None:
        return ("null" if "null" in avro else None), None
    others = [each for each in avro if each != "null"]
    return others[0], value


def _scalar(kind: str, logical: str | None, value: Any) -> bool:
    if logical == "date" and isinstance(value, date):
        return not isinstance(value, datetime)
    if logical == "timestamp-millis" and isinstance(value, datetime):
        return True
    if kind in ("int", "long"):
        limit = _INT if kind == "int" else _LONG
        return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "null":
        return value is None
    return isinstance(value, str) and (value.isascii() or _is_unicode(value))


def _is_unicode(text: str) -> bool:
    """Python's text may hold half a surrogate pair, which no UTF-8 has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
