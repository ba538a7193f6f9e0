"""From records as read to facts folded: check, decode, classify, count; the rest to quarantine."""

import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.codec import AvroCodec
from schemas.digest import record_words
from schemas.errors import ContractBroken
from schemas.masking import masked
from schemas.names import BPJS_MEMBERSHIPS, DTSEN_PERSONS, HEADER_BATCH, REJECT_REASONS
from schemas.partitioner import partitions_for
from schemas.records import RecordBatch
from schemas.regions import Regions
from streams.coverage.bpjs import read_bpjs
from streams.coverage.checks import RegionColumn
from streams.coverage.dtsen import read_dtsen
from streams.coverage.facts import Incoming
from streams.coverage.ordering import classify
from streams.coverage.region_index import NO_REGION, RegionIndex
from streams.engine.batches import CLASSES, ERASED, QUARANTINED, Growth
from streams.engine.erasures import Erasures
from streams.engine.partition import BY_DTSEN, BY_MEMBERSHIP, Partition
from streams.engine.token_index import TOKEN

_KEY_LENGTH = 32

Names = tuple[list[str], NDArray[np.intp]]
"""Distinct batch ids, and per record the number of its id."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that cannot be used. ``detail`` names fields, never values."""

    batch: RecordBatch
    position: int
    reason: str
    detail: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one ``RecordBatch``: records per class, and the rejects with their reasons."""

    by_class: NDArray[np.int64]
    rejects: Sequence[Reject]


@dataclass(frozen=True, slots=True)
class Fate:
    """Of each record (n,) its class, the region index of its person, and its word in the batch's digest."""

    classes: NDArray[np.uint8]
    regions: NDArray[np.uint32]
    words: NDArray[np.uint64]

    @classmethod
    def unusable(cls, records: int) -> "Fate":
        """That of records of which nothing is known yet: in quarantine."""
        return cls(
            np.full(records, QUARANTINED, np.uint8),
            np.full(records, NO_REGION, np.uint32),
            np.zeros(records, np.uint64),
        )

    def erase(self, positions: NDArray[np.intp]) -> None:
        """These records are about somebody erased: of no place, and of no part of the digest."""
        self.classes[positions], self.regions[positions], self.words[positions] = ERASED, NO_REGION, 0


