"""Whether Kafka still counts this engine among the members of its group, asked beside the engine's loop."""

import logging
import threading
from collections.abc import Callable, Set
from typing import Protocol

from prometheus_client import Gauge

from monitoring.liveness import Health
from schemas.errors import JangkauError, Retryable
from schemas.records import TopicPartition

log = logging.getLogger(__name__)

_EVERY_S = 5.0
LOST_AFTER_S = 120.0
"""Twice the longest session that Kafka grants a member by default: one that merely stood still has joined
again long before.
"""

_NO_MEMBER = "Kafka does not count this engine among the members of its group"
_NOT_TAKEN = "this engine has not taken what its group has given it"


class Holder(Protocol):
    """What is watched: an engine."""

    @property
    def assigned(self) -> Set[TopicPartition]:
        """The inputs it knows that its group has given it."""


class MembershipWatch:
    """A thread that asks the group's coordinator about this engine.

    The client library joins its group again by itself, unless a fault of its own keeps it from that for good:
    then the loop goes round and reads nothing, as if there were nothing. The coordinator knows: an engine
    with nothing to do, because there are more of them than partitions, is a member that was given nothing;
    one that was lost is no member, or has not taken what it was given.

    Nothing is concluded where Kafka does not answer, or not this question, and while the loop waits for
    something else and may not come to serve its group.
    """

    def __init__(
        self,
        given: Callable[[], Set[TopicPartition] | None],
        holder: Holder,
        health: Health,
        member: Gauge,
        waits: Callable[[], bool],
        *,
        every_s: float = _EVERY_S,
        lost_after_s: float = LOST_AFTER_S,
    ) -> None:
        self._given, self._holder, self._health, self._member = given, holder, health, member
        self._waits = waits
        self._every_s, self._lost_after_s = every_s, lost_after_s
        self._missing: Set[TopicPartition] | None = None
        """What was given and not taken, each time since the trouble began."""
        self._looks, self._why = 0, ""
        """Looks in a row that found the same trouble. They are counted, and not the seconds: a process that
        stood still has not looked.
        """
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="membership", daemon=True)

    def start(self) -> None:
        """Begin asking. The engine has joined, or is about to."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def raise_if_lost(self) -> None:
        """For the engine's loop: raises ``Retryable`` when only a new process can be a member again."""
        lasted_s = self._looks * self._every_s
        if lasted_s >= self._lost_after_s:
            raise Retryable(
                f"{self._why}, for {lasted_s:.0f} s, and Kafka answers",
                remedy="nothing need be done: the process ends and is started anew",
            )

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.look()

    def look(self) -> None:
        """Ask once."""
        try:
            given = self._given()
        except JangkauError as error:
            log.debug("the group's coordinator does not say: %s", error)
            self._forget()
            return
        if self._waits():
            self._forget()
        elif given is None:
            self._is_ill(_NO_MEMBER)
        elif self._misses(given - self._holder.assigned):
            self._is_ill(_NOT_TAKEN)
        else:
            self._forget()
            self._member.set(1)

    def _misses(self, now: Set[TopicPartition]) -> bool:
        """Whether any of it was missing each time; what is only on its way is another soon."""
        self._missing = now if self._missing is None else self._missing & now
        return bool(self._missing)

    def _is_ill(self, why: str) -> None:
        if why != self._why:
            log.warning("%s", why)
            self._looks, self._why = 0, why
        self._looks += 1
        self._member.set(0)
        self._health.outside(why, of="group")

    def _forget(self) -> None:
        self._looks, self._why, self._missing = 0, "", None
        self._health.outside(of="group")
