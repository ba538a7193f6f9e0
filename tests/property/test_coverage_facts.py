"""Columns against the oracle, sections 1 and 2: which records count, their hash, and which fact wins."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.check import check
from tests.oracle.examples import person as example_person
from tests.oracle.facts import content_hash
from tests.oracle.hub import decoded_only
from tests.oracle.records import RawRecord, Rejected, Usable
from tests.oracle.vocabulary import MEMBERSHIPS, PERSONS
from tests.property import strategies as made
from tests.property.columns import Columns
from tests.property.reference import oracle, region_table, regions
from tests.property.wild import wild_memberships, wild_persons

COLUMN_OF = {PERSONS: "dtsen", MEMBERSHIPS: "bpjs"}


def checked(record: RawRecord) -> Usable | Rejected:
    return check(record, made.PARTITIONS, region_table(), decoded_only)


def addressed(records: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[RawRecord]]:
    return st.lists(st.builds(made.raw, made.tokens, records), min_size=1, max_size=12)


@given(addressed(wild_persons() | made.persons()))
def test_persons_are_checked_and_hashed_alike(records: list[RawRecord]) -> None:
    compare_checks(records)


@given(addressed(wild_memberships() | made.memberships()))
def test_memberships_are_checked_and_hashed_alike(records: list[RawRecord]) -> None:
    compare_checks(records)


def compare_checks(records: list[RawRecord]) -> None:
    incoming, kept, reasons = Columns(regions()).read(records)
    expected = [checked(record) for record in records]
    assert reasons == [found.reason if isinstance(found, Rejected) else None for found in expected]
    usable = [found for found in expected if isinstance(found, Usable)]
    assert [records[i] for i in kept.tolist()] == [
        r for r, f in zip(records, expected, strict=True) if f in usable
    ]
    assert incoming.versions.tolist() == [found.record["version"] for found in usable]
    topic = records[0].topic
    assert incoming.hashes.tolist() == [content_hash(topic, found.record) for found in usable]


@given(st.data(), made.histories(max_size=40))
def test_classes_and_facts_whatever_the_batches(data: st.DataObject, history: list[RawRecord]) -> None:
    """Law 4: a record has the class it has when folded alone, however the log is cut."""
    hub, columns = oracle(), Columns(regions())
    for topic in (PERSONS, MEMBERSHIPS):
        # What fails before its content is read never reaches the columns.
        records = [r for r in history if r.topic == topic and not isinstance(r.value, bytes | None)]
        records = [r for r in records if not _misplaced(r)]
        expected = [hub.record(record) for record in records]
        found: list[str] = []
        for cut in data.draw(made.cuts(len(records))) if records else []:
            found += columns.fold(records[cut])
        assert found == expected
    compare_facts(columns, hub)


@given(st.data(), st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 3)), max_size=12))
def test_collisions_whatever_the_batches(data: st.DataObject, sent: list[tuple[int, int, int]]) -> None:
    """The same on nothing but (person, version, content) from a handful: most records conflict or repeat."""
    good = example_person()
    records = [
        made.raw(made.TOKENS[who], {**good, "version": good["version"] + version, "decile": decile}, offset)
        for offset, (who, version, decile) in enumerate(sent)
    ]
    hub, columns = oracle(), Columns(regions())
    expected = [hub.record(record) for record in records]
    found = [name for cut in data.draw(made.cuts(len(records))) for name in columns.fold(records[cut])]
    assert found == expected
    compare_facts(columns, hub)


def _misplaced(record: RawRecord) -> bool:
    found = checked(record)
    return isinstance(found, Rejected) and found.reason in {"INVALID_KEY", "WRONG_PARTITION"}


def compare_facts(columns: Columns, hub: Any) -> None:
    facts = columns.facts
    for topic, prefix in COLUMN_OF.items():
        for row, token in enumerate(made.TOKENS):
            held = hub.facts.get((topic, token))
            version = int(getattr(facts, f"{prefix}_version")[row])
            assert (version >= 0) == (held is not None)
            if held is not None:
                assert version == held.version
                assert int(getattr(facts, f"{prefix}_hash")[row]) == held.content
                assert int(getattr(facts, f"{prefix}_offset")[row]) == held.offset


@given(st.data(), made.histories(wild=False))
def test_any_order_of_topics_ends_in_the_same_facts(data: st.DataObject, history: list[RawRecord]) -> None:
    """Law 2, its first half: interleavings differ in what happens on the way, not in what is held."""
    one, other = oracle(), oracle()
    for record in history:
        one.record(record)
    for record in data.draw(made.interleavings(history)):
        other.record(record)
    assert one.facts == other.facts
    assert one.counts == other.counts


@given(st.permutations(range(4)), st.lists(made.persons(), min_size=4, max_size=4))
def test_any_order_at_all_holds_the_same_content(order: list[int], records: list[dict[str, Any]]) -> None:
    """Even where the publisher's own order is lost, (version, content) alone decides."""
    one, other = Columns(regions()), Columns(regions())
    sent = [made.raw(made.TOKENS[0], record, offset) for offset, record in enumerate(records)]
    one.fold(sent)
    other.fold([sent[i] for i in order])
    assert np.array_equal(one.facts.dtsen_version, other.facts.dtsen_version)
    assert np.array_equal(one.facts.dtsen_hash, other.facts.dtsen_hash)
    assert np.array_equal(one.facts.decile, other.facts.decile)
