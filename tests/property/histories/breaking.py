"""The verbs of what breaks: processes that end, stand still, come and go; faults planted at named points."""

from collections.abc import Callable, Sequence
from typing import cast, get_args

from schemas.errors import Fenced, Retryable, TransactionAborted
from tests.fakes.faults import Point, ProcessKilled
from tests.fakes.faulty import Doubt, Knowing, Outcome
from tests.property.histories.engines import Engines, Member

MOST_ENGINES = 3
TRANSACTION_TIMEOUT_S = 10
_OTHERS_TURNS = 8
"""How often the others turn while one stands still: time enough to take over."""

Words = Sequence[str]


class Breaking:
    """A line names the slot by ``of 1``; without, or where that slot is empty, it is the lowest that runs."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def do_turn(self, words: Words) -> None:
        """``turn 5``: each engine five times; ``turn 5 of 1``: only that one."""
        self._engines.await_assignment()
        for _ in range(int(words[0])):
            if "of" in words:
                self._engines.turn(self._slot(words))
            else:
                self._engines.turn_all()

    def do_tell(self, words: Words) -> None:
        """Counts are due."""
        self._engines.tell()

    def do_start(self, words: Words) -> None:
        """One more engine, in the lowest free slot."""
        free = [slot for slot in range(MOST_ENGINES) if slot not in self._engines.members]
        if free:
            self._engines.start(free[0])

    def do_leave(self, words: Words) -> None:
        """``leave``: asked to end, it commits and leaves."""
        if self._engines.members:
            self._engines.close(self._slot(words))

    def do_kill(self, words: Words) -> None:
        """kill -9, and nobody starts it again."""
        if self._engines.members:
            self._engines.kill(self._slot(words))

    def do_crash(self, words: Words) -> None:
        """kill -9, and it is started again at once."""
        if self._engines.members:
            slot = self._slot(words)
            self._engines.kill(slot)
            self._engines.start(slot)

    def do_restart(self, words: Words) -> None:
        """Asked to end, and started again."""
        if self._engines.members:
            slot = self._slot(words)
            self._engines.close(slot)
            self._engines.start(slot)

    def do_freeze(self, words: Words) -> None:
        """``freeze`` or ``freeze before_commit``: it stands still until the others have what it had, then
        goes on, unaware; in the middle of a turn or between two. In memory alone: it takes a process.
        """
        if not self._engines.members or not self._engines.log.in_memory:
            return
        slot, points = self._slot(words), [word for word in words if word in get_args(Point)]
        if points:
            self._member(words).faults.plan_act(cast(Point, points[0]), lambda: self._stand_still(slot))
        else:
            self._stand_still(slot)

    def _stand_still(self, slot: int) -> None:
        self._engines.log.freeze(slot)
        for _ in range(_OTHERS_TURNS):
            for other in sorted(self._engines.members):
                if other != slot:
                    self._engines.turn(other)

    def do_wait(self, words: Words) -> None:
        """``wait 61``: seconds pass for everybody."""
        seconds = int(words[0])
        self._engines.log.wait(seconds)
        self._engines.now_s += seconds
        if seconds >= TRANSACTION_TIMEOUT_S:
            for slot in self._engines.down:
                self._engines.log.expire(slot)

    def do_lose(self, words: Words) -> None:
        """``lose``, ``lose 1``: hub.state, or one partition of it, is gone; all engines are started again."""
        numbers = [int(word) for word in words] or range(self._engines.log.partitions)
        slots = list(self._engines.members)
        for slot in slots:
            self._engines.kill(slot)
        for slot in self._engines.down:
            self._engines.log.expire(slot)
        for number in numbers:
            self._engines.log.lose_state(number % self._engines.log.partitions)
        self._engines.state_is_lost = True
        for slot in slots:
            self._engines.start(slot)

    def do_abort(self, words: Words) -> None:
        """``abort after_produce``: the transaction fails there. For what may follow see ``_plan``."""
        self._plan(words, TransactionAborted("planted"))

    def do_fail(self, words: Words) -> None:
        """``fail before_consume``: the outside is not there, once."""
        self._plan(words, Retryable("planted"))

    def do_fence(self, words: Words) -> None:
        """``fence before_commit``: somebody else has the slot's identity; the process ends."""
        self._plan(words, Fenced("planted"), ends=True)

    def do_die(self, words: Words) -> None:
        """``die after_commit``: kill -9 there."""
        self._plan(words, ProcessKilled(), ends=True)

    def do_doubt(self, words: Words) -> None:
        """``doubt applied known``: the outcome of the next commit is unknown at first; see ``Doubt``."""
        if self._engines.members:
            member = self._member(words)
            member.producer.doubt(Doubt(cast(Outcome, words[0]), cast(Knowing, words[1])))
            member.is_doomed |= words[1] != "known"

    def do_rewind(self, words: Words) -> None:
        """``rewind``: what is read next is read on from its beginning, as the client library may do."""
        if self._engines.members:
            self._member(words).consumer.begins_again = True

    def do_registry(self, words: Words) -> None:
        """``registry 2``: it is away for two calls; engines started now know no schema yet."""
        self._engines.registry.away_for = int(words[0])

    def _plan(self, words: Words, error: BaseException, *, ends: bool = False) -> None:
        """``after 3``: at the fourth time the point is passed. ``while sweeping|rebuilding|scanning``: only
        then. ``down``: nobody starts it again.
        """
        if not self._engines.members:
            return
        member = self._member(words)
        skip = int(words[words.index("after") + 1]) if "after" in words else 0
        when = _while(member, words[words.index("while") + 1]) if "while" in words else lambda: True
        member.faults.plan(cast(Point, words[0]), error, skip=skip, when=when)
        member.is_doomed |= ends
        member.stays_down |= "down" in words

    def _slot(self, words: Words) -> int:
        named = int(words[words.index("of") + 1]) if "of" in words else 0
        return named if named in self._engines.members else min(self._engines.members)

    def _member(self, words: Words) -> Member:
        return self._engines.members[self._slot(words)]


def _while(member: Member, doing: str) -> Callable[[], bool]:
    owned = member.engine.owned
    found: dict[str, Callable[[], bool]] = {
        "sweeping": lambda: any(one.sweep is not None for one in owned.values()),
        "rebuilding": lambda: any(one.rebuilding for one in owned.values()),
        "scanning": lambda: any(one.partition.scan is not None for one in owned.values()),
    }
    return found[doing]
