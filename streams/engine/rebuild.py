"""A partition made anew when its state is lost: published records and facts read back from their topics.

What was published and its seq come from coverage.persons, who is held from hub.holds, facts from the agency
topics up to the high watermarks seen at the start; nothing is published meanwhile. One comparison afterwards
does the rest.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.codec import AvroCodec
from schemas.errors import Refused
from schemas.ids import RegionCode
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS, HOLD_STATES, HUB_HOLDS, PROGRAMS
from schemas.records import RecordBatch, TopicPartition
from streams.coverage.region_index import RegionIndex
from streams.coverage.verdict import COVERED, NOT_MEANT, gap_code
from streams.engine.erasures import Erasures
from streams.engine.intake import Intake, Reject
from streams.engine.partition import BY_DTSEN, Partition
from streams.engine.ports import LogAdmin, Reader
from streams.engine.removal import Removed, remove
from streams.engine.token_index import TOKEN

_RECORDS_PER_STEP = 20_000


class Rebuild:
    """Reads one partition's published records, then its facts, in steps."""

    def __init__(
        self,
        number: int,
        generation: int,
        reader: Reader,
        admin: LogAdmin,
        codec: AvroCodec,
        intake: Intake,
        regions: RegionIndex,
        erasures: Erasures,
        quarantined_to: Mapping[TopicPartition, int | None],
    ) -> None:
        """``quarantined_to``: up to where rejects are in quarantine, as the group's offsets say that were
        committed with them; ``None`` where there are none.
        """
        self.partition = Partition(number, generation=generation)
        self._reader, self._codec, self._intake, self._regions = reader, codec, intake, regions
        self._erasures = erasures
        self._is_cleared = False
        self._todo = [TopicPartition(topic, number) for topic in (COVERAGE_PERSONS, HUB_HOLDS, *AGENCY_FACTS)]
        self._starts = {source: admin.start_offset(source) for source in self._todo}
        self._targets = {source: admin.high_watermark(source) for source in self._todo}
        self._held_by: dict[int, int] = {}
        """Offset of the DTSEN fact that led to each hold, by row."""
        self._quarantined_to = quarantined_to
        self.rejects: list[Reject] = []
        """What nobody had read before the state was lost, and cannot be used."""
        self.removed: list[Removed] = []
        """Whose record or hold is from before they were erased."""
        self._outlived: set[bytes] = set()
        """Who was erased and reinstated, and has a record since."""
        self._open()

    def _open(self) -> None:
        if self._todo:
            self._reader.assign({self._todo[0]: self._starts[self._todo[0]]})

    def step(self, timeout_s: float) -> bool:
        """Read a little; returns whether all was read."""
        if not self._todo:
            return True
        source = self._todo[0]
        if source.topic in AGENCY_FACTS and not self._is_cleared:
            # Before their facts are read: those of today may make somebody reinstated anew.
            self._is_cleared = True
            self.removed = remove(self.partition, set(self._erasures.since(0)) - self._outlived)
        if self._reader.position(source) < self._targets[source]:
            for batch in self._reader.consume(_RECORDS_PER_STEP, timeout_s):
                self._apply(batch)
        if self._reader.position(source) >= self._targets[source]:
            if source.topic in AGENCY_FACTS:
                self.partition.positions[source.topic] = self._reader.position(source)
            self._todo.pop(0)
            self._open()
        if not self._todo:
            self._settle_holds()
        return not self._todo

    def _apply(self, batch: RecordBatch) -> None:
        if batch.source.topic in AGENCY_FACTS:
            taken = self._intake.fold(self.partition, batch, 0, self._erasures)
            known = self._quarantined_to.get(batch.source) or 0
            self.rejects += [each for each in taken.rejects if batch.offsets[each.position] >= known]
            return
        published = batch.source.topic == COVERAGE_PERSONS
        last = {key: i for i, key in enumerate(batch.keys)}
        keep = [i for key, i in last.items() if key is not None and batch.values[i] is not None]
        gone = [key for key, i in last.items() if key is not None and batch.values[i] is None]
        if gone:
            rows = self.partition.index.find(_tokens(gone))
            rows = rows[rows >= 0]
            self.partition.published.forget(rows) if published else self.partition.holds.end(rows)
        if not keep:
            return
        decoded = self._codec.decode_batch(batch.source.topic, [batch.values[i] or b"" for i in keep])
        if decoded.rejects:
            raise Refused(
                f"{batch.source.topic} partition {batch.source.partition} holds records that cannot be read: "
                f"{decoded.rejects[0][1]}"
            )
        tokens = _tokens([batch.keys[i] or b"" for i in keep])
        rows = self.partition.rows_for(tokens)
        if published:
            folded = decoded.rows["evidence"].field("control_offset").to_numpy()
            self._outlived |= self._erasures.outlived_by(tokens, folded)
        self._set_published(decoded.rows, rows) if published else self._set_holds(decoded.rows, rows)

    def _set_holds(self, records: pa.RecordBatch, rows: NDArray[np.intp]) -> None:
        states = np.array([1 + HOLD_STATES.index(state) for state in records["state"].to_pylist()], np.uint8)
        days = records["business_date"].cast(pa.int32()).to_numpy()
        self.partition.holds.put(rows, states, records["control_offset"].to_numpy(), days)
        self._held_by.update(zip(rows.tolist(), records["dtsen_offset"].to_pylist(), strict=True))

    def _settle_holds(self) -> None:
        """A hold stands as it was decided unless a newer fact has come since."""
        rows = np.array(list(self._held_by), np.intp)
        same = self.partition.facts.dtsen_offset[rows] == np.array(list(self._held_by.values()), np.int64)
        self.partition.moved_by[rows[same]] &= ~np.uint8(BY_DTSEN)

    def _set_published(self, records: pa.RecordBatch, rows: NDArray[np.intp]) -> None:
        published = self.partition.published
        published.seq[rows] = records["seq"].to_numpy().astype(np.uint32)
        regions = records["region"].dictionary_encode()
        numbers = self._regions.intern_each(
            RegionCode.parse(text).digits for text in regions.dictionary.to_pylist()
        )
        published.region[rows] = numbers[regions.indices.to_numpy()]
        for column in published.verdicts.values():
            column[rows] = NOT_MEANT
        verdicts = records["verdicts"]
        owner = rows[pc.list_parent_indices(verdicts).to_numpy()]
        flat = verdicts.flatten()
        slots = _positions_by_slot(flat)
        codes = np.array([_code(v) for v in flat.to_pylist()], np.uint16)
        for slot, positions in slots.items():
            published.column(slot)[owner[positions]] = codes[positions]


def _positions_by_slot(verdicts: pa.StructArray) -> dict[tuple[str, int], NDArray[np.intp]]:
    names, versions = verdicts.field("directive").to_pylist(), verdicts.field("version").to_pylist()
    found: dict[tuple[str, int], list[int]] = {}
    for i, slot in enumerate(zip(names, versions, strict=True)):
        found.setdefault(slot, []).append(i)
    return {slot: np.array(positions, np.intp) for slot, positions in found.items()}


def _code(verdict: Mapping[str, object]) -> int:
    if verdict["status"] == "COVERED":
        return COVERED
    missing, reason = verdict["missing"], str(verdict["reason"])
    assert isinstance(missing, list)
    return gap_code(sum(1 << PROGRAMS.index(program) for program in missing), reason)


def _tokens(keys: list[bytes]) -> NDArray[np.void]:
    return np.frombuffer(bytes.fromhex(b"".join(keys).decode()), TOKEN)
