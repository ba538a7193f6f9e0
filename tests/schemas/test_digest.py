"""The digest of a batch, against a plain reading of its definition and against fixed vectors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.digest import NOTHING, digest_of, digest_text, plus

Record = tuple[bytes, int]

_ALL = 2**64 - 1
_RECORDS = st.lists(
    st.tuples(st.binary(min_size=16, max_size=16), st.integers(-(2**63), 2**63 - 1)), max_size=8
)


def _mix(word: int) -> int:
    word ^= word >> 30
    word = word * 0xBF58476D1CE4E5B9 & _ALL
    word ^= word >> 27
    word = word * 0x94D049BB133111EB & _ALL
    return word ^ word >> 31


def _plain(records: list[Record]) -> int:
    total = 0
    for token, version in records:
        first, second = int.from_bytes(token[:8], "big"), int.from_bytes(token[8:], "big")
        total += _mix(first + _mix(second + _mix(version & _ALL) & _ALL) & _ALL)
    return total & _ALL


def _columns(records: list[Record]) -> int:
    tokens = np.frombuffer(b"".join(token for token, _ in records), np.uint8).reshape(-1, 16)
    return digest_of(tokens, np.array([version for _, version in records], np.int64))


@given(_RECORDS)
def test_columns_are_as_the_definition_reads(records: list[Record]) -> None:
    assert _columns(records) == _plain(records)


@given(_RECORDS, _RECORDS)
def test_neither_order_nor_parts_matter(first: list[Record], second: list[Record]) -> None:
    whole = _columns([*first, *second])
    assert plus(_columns(first), _columns(second)) == _columns([*second, *first][::-1]) == whole


def test_one_record_twice_and_another_missing_is_seen() -> None:
    ana, budi = (b"a" * 16, 1), (b"b" * 16, 1)
    assert _columns([ana, ana]) not in (_columns([ana, budi]), _columns([budi, budi]), NOTHING)


def test_vectors() -> None:
    """Those of the docs for publishers in other languages."""
    ana = bytes.fromhex("65dd8a8cbcb2c42ef7a292475637141f"), (20261 << 32) + 1
    budi = bytes(range(16)), 1_772_452_800_000_000
    assert digest_text(NOTHING) == "0000000000000000"
    assert digest_text(_columns([ana])) == "c5e19489f5c82461"
    assert digest_text(_columns([ana, budi])) == "18f32a7dff39ce66"
