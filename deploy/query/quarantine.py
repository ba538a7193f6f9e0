"""Quarantined records: found, opened with the hub key, decoded as far as they can be."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from deploy.query.ports import Decoder, Ends
from deploy.query.scan import Progress, newest, scan
from schemas.errors import ContractBroken, InvalidInput
from schemas.events import Quarantined, Repair
from schemas.names import HUB_QUARANTINE, HUB_REPAIRS, RepairState
from schemas.sealing import SealingKey
from streams.engine.ports import Reader

Standing = Literal["WAITING"] | RepairState


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


@dataclass(frozen=True, slots=True)
class Entry:
    """A quarantined record, and what was last decided about it; None while it waits."""

    record: Quarantined
    repair: Repair | None = None

    @property
    def origin(self) -> str:
        """Where the original lies: topic/partition/offset."""
        return origin_of(self.record)

    @property
    def state(self) -> Standing:
        """What has become of it."""
        return "WAITING" if self.repair is None else self.repair.state


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are meant: all that is stated must hold. ``since`` and, exclusive, ``until`` are broker
    times of the originals.
    """

    origins: frozenset[str] = frozenset()
    reason: str | None = None
    topic: str | None = None
    batch: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    state: Standing | None = None

    def __contains__(self, entry: Entry) -> bool:
        record = entry.record
        return (
            (not self.origins or entry.origin in self.origins)
            and self.reason in (None, record.reason)
            and self.topic in (None, record.topic)
            and self.batch in (None, record.batch)
            and (self.since is None or record.recorded_at >= self.since)
            and (self.until is None or record.recorded_at < self.until)
            and self.state in (None, entry.state)
        )


EVERYTHING = Wanted()


class Quarantine:
    """What is on hub.quarantine, with what hub.repairs says of it."""

    def __init__(self, reader: Reader, ends: Ends, codec: Decoder, progress: Progress | None = None) -> None:
        self._reader, self._ends, self._codec, self._progress = reader, ends, codec, progress

    def find(self, wanted: Wanted = EVERYTHING, *, sealed: bool = False) -> list[Entry]:
        """The records that are wanted, oldest first. What is sealed in them is left out unless it is asked
        for: it may be much. Raises ``Retryable`` if the broker falls silent.
        """
        repairs = self.repairs()
        found: dict[str, Entry] = {}  # a rebuilt engine may have written one again
        for row in scan(self._reader, self._ends, HUB_QUARANTINE, progress=self._progress):
            if row.value is None:
                continue
            record = Quarantined.from_record(self._codec.decode(HUB_QUARANTINE, row.value))
            entry = Entry(record, repairs.get(origin_of(record)))
            if entry in wanted:
                found[entry.origin] = entry if sealed else _without_seals(entry)
        return sorted(found.values(), key=lambda entry: entry.record.recorded_at)

    def one(self, origin: str) -> Entry:
        """One record with what is sealed in it; raises ``InvalidInput`` if it is not there."""
        found = self.find(Wanted(origins=frozenset({origin})), sealed=True)
        if not found:
            raise InvalidInput(
                f"{origin} is not in quarantine", remedy="see `jangkau quarantine list`; 90 days are kept"
            )
        return found[0]

    def repairs(self) -> dict[str, Repair]:
        """What was last decided about each record, by origin."""
        return {
            origin.decode("utf-8", "replace"): Repair.from_record(self._codec.decode(HUB_REPAIRS, value))
            for origin, value in newest(self._reader, self._ends, HUB_REPAIRS).items()
        }


def _without_seals(entry: Entry) -> Entry:
    return Entry(replace(entry.record, sealed_key=None, sealed_value=None), entry.repair)


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
