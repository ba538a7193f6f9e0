"""Quarantined records as text. Whatever could be a NIK is masked unless a purpose was stated."""

import json
import re
from collections.abc import Sequence
from typing import Any

from deploy.query.quarantine import Entry, Original, plain_json
from deploy.view import wording
from deploy.view.numbers import NONE
from deploy.view.wording import words
from schemas.events import Repair

# A NIK is 16 digits; a broken one may have lost some or come with its neighbours, and people write
# it in groups. Shorter runs are dates and versions. A person token's run of digits is masked as well.
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){11,}")
_DUMP_BYTES = 256


_RUN = re.compile(r"\d{12,}")


def masked_id(text: str) -> str:
    """Unbroken runs only: a batch id often is a date with numbers behind hyphens."""
    return _RUN.sub(lambda run: "*" * len(run.group()), text)


def masked(text: str) -> str:
    """Runs of twelve and more digits as stars, their length kept, separators within them too."""
    return _DIGITS.sub(lambda run: "*" * len(run.group()), text)


def list_lines(entries: Sequence[Entry]) -> list[str]:
    """One line a record: when, where from, what became of it, why."""
    if not entries:
        return ["Tidak ada. / There are none."]
    return [
        f"{entry.record.recorded_at:%Y-%m-%d %H:%M:%S}  {entry.origin:<32} {_state(entry):<26} "
        f"{entry.record.reason:<20} {masked_id(entry.record.batch or NONE):<24} "
        f"{masked(entry.record.detail)}".rstrip()
        for entry in entries
    ]


def show_lines(entry: Entry, original: Original, *, reveal: bool) -> list[str]:
    """One record in full."""
    record = entry.record
    meaning = words(wording.REJECT_REASON, record.reason)
    schema = NONE if record.schema_id is None else str(record.schema_id)
    key = as_text(original.key)
    return [
        f"Asal / origin         {entry.origin}",
        f"Keadaan / state       {_state(entry)}",
        *_repair_lines(entry.repair),
        f"Waktu / broker time   {record.recorded_at:%Y-%m-%d %H:%M:%S %Z}".rstrip(),
        f"Sebab / reason        {record.reason}: {meaning.indonesian}",
        f"                      {meaning.english}",
        f"Rincian / detail      {masked(record.detail) or NONE}",
        f"Batch                 {masked_id(record.batch or NONE)}",
        f"Skema / schema id     {schema}",
        f"Kunci / key           {key if reveal else masked(key)}",
        *_value_lines(original, reveal=reveal),
    ]


def _state(entry: Entry) -> str:
    return " / ".join(words(wording.REPAIR_STATE, entry.state))


def _repair_lines(repair: Repair | None) -> list[str]:
    if repair is None:
        return []
    mended = "diperbaiki / mended" if repair.mended else "seperti adanya / as it came"
    sent = [f"                      batch {repair.batch}, {mended}"] if repair.batch else []
    decided = f"{repair.at:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    return [*sent, f"                      {decided}, {masked(repair.by)}: {masked(repair.basis)}"]


def _value_lines(original: Original, *, reveal: bool) -> list[str]:
    if original.value is None:
        return ["Isi / value           null"]
    if original.decoded is not None:
        value = plain_json(original.decoded)
        text = json.dumps(value if reveal else hidden(value), indent=2)
        return ["Isi / value", *("  " + line for line in text.splitlines())]
    shown = as_text(original.value[:_DUMP_BYTES])
    more = f" … ({len(original.value)} byte)" if len(original.value) > _DUMP_BYTES else ""
    return [
        f"Isi / value           tidak terbaca / cannot be decoded: {masked(original.fault or '')}",
        f"  {shown if reveal else masked(shown)}{more}",
    ]


def as_text(raw: bytes | None) -> str:
    """Bytes as text where they are printable, else escaped; null as a dash."""
    return (
        NONE
        if raw is None
        else raw.decode("utf-8", "backslashreplace").encode("unicode_escape").decode("ascii")
    )


def as_plain(entry: Entry) -> dict[str, Any]:
    """The JSON form of a record, without what is sealed."""
    record, repair = entry.record, entry.repair
    plain = record.to_record()
    return {
        "origin": entry.origin,
        "state": entry.state,
        "repair": None if repair is None else {**repair.to_record(), "at": repair.at.isoformat()},
        "recorded_at": record.recorded_at.isoformat(),
        **{name: plain[name] for name in ("topic", "partition", "offset", "reason", "schema_id", "key_id")},
        "detail": masked(record.detail),
        "batch": None if record.batch is None else masked_id(record.batch),
    }


def original_as_plain(original: Original, *, reveal: bool) -> dict[str, Any]:
    """The JSON form of what was opened."""
    value = original.decoded if original.decoded is not None else _or_none(original.value)
    opened = {"key": _or_none(original.key), "value": plain_json(value)}
    return {**(opened if reveal else hidden(opened)), "fault": original.fault, "masked": not reveal}


def hidden(value: Any) -> Any:
    """A JSON value with every text masked and every number of twelve and more digits replaced by stars."""
    if isinstance(value, dict):
        return {name: hidden(part) for name, part in value.items()}
    if isinstance(value, list):
        return [hidden(part) for part in value]
    if isinstance(value, str):
        return masked(value)
    return value if value is None or masked(str(value)) == str(value) else masked(str(value))


def _or_none(raw: bytes | None) -> str | None:
    return None if raw is None else as_text(raw)
