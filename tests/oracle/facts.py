"""Section 2: the content hash, and which fact wins."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.records import Record, as_date
from tests.oracle.vocabulary import PAYERS, PERSONS, PRESENCES, PROGRAMS, SEGMENTS, SEXES

_MODULUS = 2**64
_NULL = _MODULUS - 1


@dataclass(frozen=True)
class Fact:
    """The fact held for one person and agency, and where in the log it came from."""

    version: int
    content: int
    offset: int
    record: Record


def classify(held: Fact | None, new: Fact) -> tuple[str, Fact]:
    """The class of ``new`` against the fact held, and the fact held from then on."""
    if held is None or new.version > held.version:
        return "accepted", new
    if new.version < held.version:
        return "stale", held
    if new.content == held.content:
        return "duplicate", held
    return "conflict", new if new.content > held.content else held


def content_hash(topic: str, record: Record) -> int:
    """64 bits over the meaningful fields of a checked record, as an unsigned number."""
    return person_hash(record) if topic == PERSONS else membership_hash(record)


def person_hash(record: Record) -> int:
    """The hash of a DTSEN fact, region already translated."""
    return _fold_all(
        1,
        [
            _number(record["decile"]),
            _number(int(record["extreme_poor"])),
            _days(record["birth_date"]),
            SEXES.index(record["sex"]),
            int(record["region"].replace(".", "")),
            _number(record["work_status"]),
            _number(record["industry"]),
            PRESENCES.index(record["presence"]),
            _text(record["replaced_by"]),
        ],
    )


def membership_hash(record: Record) -> int:
    """The hash of a membership fact; the order of enrolments does not matter, how often one occurs does."""
    hashes = [enrolment_hash(enrolment) for enrolment in record["enrolments"]]
    return _fold_all(3, [len(hashes), sum(hashes) % _MODULUS])


def enrolment_hash(enrolment: Record) -> int:
    """The hash of one enrolment; neither order nor repetition of its programs matters."""
    return _fold_all(
        2,
        [
            SEGMENTS.index(enrolment["segment"]),
            sum(2 ** PROGRAMS.index(program) for program in set(enrolment["programs"])),
            _days(enrolment["paid_through"]),
            PAYERS.index(enrolment["payer"]),
            _text(enrolment["funding_id"]),
        ],
    )


def batch_word(token: str, version: int) -> int:
    """What one record adds, modulo 2⁶⁴, to the digest of its batch."""
    first, second = int(token[:16], 16), int(token[16:], 16)
    return _mix((first + _mix((second + _mix(version % _MODULUS)) % _MODULUS)) % _MODULUS)


def _fold_all(start: int, values: Sequence[int]) -> int:
    h = start
    for value in values:
        h = _mix(((h + 0x9E3779B97F4A7C15) % _MODULUS) ^ value)
    return h


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) % _MODULUS
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) % _MODULUS
    return x ^ (x >> 31)


def _number(value: int | None) -> int:
    return _NULL if value is None else value % _MODULUS


def _days(value: date | int) -> int:
    day = as_date(value)
    assert day is not None, "a checked record has possible dates"
    return (day - date(1970, 1, 1)).days % _MODULUS


def _text(value: Any) -> int:
    return _NULL if value is None else int.from_bytes(hashlib.sha256(value.encode()).digest()[:8], "big")
