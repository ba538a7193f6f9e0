"""The kinds of records on hub.state. Each can be read by itself: no process-local number leaves the
process.

*Row block*: "these rows now have these values", an Arrow IPC stream. Regions are the int64 of their
digits, enums their schema numbers, published verdicts one column per directive and version.
*Removal block*: "nothing is known of these persons any more", JSON. It goes away with the sweep after it.
*Partition block*: positions, counts and markers of the partition at that transaction, JSON.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.ids import TOKEN_BYTES
from streams.coverage.content import fold
from streams.coverage.region_index import NO_REGION
from streams.coverage.situation import PAID_SLOTS
from streams.coverage.verdict import NOT_MEANT
from streams.engine.guard import Spent
from streams.engine.holds import NOT_HELD
from streams.engine.needs_rebuild import OtherLayout
from streams.engine.partition import Partition, Rows, Slot
from streams.engine.token_index import TOKEN

InternRegions = Callable[[NDArray[np.int64]], NDArray[np.uint32]]
"""Digits of regions to this process's region numbers."""

LAYOUT = 4
"""Version of what the blocks hold. What cannot be read of it is made anew: older ones by themselves, newer
ones when a person asks.
"""

READABLE = (3, LAYOUT)
"""Layouts this version reads: 3 knew no removal blocks, and is otherwise the same."""

_DIGEST_START = 3
"""What the digest of rows begins with, whatever the layout: it covers values, not how they are written."""

ROWS_KEY, REMOVED_KEY, PARTITION_KEY = b"rows", b"removed", b"partition"
"""Kafka keys that tell the kinds apart."""

TAIL_RECORDS = 64
"""Every transaction ends with a partition block, so that so many of the last records hold one."""

BLOCK_REGENCIES = 3_500
"""Batches and their regencies per block: up to 150 bytes each, so that it too stays under 512 KiB."""

BLOCK_ROWS = 3_500
"""Rows per block: some 140 bytes a row stay under 512 KiB, well below the broker's message limit."""

_PLAIN = (
    "dtsen_version",
    "dtsen_hash",
    "dtsen_offset",
    "decile",
    "extreme_poor",
    "birth",
    "sex",
    "work_status",
    "industry",
    "presence",
    "bpjs_version",
    "bpjs_hash",
    "bpjs_offset",
    "bpjs_flags",
)
_SLOT_PREFIX = "verdict:"


