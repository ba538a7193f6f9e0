"""Numbers of a decoded record to dates and moments, where the calendar has them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.avsc import full_name
from schemas.errors import ContractBroken

_EPOCH_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def with_dates(avro: Any, value: Any, path: str = "") -> Any:
    """The same value by the inlined schema, with Python's dates and moments.

    A date beyond the calendar raises ``ContractBroken`` INVALID_DATE naming its field. A moment beyond it
    becomes the first or last there is: moments are information, nothing is decided by them.
    """
    if isinstance(avro, list):
        return _union(avro, value, path)
    kind = avro if isinstance(avro, str) else avro["type"]
    if kind == "record":
        return {
            field["name"]: with_dates(field["type"], value[field["name"]], f"{path}.{field['name']}")
            for field in avro["fields"]
        }
    if kind == "array":
        return [with_dates(avro["items"], item, f"{path}[{at}]") for at, item in enumerate(value)]
    logical = avro.get("logicalType") if isinstance(avro, dict) else None
    if logical == "date":
        return _date(value, path)
    return _moment(value) if logical == "timestamp-millis" else value


def _union(branches: list[Any], value: Any, path: str) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        name, record = value
        (branch,) = (each for each in branches if isinstance(each, dict) and full_name(each) == name)
        return name, with_dates(branch, record, path)
    branch = next(each for each in branches if each != "null")
    return with_dates(branch, value, path)


def _date(days: int, path: str) -> date:
    try:
        return _EPOCH_DAY + timedelta(days=days)
    except OverflowError:
        raise ContractBroken("INVALID_DATE", f"{path.lstrip('.')}: no calendar has this date") from None


def _moment(milliseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _FIRST if milliseconds < 0 else _LAST
