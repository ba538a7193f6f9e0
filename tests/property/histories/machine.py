"""A state machine that writes histories as it plays them. What it prints can be kept as a regression."""

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.property.histories import lines
from tests.property.histories.logs import HistoryLog, InMemory
from tests.property.histories.play import Play

_HUBS = st.sampled_from(["", "sweeping", "strict", "bare", "sweeping strict"])


class Histories(RuleBasedStateMachine):
    """On the in-memory log; a subclass says on which other one."""

    PARTITIONS = st.sampled_from([2, 2, 2, 4])

    def log(self, partitions: int) -> HistoryLog:
        return InMemory(partitions)

    def __init__(self) -> None:
        super().__init__()
        self._play: Play | None = None
        self._failed = False

    @initialize(partitions=PARTITIONS, words=_HUBS)
    def hub(self, partitions: int, words: str) -> None:
        self._play = Play(self.log(partitions), *words.split())

    @rule(said=lines.facts)
    def agencies(self, said: list[str]) -> None:
        self._do(*said)

    @rule(said=lines.facts, turns=st.integers(1, 4))
    def agencies_and_engines(self, said: list[str], turns: int) -> None:
        self._do(*said, f"turn {turns}")

    @rule(turns=st.integers(1, 12))
    def engines(self, turns: int) -> None:
        self._do(f"turn {turns}")

    @rule(said=lines.decisions)
    def operators(self, said: str) -> None:
        self._do(said)

    @rule(name=st.sampled_from("abcdef"), version=st.integers(0, 7), turns=st.integers(2, 8))
    def somebody_published_is_erased(self, name: str, version: int, turns: int) -> None:
        """Left to chance alone it comes too rarely."""
        self._do(f"ranked {name} v{version} decile 1", f"turn {turns}", f"erase {name}")

    @rule(said=lines.faults)
    def fault(self, said: str) -> None:
        self._do(said)

    @rule(said=lines.faults, sent=lines.facts, turns=st.integers(2, 6))
    def fault_in_the_middle(self, said: str, sent: list[str], turns: int) -> None:
        self._do(said, *sent, f"turn {turns}")

    @rule(said=lines.processes)
    def processes(self, said: list[str]) -> None:
        self._do(*said)

    @rule(seed=st.integers(1, 9))
    def settle_and_check(self, seed: int) -> None:
        self._do(f"check {seed}")

    def teardown(self) -> None:
        if self._play is None or self._failed:
            return
        try:
            self._play.finish()
        except BaseException:
            self._tell()
            raise

    def _do(self, *said: str) -> None:
        assert self._play is not None
        try:
            for line in said:
                self._play.do(line)
        except BaseException:
            self._failed = True
            self._tell()
            raise

    def _tell(self) -> None:
        assert self._play is not None
        note("play: " + " · ".join(self._play.script))
        note("to keep it:\n" + "\n".join(self._play.script))
