"""Errors planted at named points of the in-memory log, so that every way to fail can be tried in turn."""

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
]
"""Where a fault can strike.

``before_commit`` is a commit of unknown outcome that was not applied: the transaction stays open at
the broker until it is aborted, or fenced by the next holder. ``after_commit`` is one that was
applied although the caller is told of an error. ``after_consume`` loses records already gathered.
"""


class ProcessKilled(BaseException):
    """Stands for kill -9: passes every ``except Exception`` and leaves the broker as it is."""


@dataclass
class _Planned:
    error: BaseException
    passes_before: int


@dataclass
class Faults:
    """What goes wrong, and when. Each planned fault strikes once."""

    _planned: dict[Point, list[_Planned]] = field(default_factory=dict)
    struck: list[Point] = field(default_factory=list)

    def plan(self, point: Point, error: BaseException, *, skip: int = 0) -> None:
        """Raise ``error`` when ``point`` is passed, after ``skip`` passes without it."""
        self._planned.setdefault(point, []).append(_Planned(error, skip))

    def strike(self, point: Point) -> None:
        """Raise what is planned for this point, if its turn has come."""
        if not self._planned:
            return
        planned = self._planned.get(point)
        if not planned:
            return
        if planned[0].passes_before > 0:
            planned[0].passes_before -= 1
            return
        error = planned.pop(0).error
        if not planned:
            del self._planned[point]
        self.struck.append(point)
        raise error
