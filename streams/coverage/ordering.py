"""Which fact wins: by the publisher's version, then by content hash; never by arrival."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ACCEPTED, DUPLICATE, STALE, CONFLICT = 0, 1, 2, 3
"""Classes of a usable record, as one fold at a time in offset order would give them."""

NO_FACT = -1
"""Version of a row that holds no fact yet; every real version is greater."""


@dataclass(frozen=True, slots=True)
class Folded:
    """``classes``: uint8, one per record. ``winners``: indices of the records whose content is to be held
    now.
    """

    classes: NDArray[np.uint8]
    winners: NDArray[np.intp]


def classify(
    rows: NDArray[np.intp],
    versions: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    held_versions: NDArray[np.int64],
    held_hashes: NDArray[np.uint64],
) -> Folded:
    """Class and winner of records in offset order; ``held_*`` are the whole columns, indexed by ``rows``.

    All record arrays have the same length. Rows may repeat: a record then meets what the ones
    before it in the batch left behind, so the result does not depend on how the log was cut.
    """
    held_v, held_h = held_versions[rows], held_hashes[rows]
    classes = _compare(versions, hashes, held_v, held_h)
    order = np.argsort(rows, kind="stable")
    sorted_rows = rows[order]
    repeats = sorted_rows[1:] == sorted_rows[:-1]
    if not repeats.any():
        return Folded(classes, np.flatnonzero(_replaces(classes, hashes, held_h)))
    in_repeat = np.zeros(len(rows), bool)
    in_repeat[:-1] |= repeats
    in_repeat[1:] |= repeats
    seen = order[in_repeat]
    single = np.ones(len(rows), bool)
    single[seen] = False
    winners = [np.flatnonzero(single & _replaces(classes, hashes, held_h))]
    winners.append(_fold_repeats(seen, rows, versions, hashes, held_v, held_h, classes))
    return Folded(classes, np.sort(np.concatenate(winners)))


def _compare(
    version: NDArray[np.int64],
    hash_: NDArray[np.uint64],
    held_v: NDArray[np.int64],
    held_h: NDArray[np.uint64],
) -> NDArray[np.uint8]:
    same = np.where(hash_ == held_h, DUPLICATE, CONFLICT)
    return np.where(version > held_v, ACCEPTED, np.where(version < held_v, STALE, same)).astype(np.uint8)


def _replaces(
    classes: NDArray[np.uint8], hashes: NDArray[np.uint64], held_h: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    replaces: NDArray[np.bool_] = (classes == ACCEPTED) | ((classes == CONFLICT) & (hashes > held_h))
    return replaces


def _fold_repeats(
    seen: NDArray[np.intp],
    rows: NDArray[np.intp],
    versions: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    held_v: NDArray[np.int64],
    held_h: NDArray[np.uint64],
    classes: NDArray[np.uint8],
) -> NDArray[np.intp]:
    """Classes (in place) and winners of the records whose row repeats; ``seen`` is sorted by (row, offset).

    What is held is a running maximum of (version, hash) per row. Ranking those pairs turns it into
    one running maximum over integers, kept apart per row by an offset that rises from row to row.
    """
    r = rows[seen]
    first = np.r_[True, r[1:] != r[:-1]]
    group = np.cumsum(first) - 1
    all_v = np.concatenate([held_v[seen[first]], versions[seen]])
    all_h = np.concatenate([held_h[seen[first]], hashes[seen]])
    order = np.lexsort((all_h, all_v))
    step = np.r_[False, (np.diff(all_v[order]) != 0) | (np.diff(all_h[order]) != 0)]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.cumsum(step)
    groups = int(group[-1]) + 1
    own, base = rank[groups:], rank[:groups]
    lift = group * (int(rank.max()) + 1)
    before = np.empty(len(seen), np.int64)
    running = np.maximum.accumulate(np.maximum(own, base[group]) + lift) - lift
    before[1:] = running[:-1]
    before[first] = base
    pair_v = np.empty(len(order), np.int64)
    pair_h = np.empty(len(order), np.uint64)
    pair_v[rank], pair_h[rank] = all_v, all_h
    classes[seen] = _compare(versions[seen], hashes[seen], pair_v[before], pair_h[before])
    last = np.r_[first[1:], True]
    final = running[last]
    won = (own == final[group]) & (own > before)
    winners: NDArray[np.intp] = seen[won]
    return winners
