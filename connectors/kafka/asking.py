"""Questions to a cluster, put to a client that can still hear the answer."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from confluent_kafka.admin import AdminClient

from connectors.kafka.errors import made, translated
from schemas.errors import Retryable

T = TypeVar("T")


class Asking:
    """An ``AdminClient``, and a new one after each question that failed and may be asked again.

    A client may be lost to its cluster for good: one that was told, while brokers came and went, that there
    are none forgets the addresses it was given; one that knows the leader's epoch of before may be refused
    for minutes (docs/decisions/0012). A new client knows none of it.

    Any thread may ask. What others still ask of the former client is answered: it is kept for ``kept_s``,
    longer than a question takes. It is let go in a thread of its own: the library waits for its threads then,
    and one of them may be looking up a name.
    """

    def __init__(self, properties: dict[str, Any], *, kept_s: float) -> None:
        self._properties, self._kept_s = properties, kept_s
        self._lock = threading.Lock()
        self._client = made(AdminClient, properties)

    def ask(self, doing: str, question: Callable[[AdminClient], T]) -> T:
        """What the cluster answers; raises our errors for the library's."""
        client = self._client
        try:
            return translated(doing, lambda: question(client))
        except Retryable:
            self._replace(client)
            raise

    def _replace(self, former: AdminClient) -> None:
        with self._lock:
            if self._client is not former:
                return  # another thread's question has failed as well
            self._client = made(AdminClient, self._properties)
        threading.Thread(
            target=_let_go, args=([former], self._kept_s), name="former-client", daemon=True
        ).start()


def _let_go(held: list[AdminClient], after_s: float) -> None:
    time.sleep(after_s)
    held.clear()
