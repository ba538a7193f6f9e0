"""A memory log with the topics of publishers and subscribers."""

import pytest

from schemas.codec import AvroCodec
from schemas.names import (
    AGENCY_MANIFESTS,
    BPJS_MEMBERSHIPS,
    COVERAGE_PERSONS,
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
        (COVERAGE_PERSONS, 2),
    ):
        broker.create_topic(topic, partitions)
    return broker


@pytest.fixture
def codec() -> AvroCodec:
    return AvroCodec(MemoryRegistry())
