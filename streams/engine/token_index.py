"""Which row holds which person: the one file that knows the hash table library."""

import hirola
import numpy as np
from numpy.typing import NDArray

from schemas.ids import TOKEN_BYTES
from schemas.tokens import hex_keys

TOKEN = np.dtype(f"V{TOKEN_BYTES}")
"""A token as one opaque array element."""

_FULL_AT = 0.8
"""Share of the table in use above which look-ups get slow."""

_MILLION = 1_000_000


def grown(rows: int) -> int:
    """Room to make when ``rows`` no longer fit: twice as much while that is little memory, then a third
    more.
    """
    return 2 * rows if rows < _MILLION else rows + rows // 3


class TokenIndex:
    """Rows of persons, numbered in the order they came; a number never changes."""

    def __init__(self, expected: int) -> None:
        self._table = hirola.HashTable(self._room(expected), TOKEN, almost_full=None)

    def __len__(self) -> int:
        return int(self._table.length)

    def add(self, tokens: NDArray[np.void]) -> NDArray[np.intp]:
        """Row of each token, new rows for new tokens."""
        needed = len(self) + len(tokens)
        if needed > self._table.max * _FULL_AT:
            self._table.resize(self._room(grown(needed)), in_place=True)
        rows: NDArray[np.intp] = self._table.add(tokens)
        return rows

    def find(self, tokens: NDArray[np.void]) -> NDArray[np.intp]:
        """Row of each token, -1 where there is none."""
        rows: NDArray[np.intp] = self._table.get(tokens)
        return rows

    @property
    def tokens(self) -> NDArray[np.void]:
        """Token of each row; read only."""
        tokens: NDArray[np.void] = self._table.keys
        return tokens

    def keys(self, rows: NDArray[np.intp]) -> list[bytes]:
        """The Kafka keys of these rows."""
        return hex_keys(self.tokens[rows].view(np.uint8).reshape(len(rows), TOKEN_BYTES))

    @staticmethod
    def _room(persons: int) -> int:
        return int(persons / _FULL_AT) + 1
