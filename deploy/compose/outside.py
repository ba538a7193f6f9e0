"""What a process needs and does not run itself: whether it is there, and how long to wait when it is not."""

import logging
import threading
import time
from collections.abc import Callable

from prometheus_client import Gauge

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from monitoring.liveness import Health
from monitoring.pauses import Pauses
from schemas.errors import JangkauError, Retryable

log = logging.getLogger(__name__)

KAFKA_AWAY = "Kafka does not answer"

_ASK_EVERY_S = 2.0
_ANSWER_WITHIN_S = 5.0
_SLICE_S = 0.5


class KafkaWatch:
    """A thread that asks Kafka for a sign of life. A loop with nothing to do would not notice its absence:
    the client library goes on trying by itself and hands out no records, as if there were none.
    """

    def __init__(
        self, ask: Callable[[], object], health: Health, up: Gauge, *, every_s: float = _ASK_EVERY_S
    ) -> None:
        self._ask, self._health, self._up, self._every_s = ask, health, up, every_s
        self._away_since: float | None = None
        self._answered = float("-inf")
        """When the last question was put that Kafka has answered."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kafka-watch", daemon=True)

    @classmethod
    def on(cls, config: KafkaConfig, health: Health, up: Gauge) -> "KafkaWatch":
        """One that asks a cluster."""
        return cls(KafkaAdmin(config, timeout_s=_ANSWER_WITHIN_S).cluster_id, health, up)

    def start(self) -> None:
        """Begin asking."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def answered_since(self, moment: float) -> bool:
        """Whether Kafka has answered a question that was put after this moment of ``time.monotonic``."""
        return self._answered > moment

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self._every_s)

    def look(self) -> None:
        """Ask once, and say so if it is not as it was."""
        asked = time.monotonic()
        try:
            self._ask()
        except Retryable as error:
            self._away(error)
        except JangkauError:
            self._there(asked)  # a no is an answer
        else:
            self._there(asked)

    def _away(self, error: Retryable) -> None:
        self._up.set(0)
        self._health.outside(KAFKA_AWAY)
        if self._away_since is None:
            self._away_since = time.monotonic()
            log.warning("Kafka does not answer, waiting: %s", error)

    def _there(self, asked: float) -> None:
        self._answered = asked
        self._up.set(1)
        self._health.outside()
        if self._away_since is not None:
            away_s = round(time.monotonic() - self._away_since, 1)
            self._away_since = None
            log.info("Kafka answers again", extra={"seconds": away_s})


class Patience:
    """The pauses of the engine's loop: it goes on beating, and they end when the loop is to stop.

    They grow until what failed has succeeded. What that was the loop knows, but for Kafka, of which reading
    nothing is no sign: ``answered_since`` tells whether it has answered after a moment of ``time.monotonic``.
    """

    def __init__(
        self,
        health: Health,
        waiting: Gauge,
        answered_since: Callable[[float], bool],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._health, self._waiting, self._sleep = health, waiting, sleep
        self._answered_since = answered_since
        self._failed: float | None = None
        """When a turn last failed, until all that failed has succeeded."""
        self._pauses = Pauses(health, log, "waiting for Kafka or the registry")

    def wait(self, error: Retryable, stopping: Callable[[], bool]) -> None:
        """A turn has failed: return after the pause, or sooner when ``stopping``."""
        self._failed = time.monotonic()
        left = self._pauses.after(error)
        self._waiting.set(1)
        while left > 0 and not stopping():
            self._health.beat()
            self._sleep(min(left, _SLICE_S))
            left -= _SLICE_S

    def goes_on(self) -> None:
        """A turn went well, and nothing that failed before is left to do."""
        if self._failed is not None and self._answered_since(self._failed):
            self._failed = None
            self._pauses.over()
            self._waiting.set(0)
