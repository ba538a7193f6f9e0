"""Columns into the rows a publisher sends: Arrow batches with the fields of the Avro schemas."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.population.memberships import FREE, SLOTS, Memberships
from connectors.population.people import NOT_KNOWN, UNRANKED, People
from schemas.names import MEMBERSHIP_CAUSES, PAYERS, PRESENCES, PROGRAMS, SEGMENTS, SEXES

_ENROLMENT = pa.struct(
    [
        pa.field("segment", pa.string(), nullable=False),
        pa.field("programs", pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=False),
        pa.field("paid_through", pa.date32(), nullable=False),
        pa.field("payer", pa.string(), nullable=False),
        pa.field("funding_id", pa.string()),
    ]
)
PERSON_SCHEMA = pa.schema(
    [
        pa.field("version", pa.int64(), nullable=False),
        pa.field("batch", pa.string(), nullable=False),
        pa.field("decile", pa.int32()),
        pa.field("extreme_poor", pa.bool_(), nullable=False),
        pa.field("birth_date", pa.date32(), nullable=False),
        pa.field("sex", pa.string(), nullable=False),
        pa.field("region", pa.string(), nullable=False),
        pa.field("work_status", pa.int32()),
        pa.field("industry", pa.int32()),
        pa.field("presence", pa.string(), nullable=False),
        pa.field("replaced_by", pa.string()),
        pa.field("observed_at", pa.timestamp("ms"), nullable=False),
    ]
)
MEMBERSHIP_SCHEMA = pa.schema(
    [
        pa.field("version", pa.int64(), nullable=False),
        pa.field("batch", pa.string(), nullable=False),
        pa.field("cause", pa.string(), nullable=False),
        pa.field("enrolments", pa.list_(pa.field("item", _ENROLMENT, nullable=False)), nullable=False),
        pa.field("observed_at", pa.timestamp("ms"), nullable=False),
    ]
)


def person_rows(
    people: People, tokens: NDArray[np.uint8], who: NDArray[np.intp], batch: str, observed_ms: int
) -> pa.RecordBatch:
    """``PersonRanked`` of the people numbered ``who``; ``tokens`` are those of all people, (n, 16)."""
    columns = [
        pa.array(people.version[who]),
        _constant(batch, len(who)),
        _nullable(people.decile[who], UNRANKED),
        pa.array(people.extreme[who]),
        pa.array(people.birth[who]).cast(pa.date32()),
        _named(SEXES, people.female[who]),
        _named(people.places.homes, people.home[who]),
        _nullable(people.work[who], NOT_KNOWN),
        _nullable(people.industry[who], NOT_KNOWN),
        _named(PRESENCES, people.presence[who]),
        _token_texts(tokens, people.replaced_by[who]),
        _times(observed_ms, len(who)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PERSON_SCHEMA)


def membership_rows(
    members: Memberships, fundings: dict[int, str], who: NDArray[np.intp], batch: str, observed_ms: int
) -> pa.RecordBatch:
    """``MembershipSnapshot`` of the people numbered ``who``; ``fundings`` names the funding numbers."""
    columns = [
        pa.array(members.version[who]),
        _constant(batch, len(who)),
        _named(MEMBERSHIP_CAUSES, members.cause[who]),
        enrolment_lists(members, fundings, who),
        _times(observed_ms, len(who)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=MEMBERSHIP_SCHEMA)


def enrolment_lists(members: Memberships, fundings: dict[int, str], who: NDArray[np.intp]) -> pa.ListArray:
    """The enrolments of each of ``who``."""
    held = members.segment[who] != FREE
    ends = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int32)
    flat = held.ravel()
    person = np.repeat(who, SLOTS)[flat]
    slot = np.tile(np.arange(SLOTS), len(who))[flat]
    at = (person, slot)
    structs = pa.StructArray.from_arrays(
        [
            _named(SEGMENTS, members.segment[at]),
            _PROGRAM_LISTS.take(pa.array(members.programs[at])),
            pa.array(members.paid[at]).cast(pa.date32()),
            _named(PAYERS, members.payer[at]),
            _funding_names(members.funding[at], fundings),
        ],
        fields=list(_ENROLMENT),
    )
    return pa.ListArray.from_arrays(pa.array(ends), structs).cast(MEMBERSHIP_SCHEMA.field("enrolments").type)


def rename_batch(rows: pa.RecordBatch, batch: str) -> pa.RecordBatch:
    """The same rows as part of another publication."""
    return rows.set_column(1, rows.schema.field(1), _constant(batch, len(rows)))


def hex_texts(tokens: NDArray[np.uint8]) -> pa.StringArray:
    """Tokens of shape (n, 16) as 32 lower-case hex characters."""
    width = 2 * tokens.shape[1]
    text = np.ascontiguousarray(tokens).tobytes().hex().encode("ascii")
    ends = np.arange(0, len(text) + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(len(tokens), pa.py_buffer(ends), pa.py_buffer(text))


_PROGRAM_LISTS = pa.array(
    [[name for bit, name in enumerate(PROGRAMS) if mask >> bit & 1] for mask in range(1 << len(PROGRAMS))],
    pa.list_(pa.field("item", pa.string(), nullable=False)),
)


def _named(names: Sequence[str], numbers: NDArray[np.generic]) -> pa.StringArray:
    return pa.array(names, pa.string()).take(pa.array(numbers.astype(np.int32)))


def _nullable(numbers: NDArray[np.int8], null: int) -> pa.Int32Array:
    return pa.array(numbers.astype(np.int32), mask=numbers == null)


def _constant(text: str, n: int) -> pa.StringArray:
    return pa.array([text], pa.string()).take(pa.array(np.zeros(n, np.int32)))


def _times(milliseconds: int, n: int) -> pa.TimestampArray:
    return pa.array(np.full(n, milliseconds, np.int64)).cast(pa.timestamp("ms"))


def _token_texts(tokens: NDArray[np.uint8], others: NDArray[np.int32]) -> pa.StringArray:
    texts = hex_texts(tokens[np.maximum(others, 0)])
    return pc.if_else(pa.array(others < 0), pa.scalar(None, pa.string()), texts)


def _funding_names(numbers: NDArray[np.int16], fundings: dict[int, str]) -> pa.StringArray:
    keys = np.array(sorted(fundings), np.int64)
    names = pa.array([fundings[int(key)] for key in keys], pa.string())
    place = np.searchsorted(keys, numbers)
    return names.take(pa.array(place, mask=numbers < 0))
