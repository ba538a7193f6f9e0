"""Section 1: when a record counts."""

import re
from collections.abc import Callable
from datetime import date

from schemas.errors import ContractBroken
from tests.oracle.control import Control
from tests.oracle.partition import partition_of
from tests.oracle.records import RawRecord, Record, Rejected, Usable, as_date
from tests.oracle.regions import RegionTable
from tests.oracle.vocabulary import PERSONS

Decode = Callable[[str, bytes], Record]
"""(topic, value) → record, or ContractBroken with UNKNOWN_SCHEMA or UNDECODABLE."""

_TOKEN = re.compile(r"[0-9a-f]{32}")
_SECONDS_AHEAD = 86_400
_HEADER_BYTES = 200


def check(raw: RawRecord, partitions: int, regions: RegionTable, decode: Decode) -> Usable | Rejected:
    """Usable, or rejected with the first reason of the table that fails."""
    if raw.key is None or not _is_token(raw.key.decode("latin-1")):
        return Rejected("INVALID_KEY", _batch_in_header(raw))
    if partition_of(raw.key, partitions) != raw.partition:
        return Rejected("WRONG_PARTITION", _batch_in_header(raw))
    if raw.value is None:
        return Rejected("NULL_VALUE", _batch_in_header(raw))
    try:
        record = decode(raw.topic, raw.value) if isinstance(raw.value, bytes) else raw.value
    except ContractBroken as error:
        return Rejected(error.reason, _batch_in_header(raw))
    reason = _content_reason(raw, record, regions)
    if reason is not None:
        return Rejected(reason, record["batch"])
    if raw.topic == PERSONS:
        record = {**record, "region": regions.home(record["region"])}
    return Usable(raw.key.decode(), record, record["batch"])


def is_void(raw: RawRecord, state: Control) -> bool:
    """Whether it is about somebody erased: then it is nothing, whatever else may be wrong with it."""
    starts = state.counts_from.get((raw.key or b"").decode("latin-1"), 0)
    return starts is None or raw.timestamp_ms < starts


def _batch_in_header(raw: RawRecord) -> str:
    """The batch of a reject whose value was not read; empty if the header does not say."""
    return raw.headers.get("batch", b"")[:_HEADER_BYTES].decode(errors="replace")


def _content_reason(raw: RawRecord, record: Record, regions: RegionTable) -> str | None:
    if raw.topic == PERSONS:
        return _version_of_person(raw, record["version"]) or _person_reason(raw, record, regions)
    return _version_of_membership(raw, record["version"]) or _membership_reason(record)


def _version_of_person(raw: RawRecord, version: int) -> str | None:
    if version < 0:
        return "INVALID_VERSION"
    year, quarter = divmod(version // 2**32, 10)
    if not (2000 <= year <= 2999 and 1 <= quarter <= 4):
        return "INVALID_VERSION"
    now = raw.broker_time
    latest_year, latest_quarter = now.year, (now.month + 2) // 3
    for _ in range(4):  # four quarters further, one at a time
        latest_year, latest_quarter = (
            (latest_year + 1, 1) if latest_quarter == 4 else (latest_year, latest_quarter + 1)
        )
    return "VERSION_AHEAD" if (year, quarter) > (latest_year, latest_quarter) else None


def _version_of_membership(raw: RawRecord, version: int) -> str | None:
    if version < 0:
        return "INVALID_VERSION"
    latest = (raw.timestamp_ms + _SECONDS_AHEAD * 1_000) * 1_000
    return "VERSION_AHEAD" if version > latest else None


def _person_reason(raw: RawRecord, record: Record, regions: RegionTable) -> str | None:
    if regions.home(record["region"]) is None:
        return "UNKNOWN_REGION"
    born = as_date(record["birth_date"])
    if born is None or not date(1900, 1, 1) <= born <= raw.broker_time.date():
        return "INVALID_DATE"
    if record["decile"] is not None and record["decile"] not in range(1, 11):
        return "INVALID_DECILE"
    if record["work_status"] is not None and record["work_status"] not in range(9):
        return "INVALID_WORK_STATUS"
    if record["industry"] is not None and record["industry"] not in range(1, 27):
        return "INVALID_INDUSTRY"
    replaced_by = record["replaced_by"]
    if replaced_by is None:
        return "INVALID_REPLACED_BY" if record["presence"] == "MERGED" else None
    if not _is_token(replaced_by) or replaced_by.encode() == raw.key:
        return "INVALID_REPLACED_BY"
    return None


def _membership_reason(record: Record) -> str | None:
    for enrolment in record["enrolments"]:
        paid_through = as_date(enrolment["paid_through"])
        if paid_through is None or not date(1978, 1, 1) <= paid_through <= date(2100, 12, 31):
            return "INVALID_DATE"
    return "TOO_MANY_ENROLMENTS" if len(record["enrolments"]) > 8 else None


def _is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None
