"""Persons in the order of their tokens, fast: a digest of a set is over its tokens sorted."""

import hashlib

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]

_BLOCK = 256


def in_token_order(tokens: NDArray[np.void], rows: Rows) -> Rows:
    """``rows`` sorted by token, byte by byte. ``tokens`` is (n,), 16 opaque bytes each.

    The upper 32 bits are sorted digit by digit, in linear time, which is three times as fast as comparing;
    the few tokens that agree in those, as in a million random ones a hundred do, are compared whole.
    """
    upper = _upper(tokens, rows)
    order = np.argsort(upper.astype(np.uint16), kind="stable")
    top = (upper >> np.uint32(16)).astype(np.uint16)
    order = order[np.argsort(top[order], kind="stable")]
    sorted_upper = upper[order]
    alike = np.flatnonzero(sorted_upper[1:] == sorted_upper[:-1])
    if len(alike):
        # Places whose neighbour is alike lie group by group; sorting them all leaves each in its group.
        places = np.unique(np.concatenate([alike, alike + 1]))
        tied = order[places]
        whole = tokens[rows[tied]].view(">u8").reshape(-1, 2).astype(np.uint64)
        order[places] = tied[np.lexsort((whole[:, 1], whole[:, 0]))]
    return rows[order]


def smallest(tokens: NDArray[np.void], rows: Rows, most: int) -> Rows:
    """Those ``most`` of ``rows`` with the smallest tokens, in token order."""
    upper = _upper(tokens, rows)
    blocks = len(upper) // _BLOCK
    if blocks >= most:
        # At least ``most`` tokens are no greater than the most-th smallest of the blocks' least.
        least = upper[: blocks * _BLOCK].reshape(blocks, _BLOCK).min(axis=1)
        rows = rows[upper <= np.partition(least, most - 1)[most - 1]]
    return in_token_order(tokens, rows)[:most]


def token_digest(tokens: NDArray[np.void], rows: Rows) -> bytes:
    """SHA-256 over the 16 bytes of each of these rows' tokens, in this order."""
    return hashlib.sha256(tokens[rows].view(np.uint8).data).digest()


def _upper(tokens: NDArray[np.void], rows: Rows) -> NDArray[np.uint32]:
    """The first four bytes of these rows' tokens, as numbers that sort like them."""
    upper: NDArray[np.uint32] = tokens.view(">u4").reshape(-1, 4)[rows, 0].astype(np.uint32)
    return upper
