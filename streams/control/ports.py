"""What the control plane asks of the log it writes to. The Faust rim answers on Kafka."""

from typing import Protocol

from schemas.events import WireRecord
from streams.control.decisions import Decision


class ControlLog(Protocol):
    """Where decisions and answers go. Called by one task at a time; errors end the worker.

    At least once: after an error the record may or may not be on the log, and the input it came from
    is read again.
    """

    async def decide(self, decision: Decision) -> None:
        """Append to hub.control; returns when everything up to it has been read back and folded."""

    async def publish(self, topic: str, key: str, value: WireRecord) -> None:
        """Append to another topic; returns when the log has acknowledged it."""
