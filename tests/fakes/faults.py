"""Errors planted at named points of the in-memory log, so that every way to fail can be tried in turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Point = Literal[
    "before_begin",
    "before_produce",
    "after_produce",
    "before_send_offsets",
    "after_send_offsets",
    "before_commit",
    "after_commit",
    "before_abort",
    "before_flush",
    "before_consume",
    "after_consume",
    "before_seek",
    "before_committed",
    "before_tell",
    "after_tell",
    "before_control",
    "after_control",
    "before_restore",
    "after_restore",
    "before_rebuild",
    "after_rebuild",
    "before_high_watermark",
    "before_start_offset",
    "before_offset_at",
    "before_topic_id",
    "before_delete",
    "after_delete",
]
"""Where a fault can strike.

``before_commit`` is a commit of unknown outcome that was not applied: the transaction stays open at
the broker until it is aborted, or fenced by the next holder. ``after_commit`` is one that was
applied although the caller is told of an error. ``after_consume`` loses records already gathered.
To tell is to produce partials and answers, after a commit; to control, restore and rebuild is to read
hub.control, hub.state, and what a rebuild reads. The last six are questions of the admin client.
"""

Anywhen = Callable[[], bool]
"""Whether it is time for a fault."""


class ProcessKilled(BaseException):
    """Stands for kill -9: passes every ``except Exception`` and leaves the broker as it is."""


@dataclass
class _Planned:
    error: BaseException | None
    passes_before: int
    when: Anywhen
    act: Callable[[], None] | None = None


@dataclass
class Faults:
    """What goes wrong, and when. Each planned fault strikes once."""

    _planned: dict[Point, list[_Planned]] = field(default_factory=dict)
    struck: list[Point] = field(default_factory=list)

    def plan(
        self, point: Point, error: BaseException, *, skip: int = 0, when: Anywhen = lambda: True
    ) -> None:
        """Raise ``error`` when ``point`` is passed, after ``skip`` passes without it at which it is time."""
        self._planned.setdefault(point, []).append(_Planned(error, skip, when))

    def plan_act(self, point: Point, act: Callable[[], None]) -> None:
        """Do something when ``point`` is passed; whoever passes it goes on."""
        self._planned.setdefault(point, []).append(_Planned(None, 0, lambda: True, act))

    def forget(self) -> None:
        """Plan nothing any more."""
        self._planned.clear()

    def strike(self, point: Point) -> None:
        """Raise, or do, what is planned for this point, if its turn has come."""
        if not self._planned:
            return
        planned = self._planned.get(point)
        if not planned or not planned[0].when():
            return
        if planned[0].passes_before > 0:
            planned[0].passes_before -= 1
            return
        due = planned.pop(0)
        if not planned:
            del self._planned[point]
        self.struck.append(point)
        if due.act is not None:
            due.act()
        if due.error is not None:
            raise due.error
