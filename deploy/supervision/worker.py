"""One supervised process: started, watched, started again after a pause when it crashes."""

from dataclasses import dataclass, field

from deploy.identity import ProcessIdentity, identify
from deploy.process import Child
from deploy.supervision.record import ProcessRecord
from deploy.supervision.restart import Restarts

# A process that ends with this code must not go on without an operator (schemas.errors.Refused).
REFUSED_EXIT_CODE = 3


@dataclass(frozen=True)
class Happening:
    """What happened to a worker, in words; some of it somebody should look at."""

    words: str
    needs_somebody: bool = False


@dataclass
class Worker:
    """A child process that is kept running. Times are seconds of one rising clock."""

    child: Child
    restarts: Restarts = field(default_factory=Restarts)
    refused: bool = False
    _started_at: float = field(default=0.0, init=False)
    _due_at: float | None = field(default=None, init=False)

    def start(self, now: float) -> None:
        """Start the process."""
        self.child.start()
        self._started_at, self._due_at = now, None

    def tend(self, now: float) -> Happening | None:
        """Look after it once; returns what happened, if anything did."""
        if self.refused or self.child.running():
            return None
        if self._due_at is None:
            return self._ended(now)
        if now >= self._due_at:
            self.start(now)
            return Happening(f"{self.child.name} started again")
        return None

    def record(self) -> ProcessRecord:
        """Who it is at this moment."""
        return ProcessRecord(
            self.child.name, self._identity(), str(self.child.log), self.restarts.total, self.refused
        )

    def _identity(self) -> ProcessIdentity | None:
        pid = self.child.pid
        return identify(pid) if pid is not None and self.child.running() else None

    def _ended(self, now: float) -> Happening:
        code = self.child.exit_code()
        if code == REFUSED_EXIT_CODE:
            self.refused = True
            words = f"{self.child.name} refuses to go on and needs an operator: see {self.child.log}"
            return Happening(words, needs_somebody=True)
        self.restarts = self.restarts.after_crash(now - self._started_at)
        self._due_at = now + self.restarts.delay_s
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
        words = f"{self.child.name} {how}; starting it again in {self.restarts.delay_s:.1f} s"
        return Happening(words, needs_somebody=True)
