"""Plays a history line by line on a log, and checks the laws at rest."""

from collections.abc import Callable, Iterable, Sequence

from schemas.names import AGENCY_FACTS
from tests.property.histories.breaking import Breaking
from tests.property.histories.engines import Engines, limits_of
from tests.property.histories.logs import HistoryLog, InMemory
from tests.property.histories.said import Said
from tests.property.histories.snapshot import Snapshot, generations_told
from tests.streams.engine import laws

ALLOWED = 1_000
"""Rejects let pass by whoever lets an input go on at the end of a history."""


class Play:
    """One hub and its history. ``do`` each line; ``finish`` checks every law once more."""

    def __init__(self, log: HistoryLog, *words: str) -> None:
        """``words`` as behind the number in ``hub 2 sweeping``; ``bare``: nothing is decided yet."""
        self.script = [" ".join(["hub", str(log.partitions), *words])]
        self._log = log
        self._engines, self._said = Engines(log, limits_of(words)), Said(log)
        self._verbs = self, self._said, Breaking(self._engines)
        if "bare" not in words:
            self._said.begin()
        self._engines.start(0)

    def do(self, line: str) -> None:
        """Play one line: a verb and its words."""
        self.script.append(line)
        verb, *words = line.split()
        self._verb(verb.replace("-", "_"))(words)

    def _verb(self, name: str) -> Callable[[Sequence[str]], None]:
        found = [each for each in self._verbs if hasattr(each, f"do_{name}")]
        assert found, f"nobody knows how to {name}"
        chosen: Callable[[Sequence[str]], None] = getattr(found[0], f"do_{name}")
        return chosen

    def do_check(self, words: Sequence[str]) -> None:
        """``check 3``: no more faults; at rest every law holds, and so does a replay in the third order."""
        self._settle()
        found = Snapshot(self._log)
        found.check()
        self._every_preview_is_answered(found)
        found.check_replay(int(words[0]))

    def do_lose(self, words: Sequence[str]) -> None:
        """See ``Breaking``. Control has heard by then of states made anew before."""
        for number, generation in sorted(generations_told(self._log).items()):
            if generation:
                self._said.told_generation(number, generation)
        self._verbs[-1].do_lose(words)

    def finish(self) -> None:
        """Check. In memory everything is then started again, and nothing may come of it."""
        self.do("check 1")
        if not self._log.in_memory:
            return
        before = Snapshot(self._log).published()
        for slot in list(self._engines.members):
            self.do(f"crash of {slot}")
        self._settle()
        after = Snapshot(self._log)
        assert after.published() == before, "a start at rest publishes nothing"
        after.check()

    def _settle(self) -> None:
        self._said.complete()
        self._engines.mend()
        self._engines.come_to_rest()
        for _ in AGENCY_FACTS:
            for topic in sorted(self._engines.stopped_inputs):
                self._said.resume_input(topic, ALLOWED)
                self._engines.come_to_rest()
        self._engines.state_is_lost = False

    def _every_preview_is_answered(self, found: Snapshot) -> None:
        """Of the newest preview every partition says something: counts, or that it had gone past."""
        told = {
            (partial["preview"]["preview"], partial["partition"])
            for partial in laws.all_partials(found)
            if partial["preview"] is not None
        }
        for name in self._said.previews[-1:]:
            assert {number for preview, number in told if preview == name} == set(range(self._log.partitions))


def play(script: Iterable[str], log_of: Callable[[int], HistoryLog] = InMemory) -> None:
    """A whole script, its first line ``hub …``; lines that begin with ``#`` say why."""
    lines = [line.strip() for line in script]
    first, *rest = [line for line in lines if line and not line.startswith("#")]
    verb, partitions, *words = first.split()
    assert verb == "hub", "a script begins with its hub"
    played = Play(log_of(int(partitions)), *words)
    for line in rest:
        played.do(line)
    played.finish()
