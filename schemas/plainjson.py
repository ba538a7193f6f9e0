"""Records as readable JSON: dates and moments in ISO 8601, a union's record under its short name."""

from datetime import UTC, date, datetime
from typing import Any

from schemas.avsc import full_name, nullable


def from_json(avro: Any, value: Any) -> Any:
    """The plain record the codec encodes. ``avro`` is an inlined schema."""
    if isinstance(avro, list):
        inner = nullable(avro)
        if inner is not None:
            return None if value is None else from_json(inner[0], value)
        ((name, record),) = value.items()
        branch = next(branch for branch in avro if full_name(branch).endswith(f".{name}"))
        return full_name(branch), from_json(branch, record)
    if isinstance(avro, str):
        return value
    if avro["type"] == "record":
        return {field["name"]: from_json(field["type"], value[field["name"]]) for field in avro["fields"]}
    if avro["type"] == "array":
        return [from_json(avro["items"], item) for item in value]
    if avro.get("logicalType") == "date":
        return date.fromisoformat(value)
    if avro.get("logicalType") == "timestamp-millis":
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def to_json(avro: Any, value: Any) -> Any:
    """The inverse of ``from_json``."""
    if isinstance(avro, list):
        inner = nullable(avro)
        if inner is not None:
            return None if value is None else to_json(inner[0], value)
        name, record = value
        branch = next(branch for branch in avro if full_name(branch) == name)
        return {name.rpartition(".")[2]: to_json(branch, record)}
    if isinstance(avro, str):
        return value
    if avro["type"] == "record":
        return {field["name"]: to_json(field["type"], value[field["name"]]) for field in avro["fields"]}
    if avro["type"] == "array":
        return [to_json(avro["items"], item) for item in value]
    return value.isoformat() if "logicalType" in avro else value


def type_name(avro: Any) -> str:
    """A type in words, for people: `string or null`, `list of Verdict`, the symbols of an enum."""
    if isinstance(avro, list):
        words = [type_name(branch) for branch in avro if branch != "null"]
        return " or ".join([*words, "null"] if "null" in avro else words)
    if isinstance(avro, str):
        return avro
    if avro["type"] == "array":
        return f"list of {type_name(avro['items'])}"
    if avro["type"] == "enum":
        return ", ".join(avro["symbols"])
    if avro["type"] == "record":
        return str(avro["name"]).rpartition(".")[2]
    return str(avro["logicalType"])
