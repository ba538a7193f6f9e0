"""For programs outside the hub: ``Publisher`` for agencies, ``Subscriber`` for those who follow coverage."""

from connectors.client.publisher import PublishedBatch, Publisher
from connectors.client.sent import Sent
from connectors.client.sequence import SequenceBroken
from connectors.client.subscriber import StateBatch, Subscriber

__all__ = ["PublishedBatch", "Publisher", "Sent", "SequenceBroken", "StateBatch", "Subscriber"]
