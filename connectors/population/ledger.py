"""The truth of the population as tables: what the hub should believe when all has arrived."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.population.rows import hex_texts, membership_rows, person_rows
from connectors.population.year import SLICE, Year

_TRUTH = "ledger"
"""Stands where a publication's name would."""


def ranked_people(year: Year) -> Iterator[pa.RecordBatch]:
    """The DTSEN fact of every person it knows: ``token`` and the fields of ``PersonRanked``, in slices."""
    people = year.people
    return _slices(
        year, np.arange(people.ranked), lambda part: person_rows(people, year.tokens, part, _TRUTH, 0)
    )


def held_memberships(year: Year) -> Iterator[pa.RecordBatch]:
    """The membership fact of everyone who has one: ``token`` and the fields of ``MembershipSnapshot``."""
    members = year.members
    who = np.flatnonzero(members.version > 0)
    return _slices(year, who, lambda part: membership_rows(members, year.fundings, part, _TRUTH, 0))


def _slices(
    year: Year, who: NDArray[np.intp], rows: Callable[[NDArray[np.intp]], pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """At least one slice, so that the columns are known even where there is nobody."""
    for start in range(0, max(len(who), 1), SLICE):
        part = who[start : start + SLICE]
        yield rows(part).add_column(0, "token", hex_texts(year.tokens[part]))
