import pytest

from schemas.codec import AvroCodec
from tests.fakes.registry import MemoryRegistry


@pytest.fixture
def registry() -> MemoryRegistry:
    return MemoryRegistry()


@pytest.fixture
def codec(registry: MemoryRegistry) -> AvroCodec:
    return AvroCodec(registry)
