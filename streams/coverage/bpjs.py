"""From decoded ``MembershipSnapshot`` records to usable columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.names import MAX_ENROLMENTS, MEMBERSHIP_CAUSES, PAYERS, PROGRAMS, SEGMENTS
from streams.coverage import checks
from streams.coverage.content import ENROLMENT_SEED, MEMBERSHIP_SEED, NULL, U64, fold, text_hash
from streams.coverage.facts import DIED, ENROLLED, HAS_PU, PUBLIC_PAYER, TWO_PUBLIC_PAYERS, Incoming
from streams.coverage.situation import PAID_SLOTS

_DIED = MEMBERSHIP_CAUSES.index("DIED")
_PU = SEGMENTS.index("PU")
_PUBLIC = sum(
    1 << PAYERS.index(payer)
    for payer in ("APBN", "APBD_PROVINCE", "APBD_REGENCY", "DBH_SAWIT", "DBH_TOBACCO")
)
"""Payers that are a public budget (docs/rules.md, section 6), as a bit mask."""


def read_bpjs(
    rows: pa.RecordBatch,
    tokens: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    timestamps: NDArray[np.int64],
) -> tuple[Incoming, NDArray[np.intp], NDArray[np.int8]]:
    """Check and convert decoded records of one partition; shapes and results as in ``read_dtsen``."""
    n = len(rows)
    versions = rows["version"].to_numpy()
    enrolments = rows["enrolments"]
    person = pc.list_parent_indices(enrolments).to_numpy()
    flat = enrolments.flatten()
    segment = checks.symbols(flat.field("segment"), SEGMENTS)
    payer = checks.symbols(flat.field("payer"), PAYERS)
    paid = checks.filled(flat.field("paid_through"), 0)
    programs = flat.field("programs")
    enrolment = pc.list_parent_indices(programs).to_numpy()
    program = checks.symbols(programs.flatten(), PROGRAMS)

    count = np.bincount(person, minlength=n)
    impossible = np.zeros(n, bool)
    impossible[person[(paid < checks.FIRST_PAID) | (paid > checks.LAST_PAID)]] = True
    reasons = checks.first_reason(
        [
            *checks.bpjs_versions(versions, timestamps),
            ("INVALID_DATE", impossible),
            ("TOO_MANY_ENROLMENTS", count > MAX_ENROLMENTS),
        ],
        n,
    )
    mask = np.zeros(len(paid), np.uint8)
    for number in range(len(PROGRAMS)):
        mask[enrolment[program == number]] |= np.uint8(1 << number)
    hashes = _content(n, count, person, [segment, mask, paid, payer], flat.field("funding_id"))
    columns: dict[str, NDArray[np.generic]] = {
        "bpjs_version": versions,
        "bpjs_hash": hashes,
        "bpjs_offset": offsets,
        "bpjs_flags": _flags(
            n, count, person, segment, payer, checks.symbols(rows["cause"], MEMBERSHIP_CAUSES)
        ),
        "paid": _paid_table(n, person, segment, paid, enrolment, program),
    }
    return Incoming.usable(columns, versions, hashes, reasons)


def _paid_table(
    n: int,
    person: NDArray[np.intp],
    segment: NDArray[np.uint8],
    paid: NDArray[np.int64],
    enrolment: NDArray[np.intp],
    program: NDArray[np.uint8],
) -> NDArray[np.uint16]:
    """Latest paid day per (segment, program), shape (n, PAID_SLOTS); 0 where there is no such enrolment."""
    table = np.zeros(n * PAID_SLOTS, np.uint16)
    slot = person[enrolment] * PAID_SLOTS + segment[enrolment].astype(np.intp) * len(PROGRAMS) + program
    # Days outside the state's 16 bits belong to records that are rejected; keep them harmless.
    np.maximum.at(table, slot, np.clip(paid, 0, checks.LAST_PAID).astype(np.uint16)[enrolment])
    return table.reshape(n, PAID_SLOTS)


def _flags(
    n: int,
    count: NDArray[np.intp],
    person: NDArray[np.intp],
    segment: NDArray[np.uint8],
    payer: NDArray[np.uint8],
    cause: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    payers = np.zeros(n, np.uint16)
    np.bitwise_or.at(payers, person, np.uint16(1) << payer.astype(np.uint16))
    has_pu = np.zeros(n, bool)
    has_pu[person[segment == _PU]] = True
    public = np.bitwise_count(payers & np.uint16(_PUBLIC))
    flags = (count > 0) * np.uint8(ENROLLED) | (cause == _DIED) * np.uint8(DIED)
    flags |= (public > 1) * np.uint8(TWO_PUBLIC_PAYERS) | has_pu * np.uint8(HAS_PU)
    flags |= (public > 0) * np.uint8(PUBLIC_PAYER)
    narrow: NDArray[np.uint8] = flags.astype(np.uint8)
    return narrow


def _content(
    n: int,
    count: NDArray[np.intp],
    person: NDArray[np.intp],
    numbers: list[NDArray[np.uint8] | NDArray[np.int64]],
    funding: pa.Array,
) -> U64:
    """Hash of each snapshot; enrolments are summed, so their order does not matter."""
    enrolments = fold(ENROLMENT_SEED, [*(values.astype(np.uint64) for values in numbers), _texts(funding)])
    # Enrolments lie person by person, so a sum is a difference of prefix sums, modulo 2^64 as well.
    prefix = np.concatenate([np.zeros(1, np.uint64), np.cumsum(enrolments, dtype=np.uint64)])
    ends = np.cumsum(count)
    return fold(MEMBERSHIP_SEED, [count.astype(np.uint64), prefix[ends] - prefix[ends - count]])


def _texts(column: pa.Array) -> U64:
    """Hash of each text, by distinct values; null is NULL."""
    if column.null_count == len(column):
        return np.full(len(column), NULL, np.uint64)
    encoded = column.dictionary_encode()
    known = np.array([*(text_hash(text) for text in encoded.dictionary.to_pylist()), int(NULL)], np.uint64)
    hashes: U64 = known[pc.fill_null(encoded.indices, len(known) - 1).to_numpy()]
    return hashes
