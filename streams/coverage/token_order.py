"""Persons in the order of their tokens, fast: a digest of a set is over its tokens sorted."""

import hashlib

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]

_BLOCK = 256
_TOP_BITS = np.uint64(32)


def in_token_order(tokens: NDArray[np.void], rows: Rows) -> Rows:
    """``rows`` sorted by token, byte by byte. ``tokens`` is (n,), 16 opaque bytes each.

    The upper 32 bits are sorted digit by digit, in linear time, which is three times as fast as comparing;
    the few tokens that agree in those, as in a million random ones a hundred do, are compared whole.
    """
    high, low = _words(tokens, rows)
    order = np.argsort((high >> _TOP_BITS).astype(np.uint16), kind="stable")
    top = (high >> np.uint64(48)).astype(np.uint16)
    order = order[np.argsort(top[order], kind="stable")]
    upper = (high >> _TOP_BITS).astype(np.uint32)[order]
    alike = np.flatnonzero(upper[1:] == upper[:-1])
    if len(alike):
        # Places whose neighbour is alike lie group by group; sorting them all leaves each in its group.
        places = np.unique(np.concatenate([alike, alike + 1]))
        tied = order[places]
        order[places] = tied[np.lexsort((low[tied], high[tied]))]
    return rows[order]


def smallest(tokens: NDArray[np.void], rows: Rows, most: int) -> Rows:
    """Those ``most`` of ``rows`` with the smallest tokens, in token order."""
    high, _ = _words(tokens, rows)
    blocks = len(high) // _BLOCK
    if blocks >= most:
        # The most-th smallest of the blocks' least is above no fewer than ``most`` tokens.
        least = high[: blocks * _BLOCK].reshape(blocks, _BLOCK).min(axis=1)
        rows = rows[high <= np.partition(least, most - 1)[most - 1]]
    return in_token_order(tokens, rows)[:most]


def token_digest(tokens: NDArray[np.void], rows: Rows) -> bytes:
    """SHA-256 over the 16 bytes of each of these rows' tokens, in this order."""
    return hashlib.sha256(tokens[rows].view(np.uint8).data).digest()


def _words(tokens: NDArray[np.void], rows: Rows) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The tokens of these rows as two numbers, the first eight bytes and the last."""
    both = tokens[rows].view(">u8").reshape(-1, 2)
    return both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64)