@dataclass(frozen=True, slots=True)
class SweepMark:
    """A completed sweep: all live rows were written again at or after offset ``start``."""

    start: int
    rows: int
    digest: int


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """Counts of one batch as they stand; ``by_class`` in the order of ``batches.CLASSES``. ``regencies``:
    the same by the digits of those that have grown.
    """

    topic: str
    batch: str
    by_class: list[int]
    first_offset: int
    day: int
    digest: int
    regencies: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class PartitionBlock:
    """The partition at one transaction. ``positions`` per agency topic, ``topic_ids`` also of
    coverage.persons; ``control_offset`` next to read.

    ``rebuilding``: rows of this generation are not all here before its first ``sweep``.
    """

    generation: int
    positions: dict[str, int]
    topic_ids: dict[str, str]
    control_offset: int
    control_topic_id: str
    batches: list[BatchEntry] = field(default_factory=list)
    sweep: SweepMark | None = None
    rebuilding: bool = False
    spent: Mapping[str, Any] = field(default_factory=lambda: Spent().to_json())
    """What of the guard's grant was let go."""
    stopped: Mapping[str, int] = field(default_factory=dict)
    """Inputs that stand still, and the place on hub.control at which each stopped."""
    persons: int = 0
    """How many rows there are: whoever restores makes room for them at once."""
    layout: int = LAYOUT

    def split(self) -> Iterator["PartitionBlock"]:
        """The same as blocks whose batches fit into a record; the last one alone has the ``sweep``."""
        parts: list[list[BatchEntry]] = [[]]
        regencies = 0
        for entry in self.batches:
            regencies += len(entry.regencies) + 1
            if regencies > BLOCK_REGENCIES and parts[-1]:
                parts.append([])
                regencies = len(entry.regencies) + 1
            parts[-1].append(entry)
        for batches in parts[:-1]:
            yield replace(self, batches=batches, sweep=None)
        yield replace(self, batches=parts[-1])

    def encode(self) -> bytes:
        """The record value."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def decode(cls, value: bytes) -> "PartitionBlock":
        """Read a record value; raises ``OtherLayout`` for another one."""
        data = json.loads(value)
        _check_layout(data["layout"])
        data["batches"] = [BatchEntry(**entry) for entry in data["batches"]]
        data["sweep"] = SweepMark(**data["sweep"]) if data["sweep"] else None
        return cls(**data)


def _check_layout(layout: int) -> None:
    if layout not in READABLE:
        readable = " and ".join(map(str, READABLE))
        raise OtherLayout(
            f"the state was written with layout {layout}, this version reads layouts {readable}",
            remedy="run the version that wrote it, or start the engine with --rebuild",
            former=layout < min(READABLE),
        )


def encode_rows(partition: Partition, rows: Rows, region_digits: NDArray[np.int64]) -> Iterator[bytes]:
    """Row blocks for these rows as they are now; ``region_digits`` per region index."""
    for start in range(0, len(rows), BLOCK_ROWS):
        yield _encode_block(partition, rows[start : start + BLOCK_ROWS], region_digits)


def _encode_block(partition: Partition, rows: Rows, region_digits: NDArray[np.int64]) -> bytes:
    facts, published = partition.facts.take(rows), partition.published
    columns: dict[str, pa.Array] = {"token": _fixed(partition.index.tokens[rows].tobytes(), TOKEN_BYTES)}
    for name in _PLAIN:
        columns[name] = pa.array(getattr(facts, name))
    columns["region"] = pa.array(region_digits[facts.region])
    columns["paid"] = pa.FixedSizeListArray.from_arrays(pa.array(facts.paid.reshape(-1)), PAID_SLOTS)
    columns["seq"] = pa.array(published.seq[rows])
    columns["published_region"] = pa.array(region_digits[published.region[rows]])
    for (directive, version), column in sorted(published.verdicts.items()):
        codes = column[rows]
        if codes.any():
            columns[f"{_SLOT_PREFIX}{version}:{directive}"] = pa.array(codes)
    held = partition.holds.state[rows]
    if held.any():
        columns["hold"] = pa.array(held)
        columns["hold_since"] = pa.array(partition.holds.since[rows])
        columns["hold_day"] = pa.array(partition.holds.day[rows])
    block = pa.RecordBatch.from_pydict(columns)
    sink = pa.BufferOutputStream()
    schema = block.schema.with_metadata({"layout": str(LAYOUT), "generation": str(partition.generation)})
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(block.replace_schema_metadata(schema.metadata))
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def _fixed(raw: bytes, width: int) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(width), len(raw) // width, [None, pa.py_buffer(raw)])


def encode_removed(generation: int, keys: Sequence[bytes]) -> bytes:
    """A removal block of persons by the keys of their records."""
    data = {"layout": LAYOUT, "generation": generation, "tokens": [key.decode() for key in keys]}
    return json.dumps(data, separators=(",", ":")).encode()


def decode_removed(value: bytes) -> tuple[int, NDArray[np.void]]:
    """The state generation a removal block belongs to, and its tokens. Raises ``OtherLayout``."""
    data = json.loads(value)
    _check_layout(data["layout"])
    return data["generation"], np.frombuffer(bytes.fromhex("".join(data["tokens"])), TOKEN)


def generation_of(value: bytes) -> int:
    """The state generation a row block belongs to."""
    schema = pa.ipc.open_stream(value).schema
    return int(schema.metadata[b"generation"])


def apply_rows(partition: Partition, value: bytes, intern: InternRegions) -> int:
    """Put a row block into the partition; returns how many rows it held. Raises ``OtherLayout``."""
    block = pa.ipc.open_stream(value).read_next_batch()
    block.validate()  # a damaged one must not lead outside its buffers
    _check_layout(int(block.schema.metadata[b"layout"]))
    tokens = np.frombuffer(block["token"].buffers()[1], TOKEN, count=len(block))
    rows = _as_slice(partition.rows_for(tokens))
    facts, published = partition.facts, partition.published
    for name in _PLAIN:
        getattr(facts, name)[rows] = block[name].to_numpy()
    regions, published_regions = block["region"].to_numpy(), block["published_region"].to_numpy()
    numbers = intern(regions)
    facts.region[rows] = numbers
    facts.paid[rows] = block["paid"].flatten().to_numpy().reshape(-1, PAID_SLOTS)
    published.seq[rows] = block["seq"].to_numpy()
    # Whoever has a record mostly still lives where it says, and whoever has none has none.
    same = published_regions == regions
    if (same | (published_regions == 0)).all():
        published.region[rows] = np.where(same, numbers, NO_REGION)
    else:
        published.region[rows] = intern(published_regions)
    if "hold" in block.schema.names:
        held, since, day = (block[name].to_numpy() for name in ("hold", "hold_since", "hold_day"))
        partition.holds.put(rows, held, since, day)
    else:
        partition.holds.state[rows] = NOT_HELD
    written = {_slot(name): name for name in block.schema.names if name.startswith(_SLOT_PREFIX)}
    for slot in written.keys() | published.verdicts.keys():
        published.column(slot)[rows] = block[written[slot]].to_numpy() if slot in written else NOT_MEANT
    return len(block)


def _as_slice(rows: Rows) -> Rows | slice:
    """Consecutive rows as a slice, which is written several times faster: new persons come in a row."""
    consecutive = len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1 and bool((np.diff(rows) == 1).all())
    return slice(int(rows[0]), int(rows[-1]) + 1) if consecutive else rows


def _slot(name: str) -> Slot:
    version, directive = name.removeprefix(_SLOT_PREFIX).split(":", 1)
    return directive, int(version)


def rows_digest(partition: Partition) -> int:
    """Order-free digest of all rows, 64 bits: it proves a sweep or a restore whole, against loss, not
    against malice.
    """
    every = slice(0, len(partition))
    rows = partition.present(np.arange(len(partition))) if partition.removed else every
    tokens = partition.index.tokens[rows].view(np.uint64).reshape(-1, 2)
    facts, published = partition.facts.take(rows), partition.published
    fields = [
        tokens[:, 0],
        tokens[:, 1],
        facts.dtsen_version.view(np.uint64),
        facts.bpjs_version.view(np.uint64),
        published.seq[rows].astype(np.uint64),
    ]
    return int(fold(_DIGEST_START, fields).sum(dtype=np.uint64))