class Intake:
    """Folds record batches into a partition. One per process; knows no log and no clock."""

    def __init__(self, codec: AvroCodec, regions: Regions, index: RegionIndex, partitions: int) -> None:
        self._codec = codec
        self._index = index
        self._region_column = RegionColumn(regions, index)
        self._partitions = partitions

    @property
    def regions_translated(self) -> int:
        """Records so far whose region was a retired code."""
        return self._region_column.translated

    def fold(self, partition: Partition, batch: RecordBatch, day: int, erasures: Erasures) -> Taken:
        """Fold one batch; ``day`` is the business date's number (0: none yet), which only ages batches.

        Afterwards every record is in one class, the partition's position is behind the batch. Of somebody
        erased only the batch id is used: nothing is folded, and nothing goes to quarantine.
        """
        topic = batch.source.topic
        rejected: dict[int, ContractBroken] = {}
        tokens, usable = self._keys(batch, rejected)
        gone = erasures.met_by(tokens, batch.timestamps)
        if rejected and len(gone):  # a key that is none says nothing of whom, whatever stands for its token
            broken = [i for i, error in rejected.items() if error.reason == "INVALID_KEY"]
            gone = np.setdiff1d(gone, broken)
        values = _present(batch, usable, rejected)
        whole = len(values) == len(batch)
        decoded = self._codec.decode_batch(
            topic, batch.values if whole else [batch.values[i] for i in values.tolist()]
        )
        rejected.update((int(values[i]), error) for i, error in decoded.rejects)
        kept = values[decoded.index]
        incoming, good, reasons = self._read(topic, decoded.rows, tokens[kept], batch, kept)
        rejected.update(
            (int(kept[i]), ContractBroken(REJECT_REASONS[reasons[i]])) for i in np.flatnonzero(reasons >= 0)
        )
        used = kept[good]
        if len(gone):
            stays = np.isin(used, gone, invert=True)
            used, incoming = used[stays], incoming.only(stays)
        classes, regions = self._hold(topic, partition, tokens[used], incoming)

        fate = Fate.unusable(len(batch))
        fate.classes[used], fate.regions[used] = classes, regions
        fate.words[used] = record_words(_bytes_of(tokens[used]), incoming.versions)
        if topic == DTSEN_PERSONS and len(good) < len(kept):
            bad = np.flatnonzero(reasons >= 0)
            fate.regions[kept[bad]] = self._region_column.known(decoded.rows["region"].take(pa.array(bad)))
        fate.erase(gone)
        names = _batch_names(batch, decoded.rows["batch"], kept, [*rejected, *gone.tolist()])
        for i in gone.tolist():
            rejected.pop(i, None)
        self._count(partition, batch, names, fate, day)
        partition.positions[topic] = batch.next_offset
        rejects = [
            Reject(batch, i, error.reason, error.detail, _name_at(names, i))
            for i, error in sorted(rejected.items())
        ]
        return Taken(np.bincount(fate.classes, minlength=len(CLASSES)), rejects)

    def _keys(
        self, batch: RecordBatch, rejected: dict[int, ContractBroken]
    ) -> tuple[NDArray[np.void], NDArray[np.intp]]:
        """Token per record (zeros where broken) and the positions of usable keys."""
        raw = _joined_tokens(batch.keys)
        if raw is None:
            raw = _one_by_one(batch.keys, rejected)
        text = np.frombuffer(binascii.hexlify(raw), np.uint8).reshape(-1, _KEY_LENGTH)
        elsewhere = partitions_for(text, self._partitions) != batch.source.partition
        for i in np.flatnonzero(elsewhere).tolist():
            rejected.setdefault(
                i, ContractBroken("WRONG_PARTITION", "use the murmur2 partitioner on the token's text")
            )
        usable = np.arange(len(batch), dtype=np.intp)
        if rejected:
            usable = np.delete(usable, sorted(rejected))
        return np.frombuffer(raw, TOKEN), usable

    def _read(
        self,
        topic: str,
        rows: pa.RecordBatch,
        tokens: NDArray[np.void],
        batch: RecordBatch,
        kept: NDArray[np.intp],
    ) -> tuple[Incoming, NDArray[np.intp], NDArray[np.int8]]:
        raw = _bytes_of(tokens)
        offsets, timestamps = batch.offsets[kept], batch.timestamps[kept]
        if topic == DTSEN_PERSONS:
            return read_dtsen(rows, raw, offsets, timestamps, self._region_column, self._index)
        if topic == BPJS_MEMBERSHIPS:
            return read_bpjs(rows, raw, offsets, timestamps)
        raise AssertionError(f"{topic} is not a topic of facts")

    def _count(self, partition: Partition, batch: RecordBatch, names: Names, fate: Fate, day: int) -> None:
        """Count every record under its publication."""
        slot_of, digits = self._index.regency_slots
        for name, members in _by_name(names):
            mine = slice(None) if members is None else members
            growth = Growth.of(
                fate.classes[mine],
                slot_of[fate.regions[mine]],
                digits,
                fate.words[mine],
                int(batch.offsets[mine][0]),
                day,
            )
            partition.batches.add(batch.source.topic, name, growth)

    @staticmethod
    def _hold(
        topic: str, partition: Partition, tokens: NDArray[np.void], incoming: Incoming
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """Class of each record, and its region index: its own, for a membership that of the person."""
        rows = partition.rows_for(tokens)
        facts = partition.facts
        dtsen = topic == DTSEN_PERSONS
        held = (facts.dtsen_version, facts.dtsen_hash) if dtsen else (facts.bpjs_version, facts.bpjs_hash)
        folded = classify(rows, incoming.versions, incoming.hashes, *held)
        if len(folded.winners):
            incoming.write(facts, rows, folded.winners)
            won = rows[folded.winners]
            partition.moved_by[won] |= np.uint8(BY_DTSEN if dtsen else BY_MEMBERSHIP)
            partition.touch(won)
        regions = incoming.columns["region"] if dtsen else facts.region[rows]
        return folded.classes, np.asarray(regions, np.uint32)


def _bytes_of(tokens: NDArray[np.void]) -> NDArray[np.uint8]:
    """Shape (n, 16)."""
    return tokens.view(np.uint8).reshape(len(tokens), TOKEN.itemsize)


def _joined_tokens(keys: Sequence[bytes | None]) -> bytes | None:
    """All keys as raw tokens when every one is well formed, else ``None``."""
    if None in keys or set(map(len, keys)) != {_KEY_LENGTH}:  # type: ignore[arg-type]
        return None
    text = b"".join(keys)  # type: ignore[arg-type]
    try:
        raw = binascii.unhexlify(text)
    except binascii.Error:
        return None
    return raw if binascii.hexlify(raw) == text else None


def _one_by_one(keys: Sequence[bytes | None], rejected: dict[int, ContractBroken]) -> bytes:
    tokens = []
    for i, key in enumerate(keys):
        token = _joined_tokens([key])
        if token is None:
            rejected[i] = ContractBroken("INVALID_KEY", "the key is not 32 lower-case hex characters")
        tokens.append(token or bytes(TOKEN.itemsize))
    return b"".join(tokens)


def _present(
    batch: RecordBatch, usable: NDArray[np.intp], rejected: dict[int, ContractBroken]
) -> NDArray[np.intp]:
    if None not in batch.values:
        return usable
    null = [i for i in usable.tolist() if batch.values[i] is None]
    for i in null:
        rejected[i] = ContractBroken("NULL_VALUE", "erasure is a command, not a tombstone")
    return np.setdiff1d(usable, null)


def _batch_names(
    batch: RecordBatch, column: pa.Array, kept: NDArray[np.intp], unused: Sequence[int]
) -> Names:
    """Batch id of every record: from the value where it could be decoded, else from the header, else
    empty. Ids go into counts and receipts: one that is a NIK is masked. ``unused``: positions of the records
    that could not be decoded, and of some that could.
    """
    encoded = column.dictionary_encode()
    names: list[str] = [masked(name) for name in encoded.dictionary.to_pylist()]
    number = np.zeros(len(batch), np.intp)
    number[kept] = encoded.indices.to_numpy()
    for i in sorted(set(unused).difference(kept.tolist())) if unused else ():
        name = masked(batch.headers.get(i, {}).get(HEADER_BATCH, b"")[:200].decode(errors="replace"))
        if name not in names:
            names.append(name)
        number[i] = names.index(name)
    return names, number


def _by_name(names: Names) -> Iterable[tuple[str, NDArray[np.intp] | None]]:
    """Each batch id with the positions of its records; ``None`` for all of them."""
    texts, number = names
    if len(texts) == 1:
        return [(texts[0], None)]
    return [(text, members) for i, text in enumerate(texts) if len(members := np.flatnonzero(number == i))]


def _name_at(names: Names, position: int) -> str:
    texts, number = names
    return texts[int(number[position])]
