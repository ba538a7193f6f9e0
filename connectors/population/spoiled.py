"""Records that cannot be used, as real publishers do send them: each must end in quarantine, and only it.

``Spoiled`` says which reason of docs/rules.md section 1 is expected, so that a demo can compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from connectors.population.delivery import Rows
from schemas.names import MAX_ENROLMENTS
from schemas.partitioner import partition_for

_LONG_AGO_DAYS, _FAR_AHEAD_DAYS = -200_000, 300_000  # the years 1422 and 2791, counted from 1970
_RELEASE_AHEAD = 2999 * 10 + 1
_MICROSECONDS_AHEAD = 32_503_680_000_000_000
"""The year 3000."""


@dataclass(frozen=True)
class Spoiled:
    """Well-formed records that say something impossible, and the reason each is rejected for."""

    rows: Rows
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class SpoiledBytes:
    """One record that is not even well-formed, for a partition chosen by the sender."""

    key: bytes
    value: bytes | None
    partition: int
    reason: str


_PERSON_FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("INVALID_DECILE", {"decile": 11}),
    ("UNKNOWN_REGION", {"region": "74.99.01.1001"}),
    ("UNKNOWN_REGION", {"region": "74"}),
    ("INVALID_DATE", {"birth_date": _FAR_AHEAD_DAYS}),
    ("INVALID_DATE", {"birth_date": _LONG_AGO_DAYS}),
    ("INVALID_VERSION", {"version": -1}),
    ("VERSION_AHEAD", {"version": _RELEASE_AHEAD << 32}),
    ("INVALID_WORK_STATUS", {"work_status": 9}),
    ("INVALID_INDUSTRY", {"industry": 27}),
    ("INVALID_REPLACED_BY", {"presence": "MERGED", "replaced_by": None}),
)
_ENROLMENT = {
    "segment": "BPU",
    "programs": ["JKK", "JKM"],
    "paid_through": 20_000,
    "payer": "SELF",
    "funding_id": None,
}
_MEMBERSHIP_FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("INVALID_VERSION", {"version": -5}),
    ("VERSION_AHEAD", {"version": _MICROSECONDS_AHEAD}),
    ("TOO_MANY_ENROLMENTS", {"enrolments": [_ENROLMENT] * (MAX_ENROLMENTS + 1)}),
    ("INVALID_DATE", {"enrolments": [_ENROLMENT | {"paid_through": _LONG_AGO_DAYS}]}),
)
FAULTS_AT_MOST = max(len(_PERSON_FAULTS), len(_MEMBERSHIP_FAULTS))


def spoil_people(good: Rows) -> Spoiled:
    """One impossible record a fault, made from as many good ``PersonRanked`` as there are."""
    return _spoil(good, _PERSON_FAULTS)


def spoil_memberships(good: Rows) -> Spoiled:
    """The same for ``MembershipSnapshot``."""
    return _spoil(good, _MEMBERSHIP_FAULTS)


def spoil_bytes(key: bytes, value: bytes, partitions: int) -> Sequence[SpoiledBytes]:
    """From one good record of a topic with so many partitions: broken keys, framings and bodies."""
    home = partition_for(key, partitions)
    elsewhere = (home + 1) % partitions
    wrong_key, upper = b"bukan token orang", key.upper().replace(b"0", b"F")
    faults = [
        SpoiledBytes(wrong_key, value, partition_for(wrong_key, partitions), "INVALID_KEY"),
        SpoiledBytes(upper, value, partition_for(upper, partitions), "INVALID_KEY"),
        SpoiledBytes(key, None, home, "NULL_VALUE"),
        SpoiledBytes(key, b"\x07" + value[1:], home, "UNKNOWN_SCHEMA"),
        SpoiledBytes(key, b"\x00\x7f\xff\xff\xfe" + value[5:], home, "UNKNOWN_SCHEMA"),
        SpoiledBytes(key, value[:9], home, "UNDECODABLE"),
        SpoiledBytes(key, value + b"\x00", home, "UNDECODABLE"),
    ]
    if elsewhere != home:
        faults.append(SpoiledBytes(key, value, elsewhere, "WRONG_PARTITION"))
    return faults


def _spoil(good: Rows, faults: Sequence[tuple[str, dict[str, object]]]) -> Spoiled:
    chosen = list(faults[: len(good)])
    columns = {name: good.rows.column(name)[: len(chosen)].to_pylist() for name in good.rows.schema.names}
    for row, (_, changes) in enumerate(chosen):
        for name, value in changes.items():
            columns[name][row] = value
    arrays = [pa.array(columns[field.name], field.type) for field in good.rows.schema]
    rows = pa.RecordBatch.from_arrays(arrays, schema=good.rows.schema)
    return Spoiled(Rows(good.tokens[: len(chosen)], rows), tuple(reason for reason, _ in chosen))
