"""Somebody erased, as tombstones: of their record, and of a hold."""

from schemas.names import COVERAGE_PERSONS, HUB_HOLDS
from schemas.records import Outgoing, TopicPartition
from streams.engine.owned import Owned


def removal_records(owned: Owned) -> list[Outgoing]:
    """What to append for those erased since the last transaction, before anything new is said of them."""
    gone = {
        COVERAGE_PERSONS: [one.key for one in owned.removed if one.published],
        HUB_HOLDS: [one.key for one in owned.removed if one.held],
    }
    return [
        Outgoing(TopicPartition(topic, owned.number), keys, [None] * len(keys))
        for topic, keys in gone.items()
        if keys
    ]
