"""From what was read to what is written. A record that cannot be read stops the sink."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sql.ports import Codec, Row, Work
from connectors.sql.rows import PersonRows, joined, person_rows
from schemas.codec import DecodedBatch
from schemas.errors import ContractBroken, Refused
from schemas.events import DirectiveStatus, RegionTotals
from schemas.names import COVERAGE_DIRECTIVES, COVERAGE_PERSONS, COVERAGE_REGIONS
from schemas.records import RecordBatch, TopicPartition

TOPICS = (COVERAGE_PERSONS, COVERAGE_REGIONS, COVERAGE_DIRECTIVES)
"""What the sink reads."""

_TOKEN = "^[0-9a-f]{32}$"

Place = tuple[TopicPartition, int]
"""A partition and an offset in it."""


class Reading:
    """Turns batches of records into work. ``passed_over``: places an operator has said to go past."""

    def __init__(self, codec: Codec, passed_over: Collection[Place] = ()) -> None:
        self._codec, self._passed_over = codec, frozenset(passed_over)

    def work(self, batches: Sequence[RecordBatch]) -> Work:
        """What these records ask for. Raises ``Refused`` naming the first that cannot be read, or
        ``Retryable`` while the registry is away.
        """
        persons: list[PersonRows] = []
        regions: dict[str, Row | None] = {}
        directives: dict[str, Row | None] = {}
        records: dict[str, int] = {}
        for batch in batches:
            topic = batch.source.topic
            records[topic] = records.get(topic, 0) + len(batch)
            if topic == COVERAGE_PERSONS:
                persons.append(self._persons(batch))
            elif topic == COVERAGE_REGIONS:
                regions |= self._singles(batch)
            else:
                directives |= self._singles(batch)
        return Work(joined(persons) if persons else None, regions, directives, records)

    def _persons(self, batch: RecordBatch) -> PersonRows:
        keys = pa.array([key or b"" for key in batch.keys], pa.binary())
        self._check_keys(batch, keys)
        decoded = self._codec.decode_batch(COVERAGE_PERSONS, batch.values)
        ends = {batch.keys[at]: at for at, value in enumerate(batch.values) if value is None}
        for at, broken in decoded.rejects:
            if batch.values[at] is not None:
                self._cannot(batch, at, broken)
        keep = np.ones(len(decoded.index), np.bool_)
        if ends or self._passed_over:
            places = decoded.index.tolist()
            keep[:] = [at > ends.get(batch.keys[at], -1) and not self._passed(batch, at) for at in places]
            decoded = DecodedBatch(decoded.rows.filter(pa.array(keep)), decoded.index[keep], [])
        erased = [(key or b"").decode() for key, at in ends.items() if not self._passed(batch, at)]
        return person_rows(keys.take(pa.array(decoded.index)).cast(pa.string()), decoded, erased)

    def _check_keys(self, batch: RecordBatch, keys: pa.Array) -> None:
        good = pc.match_substring_regex(keys, _TOKEN).to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(~good).tolist():
            self._cannot(batch, at, ContractBroken("INVALID_KEY", "the key is no person token"))

    def _singles(self, batch: RecordBatch) -> dict[str, Row | None]:
        """The last row of each key; these topics have hundreds of records, not millions."""
        make = _region_row if batch.source.topic == COVERAGE_REGIONS else _directive_row
        found: dict[str, Row | None] = {}
        for at, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
            try:
                name = (key or b"").decode()
                found.pop(name, None)
                found[name] = make(name, self._codec.decode(batch.source.topic, value)) if value else None
            except (ContractBroken, UnicodeDecodeError) as broken:
                self._cannot(batch, at, broken)
        return found

    def _passed(self, batch: RecordBatch, at: int) -> bool:
        return (batch.source, int(batch.offsets[at])) in self._passed_over

    def _cannot(self, batch: RecordBatch, at: int, why: Exception) -> None:
        if not self._passed(batch, at):
            refuse_record(batch.source, int(batch.offsets[at]), why)


def refuse_record(source: TopicPartition, offset: int, why: Exception) -> NoReturn:
    """Stop at a record that cannot be read."""
    place = f"{source.topic}/{source.partition}/{offset}"
    said = str(why) if isinstance(why, ContractBroken) else "the key is not text"
    raise Refused(
        f"record {place} cannot be read: {said}",
        remedy="only the hub writes this topic: find out who wrote it, and whether this release is older "
        f"than the hub. To go past it: `jangkau sink --skip {place}`; the next record of that key "
        "puts its row right",
    )


def _region_row(key: str, record: dict[str, object]) -> Row:
    totals = RegionTotals.from_record(record)
    return (
        key,
        totals.level,
        totals.business_date,
        totals.persons,
        _json([asdict(one) for one in totals.directives]),
        _json(asdict(totals.discrepancies)),
        totals.partitions_reported,
        totals.partitions,
        totals.control_offset,
        totals.updated_at,
    )


def _directive_row(key: str, record: dict[str, object]) -> Row:
    status = DirectiveStatus.from_record(record)
    values = (
        key,
        status.version,
        status.state,
        status.in_force_version,
        _document(status.document),
        _json(list(status.faults)),
        _json(asdict(status.preview)) if status.preview else None,
        _json(asdict(status.bounds)) if status.bounds else None,
        _json(list(status.notes)),
        status.approved_by,
        status.by,
        status.legal_basis,
        status.rollout_paused_at,
        status.business_date,
        status.updated_at,
    )
    return tuple(_storable(value) for value in values)


def _document(text: str | None) -> str | None:
    """As JSON: a draft may have been rejected because it is none, and is kept as a string then."""
    try:
        return text if text is None else _json(json.loads(text))
    except ValueError:
        return _json(text)


def _storable(value: object) -> object:
    """An agency may write the character NUL, which PostgreSQL takes neither in text nor in JSON."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "\ufffd").replace("\\u0000", "\\ufffd")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
