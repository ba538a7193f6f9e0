"""The desk's ``ControlLog`` on Kafka, through Faust's producer."""

import faust

from schemas.errors import ContractBroken
from schemas.events import WireRecord
from schemas.names import HEADER_COMMAND, HUB_CONTROL, HUB_QUARANTINE
from streams.control.decisions import Decision
from streams.control.tail import Tail
from streams.control.wire import Raw, Rejects, Wire


class Outbox:
    """Sends and waits for the acknowledgement; a decision also until it has been read back."""

    def __init__(self, topics: dict[str, faust.TopicT], wire: Wire, rejects: Rejects, tail: Tail) -> None:
        self._topics, self._wire, self._rejects, self._tail = topics, wire, rejects, tail

    async def decide(self, decision: Decision) -> None:
        """Append to hub.control; returns when everything up to it has been folded."""
        headers = {HEADER_COMMAND: decision.command.encode()} if decision.command else None
        value = self._wire.write(HUB_CONTROL, decision.event)
        partition, offset = await self._send(HUB_CONTROL, None, value, headers)
        await self._tail.reached(HUB_CONTROL, partition, offset + 1)

    async def publish(self, topic: str, key: str, value: WireRecord) -> None:
        """Append to another topic."""
        await self._send(topic, key.encode(), self._wire.write(topic, value))

    async def reject(self, raw: Raw, broken: ContractBroken) -> None:
        """Append to hub.quarantine."""
        key, value = self._rejects.record(raw, broken)
        await self._send(HUB_QUARANTINE, key.encode(), value)

    async def _send(
        self, topic: str, key: bytes | None, value: bytes, headers: dict[str, bytes] | None = None
    ) -> tuple[int, int]:
        # force: now, not when the event being handled is committed.
        sent = await (await self._topics[topic].send(key=key, value=value, headers=headers, force=True))
        return int(sent.partition), int(sent.offset)
