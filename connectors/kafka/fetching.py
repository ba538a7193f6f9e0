"""Consumer settings shared by all that read: big fetches, nothing committed on its own."""

from typing import Any

FAST_FETCH: dict[str, Any] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    # A position that is not on the log means lost records: an error, never a silent jump.
    "auto.offset.reset": "error",
    "isolation.level": "read_committed",
    # Measured: smaller queues leave the consumer waiting for the network while it catches up.
    "queued.min.messages": 200_000,
    "queued.max.messages.kbytes": 262_144,
    "fetch.message.max.bytes": 8_388_608,
    # How long to wait when the local queue is full; the default of a second stalls a fast reader.
    "fetch.queue.backoff.ms": 20,
    "fetch.wait.max.ms": 100,
}

MOST_PER_CALL = 1_000_000
"""The client library refuses to gather more in one call."""
