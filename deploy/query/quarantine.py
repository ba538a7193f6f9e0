"""Quarantined records: found, opened with the hub key, decoded as far as they can be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deploy.query.ports import Decoder, Ends
from deploy.query.scan import scan
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import Quarantined
from schemas.names import HUB_QUARANTINE
from schemas.sealing import SealingKey
from streams.engine.ports import Reader


@dataclass(frozen=True, slots=True)
class Original:
    """A record as it came. ``decoded`` is None where its value cannot be read; ``fault`` then says why."""

    key: bytes | None
    value: bytes | None
    decoded: dict[str, Any] | None
    fault: str | None


def origin_of(record: Quarantined) -> str:
    """Where the original lies: topic/partition/offset, also the key on hub.quarantine."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def parse_origin(text: str) -> str:
    """Check the form topic/partition/offset; raises ``InvalidInput``."""
    parts = text.split("/")
    if len(parts) != 3 or not parts[0] or not (parts[1].isdigit() and parts[2].isdigit()):
        raise InvalidInput(
            "a quarantined record is named topic/partition/offset",
            remedy="`jangkau quarantine list` shows them, as dtsen.persons/3/1204",
        )
    return f"{parts[0]}/{int(parts[1])}/{int(parts[2])}"


def records(reader: Reader, ends: Ends, codec: Decoder) -> Iterator[Quarantined]:
    """All there are, oldest first per partition."""
    for row in scan(reader, ends, HUB_QUARANTINE):
        if row.value is not None:
            yield Quarantined.from_record(codec.decode(HUB_QUARANTINE, row.value))


def open_original(record: Quarantined, sealing: SealingKey, codec: Decoder) -> Original:
    """The original with its value decoded if possible. Raises ``InvalidInput`` if another key sealed it."""
    if record.key_id != sealing.key_id:
        raise InvalidInput(
            f"this record was sealed with the key {record.key_id}, the key given is {sealing.key_id}",
            remedy="set JANGKAU_KEYS__SEALING_FILE to the key it was sealed with",
        )
    origin = origin_of(record).encode()
    key = None if record.sealed_key is None else sealing.open(record.sealed_key, origin)
    value = None if record.sealed_value is None else sealing.open(record.sealed_value, origin)
    if value is None:
        return Original(key, None, None, None)
    try:
        return Original(key, value, codec.decode(record.topic, value), None)
    except ContractBroken as broken:
        return Original(key, value, None, str(broken))


def plain_json(value: Any) -> Any:
    """A decoded record as JSON has it: dates as ISO text, tuples as lists."""
    if isinstance(value, dict):
        return {name: plain_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
