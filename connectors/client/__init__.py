"""For programs outside the hub: ``Publisher`` for agencies, ``Subscriber`` and ``Totals`` for all others."""

from connectors.client.published_batch import PublishedBatch
from connectors.client.publisher import Publisher
from connectors.client.receipts import Receipts
from connectors.client.sent import Sent
from connectors.client.sequence import SequenceBroken
from connectors.client.state_batch import StateBatch
from connectors.client.subscriber import Subscriber
from connectors.client.totals import Totals

__all__ = [
    "PublishedBatch",
    "Publisher",
    "Receipts",
    "Sent",
    "SequenceBroken",
    "StateBatch",
    "Subscriber",
    "Totals",
]
