"""The oracle and the columns, filled with the same facts under the same rules."""

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from schemas.policy import Policy
from tests.oracle.hub import OracleHub
from tests.oracle.records import RawRecord, Record
from tests.oracle.vocabulary import MEMBERSHIPS, PERSONS
from tests.property import decisions as decided
from tests.property.columns import Columns
from tests.property.reference import oracle, regions

documents = st.lists(decided.directives(), max_size=3, unique_by=lambda document: document["id"])
"""Directives in force at one time."""

Scene = tuple[list[RawRecord], date]
"""What agencies sent, and the business date."""


def filled(
    history: Sequence[RawRecord], day: date, rules: Sequence[Record], policy: Policy | None = None
) -> tuple[OracleHub, Columns]:
    """An oracle and columns that hold the same facts."""
    hub, columns = oracle(policy), Columns(regions())
    hub.control(decided.policy_set())
    hub.control(decided.date_set(day))
    for document in rules:
        hub.control(decided.in_force(document))
    for record in history:
        hub.record(record)
    for topic in (PERSONS, MEMBERSHIPS):
        columns.fold([record for record in history if record.topic == topic])
    return hub, columns
