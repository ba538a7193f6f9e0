"""A memory log with the topics of publishers and subscribers."""

import pytest

from schemas.codec import AvroCodec
from schemas.names import (
    AGENCY_MANIFESTS,
    AGENCY_RECEIPTS,
    BPJS_MEMBERSHIPS,
    COVERAGE_DIRECTIVES,
    COVERAGE_PERSONS,
    COVERAGE_REGIONS,
    DTSEN_PERSONS,
    KEMNAKER_DIRECTIVES,
)
from tests.fakes.memory_log import MemoryBroker
from tests.fakes.registry import MemoryRegistry


@pytest.fixture
def broker() -> MemoryBroker:
    broker = MemoryBroker()
    for topic, partitions in (
        (DTSEN_PERSONS, 4),
        (BPJS_MEMBERSHIPS, 4),
        (KEMNAKER_DIRECTIVES, 1),
        (AGENCY_MANIFESTS, 1),
        (AGENCY_RECEIPTS, 1),
        (COVERAGE_PERSONS, 2),
        (COVERAGE_REGIONS, 1),
        (COVERAGE_DIRECTIVES, 1),
    ):
        broker.create_topic(topic, partitions)
    return broker


@pytest.fixture
def codec() -> AvroCodec:
    return AvroCodec(MemoryRegistry())
